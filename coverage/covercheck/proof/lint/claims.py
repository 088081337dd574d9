"""Lint of what goes on a claim: codes not valid in the edition's time, text taken from code books."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from covercheck.engine import Engine
from covercheck.proof.finding import Finding, error
from covercheck.rules.policy import Policy

# Turns of phrase of the code books' own descriptors, which may not be copied. None of them is a descriptor.
_DESCRIPTOR = re.compile(
    r"(?i)\b(psychotherapy, \d+ minutes with patient|office or other outpatient visit for the"
    r"|psychiatric diagnostic evaluation with medical services"
    r"|therapeutic, prophylactic,? (or|and) diagnostic (injection|substance)|intravenous infusion, for therapy, prophylaxis"
    r"|each additional (hour|\d+ minutes) \(list separately|\(list separately in addition to code for primary)"
)


def code_not_valid(engine: Engine, policy: Policy, _on: date) -> Iterator[Finding]:
    """A code to bill that exists nationally on no day on which the entry speaks of it, or on no list at all."""
    table = engine.book.codes.codes
    for edition in policy.editions:
        for entry in edition.coverage:
            for index, use in enumerate(entry.codes):
                path = (*entry.path, "codes", index)
                known = table.get(use.code)
                if known is None:
                    message = f"code {use.code} is not in codes.yaml"
                    yield error("code-not-valid", engine, policy, path, message, "add it there with its dates, or correct it")
                    continue
                starts = max(filter(None, (edition.effective, use.starts, known.from_)), default=date.min)
                ends = min(filter(None, (edition.until, use.ends, known.until)), default=date.max)
                if use.use == "bill" and starts > ends:
                    message = f"code {use.code} is valid on no day of this edition"
                    yield error("code-not-valid", engine, policy, path, message, "give it `until`/`from`, or write the code of that time")


def cpt_descriptor(engine: Engine, policy: Policy, _on: date) -> Iterator[Finding]:
    """Text that reads like a code book's descriptor: those are licensed, and our own plain words are clearer."""
    document = engine.book.documents[policy.file]
    for path, text in _texts(document.data, ()):
        if _DESCRIPTOR.search(text):
            yield error(
                "cpt-descriptor", engine, policy, path, "this reads like a code book's own text", "say it in plain words of your own"
            )


def _texts(data: object, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(data, str):
        yield path, data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from _texts(value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _texts(value, (*path, index))
