"""Servers as processes of their own, for tests and benchmarks."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent


@contextmanager
def server(*command: str, port: int) -> Iterator[None]:
    """A server in a process of its own, ready to answer; what it remembers goes with it, unless COVERCHECK_DATA_DIR says where to."""
    with TemporaryDirectory() as folder:
        environment = {
            "COVERCHECK_DATA_DIR": folder,
            **os.environ,
            "PYTHONPATH": f"{ROOT / 'coverage'}{os.pathsep}{ROOT}",
            "COVERCHECK_PAYERS": str(ROOT / "payers"),
        }
        with _process(command, environment, port):
            yield


@contextmanager
def _process(command: tuple[str, ...], environment: dict[str, str], port: int) -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-m", *command], env=environment, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=0.1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
