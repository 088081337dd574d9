"""Run the service: rules first, then the port; a signal ends it once running requests have their answers."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from types import ModuleType

from aiohttp import web

from covercheck import __version__
from covercheck.checks.check import Checker
from covercheck.engine import EvidenceLimits
from covercheck.records.errors import RecordsUnavailable
from covercheck.rules import RulebookRefused, load_folder
from covercheck.settings import Settings, unknown_variables
from covercheck.web.app import create_app
from covercheck.web.keys import LOG, RUNNING, SETTINGS, Clock
from covercheck.web.live import LIVE
from covercheck.web.logs import protocol_logger
from covercheck.web.publishing.following import FOLLOWER
from covercheck.web.publishing.starting import NoRelease, released_checker
from covercheck.web.reloading import RELOADER
from covercheck.web.remembering import FIRST_TOKEN
from covercheck.web.tracing import NoTracing

LINGER_SECONDS = 5.0
BACKLOG = 1_024
SWITCH_SECONDS = 0.0005  # the thread that writes must not wait 5 ms for its turn
PAUSES = (10_000, 20, 20)  # of the garbage collector: requests make few cycles, and what is kept between them is large


def run(settings: Settings) -> None:
    """Serve until a signal comes. Exits with 1 where the rules are refused or the port is taken."""
    for name in unknown_variables():
        _say(f"covercheck: no setting is named {name}; `covercheck serve --help` lists them")
    try:
        app = create_app(load_checker(settings), settings, now)
    except (NoTracing, NoRelease, RecordsUnavailable) as error:
        _say(f"covercheck: {error}")
        raise SystemExit(1) from None
    gc.collect()
    gc.freeze()
    gc.set_threshold(*PAUSES)
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(serve(app, settings))
    except (NoRelease, RecordsUnavailable) as error:
        _say(f"covercheck: {error}")
        raise SystemExit(1) from None
    except OSError as error:
        _say(f"covercheck: can't listen on {settings.host}:{settings.port}: {error.strerror or error}")
        raise SystemExit(1) from None


def load_checker(settings: Settings, clock: Clock | None = None) -> Checker:
    """The rulebook, compiled; exits with 1 and every problem where it is refused. Once something is published the folder is not read.

    Raises NoRelease and RecordsUnavailable.
    """
    released = released_checker(settings, (clock or now)()) if settings.rules == "releases" else None
    if released is not None:
        return released
    try:
        book = load_folder(settings.payers)
    except RulebookRefused as refused:
        _say(f"covercheck: {refused}")
        raise SystemExit(1) from None
    return Checker.of(book, EvidenceLimits(settings.evidence_fresh_months, settings.evidence_aged_months))


async def serve(app: web.Application, settings: Settings, stop: asyncio.Event | None = None) -> None:
    """Listen, say so, wait for `stop` or a signal, then drain."""
    stop = stop or asyncio.Event()
    handled = _on_signals(stop, app)
    runner = web.AppRunner(
        app,
        access_log=None,
        logger=protocol_logger(app[LOG]),
        keepalive_timeout=settings.idle_seconds,
        lingering_time=LINGER_SECONDS,
        shutdown_timeout=settings.shutdown_seconds,
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, settings.host, settings.port, backlog=BACKLOG, reuse_port=settings.workers > 1 or None)
        await site.start()
        _greet(app, settings, runner.addresses[0][1])
        await stop.wait()
        await site.stop()
        await app[RUNNING].ended(settings.shutdown_seconds)
    finally:
        loop = asyncio.get_running_loop()
        for number in handled:
            loop.remove_signal_handler(number)
        await runner.cleanup()


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def _greet(app: web.Application, settings: Settings, port: int) -> None:
    book = app[LIVE].now.checker.book
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    for text in app[FIRST_TOKEN]:
        _say(f"covercheck: first start: the token of an admin, shown this once: {text}")
    app[FIRST_TOKEN].clear()
    _say(f"covercheck {__version__} ready on http://{host}:{port} ({len(book.payers)} payers, {book.digest})")


def _on_signals(stop: asyncio.Event, app: web.Application) -> list[signal.Signals]:
    """Stop at SIGTERM and SIGINT; a second one, while draining, ends at once. SIGHUP takes the rules anew, or looks for a release."""
    loop = asyncio.get_running_loop()
    handled: list[signal.Signals] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, stop.set)
        except (NotImplementedError, RuntimeError, ValueError):
            continue
        handled.append(number)
    if hasattr(signal, "SIGHUP"):
        tasks: set[asyncio.Task[None]] = set()

        async def renew() -> None:
            if app[SETTINGS].rules == "files":
                await app[RELOADER].from_folder("SIGHUP")
            else:
                await app[FOLLOWER].look()

        def reload() -> None:
            task = loop.create_task(renew())
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        loop.add_signal_handler(signal.SIGHUP, reload)
        handled.append(signal.SIGHUP)
    return handled


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        uvloop: ModuleType = __import__("uvloop")
    except ImportError:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
