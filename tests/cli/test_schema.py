"""`schema`: every rule file that loads validates, and what the loader refuses at sight the schema refuses too."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from covercheck.checks.codes import CodeBook
from covercheck.engine import Engine
from covercheck.proof import prove
from covercheck.rules import load_files
from covercheck.rules.canonical import canonical
from covercheck.rules.schema import DIALECT, KINDS, schema_of
from tests.books import CODES, FACTS, PAYER, THERAPIES, entry, policy
from tests.cli.conftest import ROOT, Cli

SHIPPED = sorted((ROOT / "payers").rglob("*.yaml"))
VALIDATORS = {kind: Draft202012Validator(schema_of(kind)) for kind in KINDS}


def kind_of(path: Path) -> str:
    """Which kind of rule file stands at a path."""
    return path.stem if path.stem in ("facts", "therapies", "codes", "payer", "members") else "policy"


def typed(data: Any) -> Any:
    """What PyYAML makes of a file, as JSON: dates as text, keys as text (it reads the key `on` as true)."""
    if isinstance(data, dict):
        return {"on" if key is True else str(key): typed(value) for key, value in data.items()}
    if isinstance(data, list):
        return [typed(item) for item in data]
    return data.isoformat() if isinstance(data, date) else data


def faults(kind: str, data: Any) -> list[str]:
    """What the schema has to say of a file."""
    return [f"{error.json_path}: {error.message}" for error in VALIDATORS[kind].iter_errors(data)]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_shipped_rule_file_validates(path: Path) -> None:
    assert faults(kind_of(path), typed(yaml.safe_load(path.read_text()))) == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_shipped_rule_file_validates_as_text(path: Path) -> None:
    assert faults(kind_of(path), yaml.load(path.read_text(), Loader=yaml.BaseLoader)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_each_schema_is_sound_and_describes_every_key(kind: str) -> None:
    schema = schema_of(kind)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == DIALECT
    models = {kind: schema, **schema.get("$defs", {})}
    bare = [
        f"{name}.{key}" for name, model in models.items() for key, form in model.get("properties", {}).items() if "description" not in form
    ]
    assert bare == []


def properties(schema: Any, at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every property of a schema at every depth, with its place."""
    if isinstance(schema, list):
        for index, inner in enumerate(schema):
            yield from properties(inner, f"{at}/{index}")
    elif isinstance(schema, dict):
        for key, inner in schema.items():
            if key == "properties" and "type" in schema:
                yield from ((f"{at}/{name}", form) for name, form in inner.items())
            if key != "examples":
                yield from properties(inner, f"{at}/{key}")


@pytest.mark.parametrize("kind", KINDS)
def test_every_property_at_every_depth_is_described_in_a_sentence_of_its_own(kind: str) -> None:
    found = list(properties(schema_of(kind)))
    assert len(found) > 5 or kind == "facts"
    assert [place for place, form in found if len(form.get("description", "")) < 4] == []


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_shows_an_example_that_validates(kind: str) -> None:
    examples = schema_of(kind)["examples"]
    assert examples
    assert [faults(kind, example) for example in examples] == [[] for _ in examples]


def test_the_examples_together_are_a_rulebook_that_proves() -> None:
    example = {kind: json.dumps(schema_of(kind)["examples"][0]).encode() for kind in KINDS}
    shared = {f"{kind}.yaml": example[kind] for kind in ("facts", "therapies", "codes")}
    own = {
        f"harbor-health/{name}.yaml": example[kind] for name, kind in (("payer", "payer"), ("members", "members"), ("policy-77", "policy"))
    }
    book = load_files(shared | own)
    engine = Engine.of(book)
    report = prove(engine, CodeBook.of(book, engine.limits).uses, on=date(2026, 11, 22))
    assert [str(finding) for finding in report.findings if finding.level == "error"] == []
    assert (report.cases, report.seen_both_ways) == (3, report.criteria)


@pytest.mark.parametrize("kind", KINDS)
def test_the_examples_show_the_canonical_order_of_keys(kind: str) -> None:
    example = schema_of(kind)["examples"][0]
    written = json.dumps(example)
    done = canonical("f", written.encode())
    assert done.raw is not None
    formed, as_written = (yaml.load(text, Loader=yaml.BaseLoader) for text in (done.raw, written))
    assert json.dumps(formed) == json.dumps(as_written)


