"""`payers`: list, search, and the matrix of what is on file."""

from __future__ import annotations

from covercheck.cli.exits import FAILED, OK, Stop
from covercheck.cli.run import Run, day_of
from covercheck.cli.screen import clean
from covercheck.cli.show_payers import matrix_data, payer_data, search, show_matrix, show_payers
from covercheck.proof.matrix import matrix_of


def payers(run: Run, query: str | None, matrix: bool, on: str | None) -> int:
    """Show what was asked for; 1 when no payer is meant by the query."""
    if on is not None and not matrix:
        raise Stop("--date goes with --coverage.")
    engine = run.engine()
    found, meant = search(engine.book, query)
    if not meant:
        return _nothing(run, query or "", [payer.id for payer in found])
    if matrix:
        chosen = None if query is None else [payer.id for payer in found]
        result = matrix_of(engine, day_of(on), chosen)
        if run.as_json:
            run.write_json(matrix_data(result))
        else:
            show_matrix(run.screen, result)
    elif run.as_json:
        run.write_json({"payers": [payer_data(payer) for payer in found]})
    else:
        show_payers(run.screen, found)
    return OK


def _nothing(run: Run, query: str, near: list[str]) -> int:
    if run.as_json:
        run.write_json({"payers": [], "nearest": near})
    nearest = f" Nearest: {', '.join(near)}." if near else " `covercheck payers` lists all."
    run.screen.err.print(f"No payer has a name with {clean(query, 80)!r} in it.{nearest}")
    return FAILED
