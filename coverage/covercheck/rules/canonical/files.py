"""Bring rule files on disk into their canonical form, each whole or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from covercheck.rules.canonical import canonical
from covercheck.rules.problems import Place, Problem


@dataclass(frozen=True, slots=True)
class Formed:
    """What became of one file: `changed` when its form is another (or would be), or what is wrong with it."""

    file: str
    changed: bool = False
    problems: tuple[Problem, ...] = ()


def rule_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files meant by these paths, each once: a file itself, of a folder every rule file whose links do not lead out of it."""
    seen: set[Path] = set()
    for path in paths:
        top = path.resolve()
        below = [found for found in sorted(path.rglob("*.yaml")) if found.is_file() and found.resolve().is_relative_to(top)]
        for file in below if path.is_dir() else [path]:
            real = file.resolve()
            if real not in seen:
                seen.add(real)
                yield file


def form_file(path: Path, *, write: bool) -> Formed:
    """Read one file and, with `write`, put its canonical form in its place; a link stays and what it leads to is written."""
    name = str(path)
    try:
        raw = path.read_bytes()
        form = canonical(name, raw)
        if form.raw is None:
            return Formed(name, problems=form.problems)
        if form.raw == raw:
            return Formed(name)
        problem = _replace(path.resolve(), raw, form.raw) if write else None
    except OSError as error:
        problem = ("file_unreadable", f"can't be read or written: {error.strerror}", "check the path and its rights")
    return Formed(name, problems=(Problem(Place(name), *problem),)) if problem else Formed(name, changed=True)


def _replace(path: Path, old: bytes, new: bytes) -> tuple[str, str, str] | None:
    """Write beside the file and rename; the mode stays. Tells why not (key, message, remedy)."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if not mode & 0o222:
        return "file_read_only", "may not be written", "make the file writable, or leave it out"
    handle, beside = tempfile.mkstemp(prefix=".covercheck-", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(new)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(beside, mode)
        if path.read_bytes() != old:
            return "file_changed", "was changed while it was brought into form", "run the command again"
        os.replace(beside, path)
    finally:
        Path(beside).unlink(missing_ok=True)
    return None
