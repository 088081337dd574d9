"""Alembic's entry: it runs inside the transaction that is handed in."""

from alembic import context

from covercheck.records.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
