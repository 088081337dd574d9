"""Inserts of many rows, each statement worked out once: for few rows SQLAlchemy's own work takes longer than the database's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlalchemy import Connection, Dialect, Table, insert
from sqlalchemy.dialects import postgresql, sqlite

Values: TypeAlias = Mapping[str, Any]
Convert: TypeAlias = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Statement:
    """`columns` in the order of the statement, with what makes the driver's value of each."""

    sql: str
    columns: tuple[tuple[str, Convert | None], ...]
    is_positional: bool

    def values(self, row: Values) -> Any:
        """One row, as the driver wants it."""
        get = row.get
        if self.is_positional:
            return tuple([get(name) if convert is None else convert(get(name)) for name, convert in self.columns])
        return {name: get(name) if convert is None else convert(get(name)) for name, convert in self.columns}


@dataclass(frozen=True, slots=True)
class Inserts:
    """The statements of one database. A column that a row leaves out is null, but for the number that the database counts."""

    dialect: Dialect
    known: dict[tuple[str, bool], _Statement] = field(default_factory=dict)

    def run(self, connection: Connection, table: Table, rows: Sequence[Values], *, once: bool = False) -> None:
        """Insert rows; with `once`, a row that is there already is left alone."""
        statement = self.known.get((table.name, once))
        if statement is None:
            statement = self.known[table.name, once] = self._made(table, once)
        connection.exec_driver_sql(statement.sql, [statement.values(row) for row in rows])

    def _made(self, table: Table, once: bool) -> _Statement:
        columns = [column for column in table.columns if column is not table.autoincrement_column]
        wanted = insert_once(self.dialect, table) if once else insert(table)
        compiled = wanted.compile(dialect=self.dialect, column_keys=[column.name for column in columns])
        order = compiled.positiontup if compiled.positional else [column.name for column in columns]
        converts = {column.name: column.type.dialect_impl(self.dialect).bind_processor(self.dialect) for column in columns}
        return _Statement(str(compiled), tuple((name, converts[name]) for name in order or ()), compiled.positional)


def insert_once(dialect: Dialect, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An insert that leaves a row alone which is there already."""
    made = postgresql.insert if dialect.name == "postgresql" else sqlite.insert
    return made(table).on_conflict_do_nothing()
