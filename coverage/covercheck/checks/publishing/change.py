"""What a draft changes: files written anew and files taken away, by their paths."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import orjson

from covercheck.checks.request import Fault
from covercheck.rules.load import SHARED
from covercheck.rules.text_yaml import MAX_BYTES

PATH: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,79}/[a-z0-9][a-z0-9._-]{0,119}\.yaml", re.ASCII)
MOST_FILES: Final = 500


@dataclass(frozen=True, slots=True)
class Change:
    """`written`: the new text of files by path; `removed`: files that are no more."""

    written: Mapping[str, str] = field(repr=False)
    removed: tuple[str, ...]

    def on(self, files: Mapping[str, bytes]) -> dict[str, bytes]:
        """The files with this change."""
        kept = {name: data for name, data in files.items() if name not in self.removed}
        return kept | {name: text.encode() for name, text in self.written.items()}

    @property
    def paths(self) -> tuple[str, ...]:
        """Every file it touches."""
        return (*self.written, *self.removed)

    def faults(self, files: Mapping[str, bytes]) -> Iterator[Fault]:
        """What is wrong with it as such; whether the rules are sound is another question."""
        if not self.paths:
            yield Fault("/written", "missing", "a draft changes or removes at least one file")
        if len(self.paths) > MOST_FILES:
            yield Fault("/written", "wrong_form", f"more than {MOST_FILES} files")
        for name, text in self.written.items():
            at = f"/written/{_escaped(name)}"
            if not is_rule_path(name):
                yield Fault(at, "wrong_form", "the path of a rule file is payer/policy.yaml, or one of " + ", ".join(SHARED))
            if len(text.encode()) > MAX_BYTES:
                yield Fault(at, "wrong_form", f"a rule file has at most {MAX_BYTES} bytes")
            if name in self.removed:
                yield Fault(at, "wrong_form", "the file is removed as well")
        for index, name in enumerate(self.removed):
            if name not in files:
                yield Fault(f"/removed/{index}", "wrong_form", "no such file stands in the rules that the draft changes")


def is_rule_path(name: str) -> bool:
    """Whether a file of this path is looked at as a rule file; nothing that leads elsewhere is."""
    return name in SHARED or PATH.fullmatch(name) is not None


def pack_change(change: Change) -> bytes:
    """For keeping."""
    return zlib.compress(orjson.dumps({"written": dict(change.written), "removed": change.removed}), 6)


def unpack_change(kept: bytes) -> Change:
    """What `pack_change` took."""
    told = orjson.loads(zlib.decompress(kept))
    return Change(told["written"], tuple(told["removed"]))


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