GOOD: dict[str, Any] = {
    "facts": {"facts": FACTS},
    "therapies": THERAPIES,
    "codes": CODES,
    "payer": PAYER,
    "members": {"members": [{"id": "M1", "says": "active", "first_name": "Ada", "last_name": "Marlow", "date_of_birth": "1985-03-02"}]},
    "policy": policy(
        "acme/101", entry(codes=[{"code": "J0013"}], prior_authorization={"required_when": {"id": "x", "fact": "visits", "at_least": "25"}})
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_unknown_keys_are_refused(kind: str) -> None:
    assert faults(kind, GOOD[kind]) == []
    assert faults(kind, {**GOOD[kind], "surprise": 1}) != []


@pytest.mark.parametrize(
    "place", [("editions", 0), ("editions", 0, "coverage", 0), ("editions", 0, "coverage", 0, "criteria"), ("sources", "P")]
)
def test_unknown_keys_are_refused_at_every_depth(place: tuple[Any, ...]) -> None:
    data = copy.deepcopy(GOOD["policy"])
    inside = data
    for step in place:
        inside = inside[step]
    inside["surprise"] = "1"
    assert faults("policy", data) != []


def coverage_with(**changes: Any) -> dict[str, Any]:
    """A policy whose only entry has these changes."""
    data: dict[str, Any] = copy.deepcopy(GOOD["policy"])
    data["editions"][0]["coverage"][0].update(changes)
    return data


@pytest.mark.parametrize(
    "changes",
    [
        {"cite": "P"},
        {"cite": ["P", "OLD"]},
        {"prior_authorization": "required"},
        {"continuation": "same_as_initial"},
        {"continuation": {"unread": "not seen"}},
        {"approval": {"initial_days": "28"}},
        {"approval": {"initial_days": 28}},
        {"criteria": {"id": "a", "fact": "age_years", "at_least": 18}},
        {"criteria": {"id": "a", "fact": "pdmp_checked", "is": True}},
        {"criteria": {"id": "a", "fact": "specialty", "any_of": "np"}},
        {"criteria": {"not": {"any": [{"id": "a", "fact": "madrs", "less_than": 2.5}]}}},
        {"codes": [{"code": 90837, "until": 2026}, {"code": "02", "from": "2026-01"}]},
    ],
)
def test_the_text_forms_of_a_rule_file_are_accepted(changes: dict[str, Any]) -> None:
    assert faults("policy", coverage_with(**changes)) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"stance": "maybe"},
        {"prior_authorization": "perhaps"},
        {"prior_authorization": {"state": "required"}},
        {"continuation": "same"},
        {"criteria": {"id": "a", "fact": "age_years"}},
        {"criteria": {"id": "a", "fact": "age_years", "at_least": 1, "at_most": 2}},
        {"criteria": {"fact": "age_years", "at_least": 1}},
        {"criteria": {"all": [{"unread": "x"}], "any": [{"unread": "y"}]}},
        {"approval": {"initial_days": "many"}},
        {"codes": [{"code": "J0013", "until": "31.12.2026"}]},
        {"stance": "not_covered"},
    ],
)
def test_what_no_rule_file_may_say_is_refused(changes: dict[str, Any]) -> None:
    assert faults("policy", coverage_with(**changes)) != []


@pytest.mark.parametrize(
    ("effective", "states", "good"), [("unknown", "all", True), (2025, ["MA"], True), ("2025-13-99x", "all", False), ("2025", "MA", False)]
)
def test_dates_and_states_are_taken_in_their_forms_only(effective: Any, states: Any, good: bool) -> None:
    data = copy.deepcopy(GOOD["policy"])
    data["states"] = states
    data["editions"][0]["effective"] = effective
    assert (faults("policy", data) == []) is good


@pytest.mark.parametrize("kind", KINDS)
def test_the_command_prints_the_schema(cli: Cli, kind: str) -> None:
    done = cli("schema", kind)
    assert (done.exit_code, json.loads(done.stdout)) == (0, schema_of(kind))
