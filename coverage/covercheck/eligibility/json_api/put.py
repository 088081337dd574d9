"""Writing into a JSON object along paths."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from covercheck.eligibility.json_api.names import Path


def put(data: dict[str, Any], path: Path | None, value: Any) -> None:
    """Sets what stands at a path; nothing where there is no path, or the value is None or empty."""
    if not path or value is None or value in ("", [], {}):
        return
    for step in path[:-1]:
        data = data.setdefault(step, {})
    data[path[-1]] = value


def element(path: Path, value: str, constants: Iterable[tuple[Path, str]] = ()) -> Any:
    """One element of a list: the value itself, or an object that holds it."""
    if not path:
        return value
    made: dict[str, Any] = {}
    for place, constant in constants:
        put(made, place, constant)
    put(made, path, value)
    return made


def day(on: date, iso: bool = False) -> str:
    """`YYYYMMDD`, or as ISO 8601."""
    return on.isoformat() if iso else f"{on.year:04}{on.month:02}{on.day:02}"
