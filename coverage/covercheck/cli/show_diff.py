"""A diff on the screen: file by file, in words, with the plainest question that is answered otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from covercheck.checks.diff.report import Diff, FileDiff
from covercheck.checks.diff.search import Example
from covercheck.cli.screen import RESULTS, Screen, clean

MOST_CHANGES = 40


def show_diff(screen: Screen, told: Diff) -> None:
    """Every file that is not the same to the letter, then the counts."""
    for file in told.files:
        _file(screen, file)
    if not told.files:
        screen.out.print(f"Both say the same: {told.same} files without a difference.")
        return
    meaning = sum(file.verdict == "meaning" for file in told.files)
    words = f"{meaning} of {len(told.files)} changed files change what is answered; {told.same} files are the same."
    screen.out.print(Text(f"\n{words}", style="bold"))


def _file(screen: Screen, file: FileDiff) -> None:
    verdict = ("answers differ", "yellow") if file.verdict == "meaning" else ("no change of meaning", "green")
    screen.out.print(Text.assemble((f"\n{clean(file.file)}", "bold"), screen.dot, verdict))
    for change in file.changes[:MOST_CHANGES]:
        quiet = "dim" if change.is_prose else ""
        screen.out.print(Text(f"  {clean(str(change), 500)}".replace("→", screen.arrow), style=quiet))
    if len(file.changes) > MOST_CHANGES:
        screen.out.print(f"  and {len(file.changes) - MOST_CHANGES} more")
    for example in file.examples:
        _example(screen, example)


def _example(screen: Screen, example: Example) -> None:
    old, new = (gist.result if gist is not None else "refused" for gist in (example.before, example.after))
    before, after = screen.mark(RESULTS, old), screen.mark(RESULTS, new)
    screen.out.print(Text.assemble("  For example ", question_words(example.question), ":"), soft_wrap=True)
    told = ("    ", before, f" {screen.arrow} ", after) if old != new else ("    ", before, " by both, but")
    screen.out.print(Text.assemble(*told))
    for what, one, other in example.differs_in:
        if what != "result":
            screen.out.print(Text(f"    {what}: {clean(one, 200)} {screen.arrow} {clean(other, 200)}", style="dim"))
    span = span_words(example)
    if span:
        screen.out.print(Text(f"    {span}", style="dim"))


def question_words(question: Mapping[str, Any]) -> str:
    """The question in one line."""
    plan = " ".join(str(question["plan"][name]) for name in ("line", "state", "name", "market", "funding") if name in question["plan"])
    told = [question["payer"], plan, str(question["date_of_service"]), ", ".join(question["parts"])]
    told += [str(question["indication"])] if question.get("indication") else []
    told += [", ".join(question["diagnoses"])] if question.get("diagnoses") else []
    told += [str(question["phase"])] if question.get("phase") == "continuation" else []
    told += [f"{name} {_value(value)}" for name, value in question["facts"].items()]
    return "; ".join(clean(piece, 120) for piece in told if piece)


def span_words(example: Example) -> str:
    """The dates of service on which it differs."""
    if example.since is not None and example.since == example.until:
        return f"differs for services on {example.since}"
    if example.since is not None and example.until is not None:
        return f"differs for services from {example.since} to {example.until}"
    if example.since is not None:
        return f"differs for services from {example.since} on"
    return f"differs for services until {example.until}" if example.until is not None else ""


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
