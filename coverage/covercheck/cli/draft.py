"""From options and files to a question: everything that is wrong or missing is found at once."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from covercheck.checks.check import Checker
from covercheck.checks.question import Question
from covercheck.checks.request import CheckRequest, Fault, QuestionRefused, parse_request, pointer
from covercheck.cli.exits import Stop
from covercheck.cli.screen import clean
from covercheck.rules.facts import Fact, Value, parse_text

MAX_BYTES = 1_000_000
WAYS = ("therapy", "parts", "codes")
OPTIONS = {
    "payer": "--payer",
    "date_of_service": "--date",
    "therapy": "--therapy",
    "parts": "--part",
    "codes": "--code",
    "diagnoses": "--diagnosis",
    "indication": "--indication",
    "phase": "--phase",
    "restricted_parts": "--restrict",
    "plan/line": "--line",
    "plan/state": "--state",
    "plan/name": "--plan",
    "plan/market": "--market",
    "plan/funding": "--funding",
    "member/id": "--member",
    "member/date_of_birth": "--date-of-birth",
    "member/first_name": "--first-name",
    "member/last_name": "--last-name",
    "member/group": "--group",
    "provider/npi": "--npi",
    "provider/tax_id": "--tax-id",
}


def people_of(written: Mapping[str, Any]) -> dict[str, Any]:
    """What the options of a command say of member and clinic, by path."""
    paths = (path for path in OPTIONS if path.startswith(("member/", "provider/")))
    return {path: written.get(OPTIONS[path].removeprefix("--").replace("-", "_")) for path in paths}


@dataclass(slots=True)
class Draft:
    """A question that may still lack something, as JSON data, with what was wrong with the options."""

    data: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def put(self, path: str, value: Any) -> None:
        """Set a key, `plan/…` below the plan and so on; None and empty lists leave it alone. One way of asking replaces the others."""
        if value is None or value == []:
            return
        above, _, name = path.rpartition("/")
        if path in WAYS:
            for way in WAYS:
                self.data.pop(way, None)
        inside = self.data.setdefault(above, {}) if above else self.data
        if isinstance(inside, dict):
            inside[name] = value

    def add_people(self, people: Mapping[str, Any]) -> None:
        """Member and clinic, as `people_of` has them."""
        for path, value in people.items():
            self.put(path, value)

    def add_ways(self, therapy: str | None, parts: list[str] | None, codes: list[str] | None) -> None:
        """What is asked; two ways at once stay, to be refused."""
        given: dict[str, Any] = {name: value for name, value in zip(WAYS, (therapy, parts, codes), strict=True) if value}
        if given:
            for way in WAYS:
                self.data.pop(way, None)
            self.data.update(given)

    def add_facts(self, given: Mapping[str, Any]) -> None:
        """Facts as JSON values; they go before those already there."""
        facts = self.data.setdefault("facts", {})
        if isinstance(facts, dict):
            facts.update(given)

    def add_written(self, written: Iterable[str], catalogue: Mapping[str, Fact]) -> None:
        """Facts as `name=value`, typed by the catalogue."""
        for item in written:
            name, equals, text = item.partition("=")
            name, text = name.strip(), text.strip()
            at = pointer(["facts", name])
            if not equals or not name:
                self.faults.append(Fault(at, "wrong_form", f"write {clean(item, 60)!r} as name=value"))
            elif name not in catalogue:
                self.add_facts({name: text})
            else:
                try:
                    self.add_facts({name: json_value(catalogue[name], text)})
                except ValueError as error:
                    self.faults.append(Fault(at, "wrong_value", str(error)))


def json_value(fact: Fact, text: str) -> Any:
    """A written value as the JSON of a question carries it; empty and `unknown` mean unknown."""
    if not text or (text.lower() == "unknown" and "unknown" not in fact.values):
        return None
    value: Value = parse_text(fact, text)
    if isinstance(value, date):
        return value.isoformat()
    return sorted(value) if isinstance(value, frozenset) else value


def read_json(name: str, what: str) -> Any:
    """A JSON file, or standard input for `-`; ends the command when it can't be read."""
    try:
        raw = sys.stdin.buffer.read(MAX_BYTES + 1) if name == "-" else _first_bytes(Path(name))
    except OSError as error:
        raise Stop(f"Can't read {clean(name)}: {error.strerror}.") from None
    if len(raw) > MAX_BYTES:
        raise Stop(f"{clean(name)} is larger than {MAX_BYTES:,} bytes.", f"Give the {what} alone.")
    try:
        return json.loads(raw.decode("utf-8-sig"), parse_constant=_no_constant, object_pairs_hook=_no_twins)
    except UnicodeDecodeError:
        raise Stop(f"{clean(name)} is not UTF-8 text.") from None
    except json.JSONDecodeError as error:
        raise Stop(f"{clean(name)}, line {error.lineno}, column {error.colno}: not valid JSON: {error.msg}.") from None
    except (ValueError, RecursionError) as error:
        raise Stop(f"{clean(name)} is not valid JSON: {clean(str(error), 100)}.") from None


