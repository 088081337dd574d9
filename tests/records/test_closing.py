"""A database that closes while a thread still reads: nothing stays open behind it."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from covercheck.records.database import FILE, open_database


def open_files(folder: Path) -> int:
    """How many descriptors of this process lead into the folder."""
    found = 0
    for entry in Path("/proc/self/fd").iterdir():
        try:
            found += os.readlink(entry).startswith(str(folder / FILE))
        except FileNotFoundError:  # closed since it was listed
            continue
    return found


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are counted as Linux tells them")
def test_a_connection_still_out_when_the_database_closes_is_closed_when_it_comes_back(tmp_path: Path) -> None:
    database = open_database(None, tmp_path)
    reading, closed = threading.Event(), threading.Event()
    read: list[int] = []

    def slowly(connection: Connection) -> None:
        reading.set()
        assert closed.wait(timeout=20)
        read.append(connection.execute(text("SELECT 7")).scalar_one())

    thread = threading.Thread(target=lambda: database.read(slowly))
    thread.start()
    assert reading.wait(timeout=20)
    database.close()
    still_open = open_files(tmp_path)
    closed.set()
    thread.join(timeout=20)
    assert read == [7], "what was being read is read to its end"
    assert still_open > 0
    assert open_files(tmp_path) == 0
