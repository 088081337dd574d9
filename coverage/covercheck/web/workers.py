"""Several processes on one port: the kernel spreads connections, the database keeps them of one mind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import time
from multiprocessing.process import BaseProcess
from typing import Final

from covercheck.settings import Settings
from covercheck.web.serve import run

READY_SECONDS: Final = 60.0
PAUSE_SECONDS: Final = 1.0


def run_workers(settings: Settings) -> int:
    """Start the first worker, wait until it listens, then the others; one that dies is started again. The exit code."""
    if settings.workers == 1:
        run(settings)
        return 0
    context = multiprocessing.get_context("spawn")
    ending: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda given, _: ending.append(given))

    def start() -> BaseProcess:
        process = context.Process(target=run, args=(settings,))
        process.start()
        return process

    workers = [start()]

    def pass_on(number: int, _: object) -> None:
        for worker in workers:
            if worker.is_alive() and worker.pid is not None:
                os.kill(worker.pid, number)

    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, pass_on)
    if not _listens(workers[0], settings, ending):
        return _end(workers)
    workers += [start() for _ in range(settings.workers - 1)]
    while not ending:
        time.sleep(PAUSE_SECONDS)
        workers = [worker if worker.is_alive() or ending else start() for worker in workers]
    return _end(workers)


def _listens(first: BaseProcess, settings: Settings, ending: list[int]) -> bool:
    """The first one makes database, keys and token; false where it ends before it listens."""
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and first.is_alive() and not ending:
        try:
            socket.create_connection((settings.host, settings.port), timeout=0.2).close()
        except OSError:
            time.sleep(0.05)
        else:
            return True
    return False


def _end(workers: list[BaseProcess]) -> int:
    for worker in workers:
        if worker.is_alive():
            worker.terminate()
    for worker in workers:
        worker.join()
    return max((abs(worker.exitcode or 0) for worker in workers), default=0)
