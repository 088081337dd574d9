"""Where the command line writes: the same words with shapes and colours, and never colour alone."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import IO

from rich.console import Console
from rich.text import Text

PIPE_WIDTH = 110
MIN_WIDTH = 40

Look = tuple[str, str, str]

RESULTS: Mapping[str, tuple[str, Look]] = MappingProxyType(
    {
        "likely_covered": ("likely covered", ("✔", "+", "green")),
        "likely_not_covered": ("likely not covered", ("✘", "x", "red")),
        "depends": ("depends", ("◆", "*", "cyan")),
        "uncertain": ("uncertain", ("?", "?", "yellow")),
        "not_asked": ("not asked", ("–", "-", "bright_black")),
        "mixed": ("mixed", ("±", "+/-", "magenta")),
    }
)
STATES: Mapping[str, tuple[str, Look]] = MappingProxyType(
    {
        "met": ("met", ("✔", "+", "green")),
        "unmet": ("unmet", ("✘", "x", "red")),
        "unknown": ("unknown", ("?", "?", "yellow")),
        "unread": ("unread", ("○", "o", "magenta")),
        "excluded": ("holds: excluded", ("✘", "x", "red")),
        "not_excluded": ("does not hold", ("✔", "+", "green")),
    }
)
AUTHORIZATIONS: Mapping[str, tuple[str, Look]] = MappingProxyType(
    {
        "needed": ("needed", ("●", "!", "yellow")),
        "not_needed": ("not needed", ("○", "o", "green")),
        "on_file": ("on file", ("✔", "+", "green")),
        "unknown": ("unknown", ("?", "?", "yellow")),
    }
)
CELLS: Mapping[str, tuple[str, Look]] = MappingProxyType(
    {
        "decided": ("decided", ("●", "#", "green")),
        "old": ("old or weak", ("◐", "%", "yellow")),
        "unread": ("unread", ("○", "o", "magenta")),
        "case_by_case": ("case by case", ("◇", "c", "cyan")),
        "no_rule": ("no rule", ("·", ".", "bright_black")),
    }
)
STANDINGS: Mapping[str, tuple[str, Look]] = MappingProxyType(
    {
        "active": ("active", ("✔", "+", "green")),
        "inactive": ("not active", ("✘", "x", "red")),
        "not_stated": ("not stated", ("?", "?", "yellow")),
        "not_determined": ("not determined", ("?", "?", "yellow")),
    }
)
USES: Mapping[str, tuple[str, Look]] = MappingProxyType(
    {"bill": ("bill", ("✔", "+", "green")), "do_not_bill": ("do not bill", ("✘", "x", "red"))}
)
LEVELS: Mapping[str, tuple[str, Look]] = MappingProxyType(
    {"error": ("error", ("✘", "x", "red")), "warning": ("warning", ("▲", "!", "yellow")), "ok": ("", ("✔", "+", "green"))}
)


@dataclass(frozen=True, slots=True)
class Screen:
    """Answers go to `out`, questions and errors to `err`; `plain` where the stream can't show our shapes."""

    out: Console
    err: Console
    plain: bool

    def mark(self, table: Mapping[str, tuple[str, Look]], key: str, words: bool = True) -> Text:
        """The shape of a key with its word, in its colour."""
        said, (shape, ascii_shape, style) = table.get(key, (key.replace("_", " "), ("?", "?", "")))
        shown = ascii_shape if self.plain else shape
        return Text(f"{shown} {said}" if words and said else shown, style=style)

    @property
    def dot(self) -> str:
        """What stands between the pieces of a line."""
        return " - " if self.plain else " · "

    @property
    def arrow(self) -> str:
        """What stands between a value and what follows from it."""
        return "->" if self.plain else "→"


def open_screen(no_color: bool = False) -> Screen:
    """Consoles on the streams as they are now; plain text for NO_COLOR, --no-color and pipes."""
    colourless = no_color or bool(os.environ.get("NO_COLOR"))
    plain = not (getattr(sys.stdout, "encoding", None) or "utf-8").lower().startswith("utf")
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
    return Screen(_console(sys.stdout, colourless), _console(sys.stderr, colourless), plain)


def _console(stream: IO[str], colourless: bool) -> Console:
    width = None
    if not stream.isatty() and not os.environ.get("COLUMNS"):
        width = PIPE_WIDTH
    console = Console(
        file=stream, width=width, color_system=None if colourless else "auto", highlight=False, emoji=False, markup=False, soft_wrap=False
    )
    if console.width < MIN_WIDTH:
        console.width = MIN_WIDTH
    return console


def heading(words: str) -> Text:
    """The title of a section."""
    return Text(f"\n{words}", style="bold underline")


def clean(text: str, limit: int = 300) -> str:
    """Text from outside without control characters or broken encodings, cut at a limit."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    shown = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in whole[:limit])
    return shown + ("..." if len(whole) > limit else "")
