"""`mock-payer`: serve the mock clearinghouse until a signal comes."""

from __future__ import annotations

from typing import cast, get_args

from covercheck.cli.exits import Stop
from covercheck.cli.run import Run
from covercheck.rules.eligibility_text import Fault
from covercheck.web.mock_payer.app import Behaviour, mock_payer_app, run_mock_payer


def mock_payer(run: Run, host: str, port: int, latency: float, fault: str | None, reject: str | None, every: int) -> None:
    """Serve; an unknown fault ends the command with the known ones."""
    faults = get_args(Fault)
    if fault is not None and fault not in faults:
        raise Stop(f"--fault: no fault is named {fault[:40]!r}.", f"Known: {', '.join(faults)}.")
    app = mock_payer_app(run.book(), Behaviour(latency, cast("Fault | None", fault), every, reject))
    try:
        run_mock_payer(app, host, port, run.screen.err.print)
    except OSError as error:
        raise Stop(f"Can't listen on {host}:{port}: {error.strerror or error}.") from None