def _first_bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twin = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {clean(twin, 60)!r} stands in it twice")
    return found


def settle(draft: Draft, checker: Checker, today: date) -> tuple[CheckRequest, Question]:
    """The question, or every fault of its options, shape and names at once."""
    request, question, faults = look_over(draft, checker, today)
    if faults or request is None or question is None:
        raise QuestionRefused(faults)
    return request, question


def look_over(draft: Draft, checker: Checker, today: date) -> tuple[CheckRequest | None, Question | None, list[Fault]]:
    """As far as the question can be read, with all its faults: what is missing or misshapen is stood in for, so that the rest is seen."""
    data = json.loads(json.dumps(draft.data))
    faults = list(draft.faults)
    stand_ins = {"payer": next(iter(checker.book.payers), "-"), "date_of_service": today.isoformat()}
    for name in stand_ins:
        if data.get(name) is None:
            faults.append(Fault(f"/{name}", "missing", "is missing"))
            data.pop(name, None)
    request = None
    for _ in range(2):
        try:
            request = parse_request(stand_ins | data)
            break
        except QuestionRefused as error:
            faults += error.faults
            for fault in error.faults:
                _drop(data, fault.pointer)
    question = None
    if request is not None:
        try:
            question = checker.reader.read(request, today)
        except QuestionRefused as error:
            shaped = {fault.pointer.split("/")[1] for fault in faults if "/" in fault.pointer}
            faults += [f for f in error.faults if not (f.key == "what_is_asked" and shaped & set(WAYS))]
    return request, question, [fault for at, fault in enumerate(faults) if fault not in faults[:at]]


def _drop(data: dict[str, Any], at: str) -> None:
    """Remove the key a fault points at: the key itself, or one below `plan`, `facts`, `member`, `provider`."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in at.split("/")[1:]]
    if not steps:
        return
    inside = data.get(steps[0])
    if len(steps) > 1 and isinstance(inside, dict):
        for key in [key for key in inside if key[:80] == steps[1]]:
            del inside[key]
    else:
        for key in [key for key in data if key[:80] == steps[0]]:
            del data[key]


def fault_words(fault: Fault, from_file: bool) -> tuple[str, str]:
    """Where (an option, or a place in the file) and what is wrong, without the addresses of the HTTP service."""
    steps = fault.pointer.split("/")[1:]
    option = OPTIONS.get("/".join(steps[:2])) or OPTIONS.get(steps[0] if steps else "")
    where = option or (f"--fact {'/'.join(steps[1:])}" if steps[:1] == ["facts"] else fault.pointer or "the question")
    if from_file and fault.pointer:
        where = fault.pointer
    return clean(where.replace("~1", "/").replace("~0", "~")), clean(re.sub(r"; see /\S+$", "", fault.detail))
