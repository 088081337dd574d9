"""Each lint rule has a rulebook that breaks it, and the same rulebook mended is clean of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

import pytest

from covercheck.checks.codes import CodeBook
from covercheck.engine import Engine
from covercheck.proof import Finding, ProofReport, prove
from covercheck.rules import Rulebook, RulebookRefused, load_files
from tests.books import FACTS, PAYER, PRIMARY, SECONDARY, entry, files_of, policy

TODAY = date(2026, 11, 22)
CONTACT: dict[str, Any] = {
    "purpose": "benefits",
    "phone": "1-800-555-0100",
    "source": {"title": "Acme providers", "url": "https://acme.example/providers", "read_on": "2026-11-22"},
}


def case(age: int, **changes: Any) -> dict[str, Any]:
    """A case of the policy `acme/101`."""
    expect = {"result": "likely_covered" if age >= 18 else "likely_not_covered", "because": ["adult"]}
    base = {
        "name": f"a patient of {age}",
        "on": "2026-12-01",
        "part": "esketamine",
        "diagnoses": ["F33.2"],
        "facts": {"age_years": str(age)},
    }
    return {**base, "expect": expect, **changes}


GOOD_CASES = [case(17), case(18), case(19)]


def findings(*policies: dict[str, Any], today: date = TODAY, **files: Any) -> dict[str, Finding]:
    """What proof finds, by rule."""
    content = files_of(*policies, **{name.replace("__", "/").replace("_yaml", ".yaml"): data for name, data in files.items()})
    return {finding.id: finding for finding in proved(load_files(content), on=today).findings}


def proved(book: Rulebook, payers: Collection[str] = (), on: date | None = None) -> ProofReport:
    """Proof of a rulebook as the command line runs it."""
    engine = Engine.of(book)
    return prove(engine, CodeBook.of(book, engine.limits).uses, payers, on=on)


def good(**changes: Any) -> dict[str, Any]:
    return policy("acme/101", cases=GOOD_CASES, **changes)


def test_a_clean_policy_has_no_error() -> None:
    found = findings(good())
    assert not [finding for finding in found.values() if finding.level == "error"]


def test_every_finding_has_a_place_and_a_remedy() -> None:
    finding = findings(policy("acme/101", cases=[case(19)]))["boundary-missing"]
    assert finding.place.file == "acme/101.yaml"
    assert finding.place.line > 1
    assert finding.remedy


@pytest.mark.parametrize(("cases", "missing"), [([17, 19], "at"), ([18, 19], "below"), ([17, 18], "above")])
def test_boundary_missing(cases: list[int], missing: str) -> None:
    finding = findings(policy("acme/101", cases=[case(age) for age in cases]))["boundary-missing"]
    assert f"age_years {missing} the limit 18" in finding.message
    assert "boundary-missing" not in findings(good())


def test_case_fails() -> None:
    wrong = case(17, expect={"result": "likely_covered"})
    assert "result is likely_not_covered, expected likely_covered" in findings(policy("acme/101", cases=[wrong]))["case-fails"].message


@pytest.mark.parametrize(
    ("expect", "says"),
    [
        ({"result": "likely_covered", "because": ["child"]}, "'child' is not among the reasons"),
        ({"result": "likely_covered", "leaning": "covered"}, "leaning is none"),
        ({"result": "likely_covered", "deciding_facts": ["madrs"]}, "deciding facts are []"),
        ({"result": "likely_covered", "causes": ["no_rule"]}, "causes are []"),
        ({"result": "likely_covered", "evidence": "weak"}, "evidence is strong"),
        ({"result": "likely_covered", "prior_authorization": "needed"}, "prior_authorization is unknown"),
        ({"result": "likely_covered", "benefit": "medical"}, "benefit is unknown"),
        ({"result": "likely_covered", "codes": {"J0013": "do_not_bill"}}, "code J0013 is bill, expected do_not_bill"),
        ({"result": "likely_covered", "codes": {"S0013": "bill"}}, "code S0013 is not among the codes"),
    ],
)
def test_a_case_looks_at_everything_it_expects(expect: dict[str, Any], says: str) -> None:
    assert says in findings(policy("acme/101", cases=[case(19, expect=expect)]))["case-fails"].message


def test_a_case_with_an_unknown_fact_fails() -> None:
    assert "no fact is named" in findings(policy("acme/101", cases=[case(19, facts={"shoe_size": "40"})]))["case-fails"].message


def test_criterion_one_sided() -> None:
    assert "never seen false" in findings(policy("acme/101", cases=[case(18), case(19)]))["criterion-one-sided"].message
    assert "criterion-one-sided" not in findings(good())


def test_stance_unseen() -> None:
    other = entry(stance="not_covered", indications=["ptsd"])
    edition = {"effective": "2025-01-01", "cite": "P", "coverage": [entry(), other]}
    assert "stance-unseen" in findings(policy("acme/101", editions=[edition], cases=GOOD_CASES))


def test_source_undated() -> None:
    undated = {key: value for key, value in PRIMARY.items() if key != "as_of"}
    assert findings(good(sources={"P": PRIMARY, "Q": undated}))["source-undated"].level == "warning"
    assert "source-undated" not in findings(good())


@pytest.mark.parametrize(("today", "due"), [(date(2027, 5, 21), False), (date(2027, 5, 22), True)])
def test_source_due_after_its_review_interval(today: date, due: bool) -> None:
    assert ("source-due" in findings(good(), today=today)) is due


@pytest.mark.parametrize(("until", "gap"), [("2025-12-31", False), ("2025-12-30", True)])
def test_edition_gap(until: str, gap: bool) -> None:
    editions = [
        {"effective": "2026-01-01", "cite": "P", "coverage": [entry()]},
        {"effective": "2025-01-01", "until": until, "cite": "P", "coverage": [entry()]},
    ]
    assert ("edition-gap" in findings(good(editions=editions))) is gap


def test_edition_contradiction() -> None:
    editions = [{"effective": "unknown", "cite": "P", "coverage": [entry(stance=stance)]} for stance in ("covered", "not_covered")]
    assert "two undated editions" in findings(good(editions=editions))["edition-contradiction"].message


def test_overlapping_editions_do_not_even_load() -> None:
    editions = [
        {"effective": "2026-01-01", "cite": "P", "coverage": [entry()]},
        {"effective": "2025-01-01", "until": "2026-03-01", "cite": "P", "coverage": [entry()]},
    ]
    with pytest.raises(RulebookRefused, match="into the edition of"):
        findings(good(editions=editions))


def test_a_case_without_a_date_does_not_even_load() -> None:
    with pytest.raises(RulebookRefused, match=r"cases\.0\.on` is missing"):
        findings(policy("acme/101", cases=[{key: value for key, value in case(18).items() if key != "on"}]))


def test_constant_branch() -> None:
    tree = {"all": [{"id": "adult", "fact": "age_years", "at_least": "18"}, {"id": "teen", "fact": "age_years", "at_least": "13"}]}
    assert "'teen' never changes" in findings(good(editions=[edition_with(tree)]))["constant-branch"].message


def edition_with(tree: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"effective": "2025-01-01", "cite": "P", "coverage": [entry(criteria=tree)], **changes}


def test_number_differs() -> None:
    tree = {"id": "adult", "fact": "age_years", "at_least": "18", "says": "21 or older"}
    assert "says '21 or older'" in findings(good(editions=[edition_with(tree)]))["number-differs"].message
    words = {**tree, "says": "eighteen years or older, not a child of 12 years; 18 by the day"}
    assert "number-differs" not in findings(good(editions=[edition_with(words)]))


def test_uncited_criterion() -> None:
    rule = good(
        sources={"P": PRIMARY, "Q": SECONDARY},
        editions=[edition_with({"id": "adult", "fact": "age_years", "at_least": "18"}, cite=["P", "Q"])],
    )
    assert "uncited-criterion" in findings(rule)
    cited = {"id": "adult", "fact": "age_years", "at_least": "18", "cite": "P"}
    assert "uncited-criterion" not in findings({**rule, "editions": [edition_with(cited, cite=["P", "Q"])]})


def test_authorization_as_criterion() -> None:
    tree = {"id": "on-file", "fact": "prior_authorization_on_file", "is": "true"}
    assert "authorization-as-criterion" in findings(good(editions=[edition_with(tree)]))


@pytest.mark.parametrize(
    ("code", "invalid"),
    [
        ({"code": "J9999"}, True),
        ({"code": "S0013", "from": "2026-01-01"}, True),
        ({"code": "S0013"}, False),
        ({"code": "S0013", "use": "do_not_bill", "from": "2026-01-01"}, False),
    ],
)
def test_code_not_valid(code: dict[str, Any], invalid: bool) -> None:
    edition = {"effective": "2025-01-01", "cite": "P", "coverage": [entry(codes=[code])]}
    assert ("code-not-valid" in findings(good(editions=[edition]))) is invalid


def test_cpt_descriptor() -> None:
    edition = {"effective": "2025-01-01", "cite": "P", "coverage": [entry(note="Psychotherapy, 60 minutes with patient")]}
    assert "cpt-descriptor" in findings(good(editions=[edition]))


@pytest.mark.parametrize(
    "source", [{"title": "A copy", "read_on": "2026-11-22"}, {"title": "A copy", "url": "https://docslib.org/1", "read_on": "2026-11-22"}]
)
def test_contact_without_source(source: dict[str, Any]) -> None:
    payer = {**PAYER, "contacts": [{**CONTACT, "source": source}]}
    assert "contact-without-source" in findings(good(), acme__payer_yaml=payer)


@pytest.mark.parametrize(
    ("phone", "wrong"), [("1-800-555-0100", False), ("800-555-0100", False), ("call us", True), ("1-800-555-010", True)]
)
def test_phone_form(phone: str, wrong: bool) -> None:
    payer = {**PAYER, "contacts": [{**CONTACT, "phone": phone}]}
    assert ("phone-form" in findings(good(), acme__payer_yaml=payer)) is wrong


def test_fact_unused() -> None:
    assert findings(good())["fact-unused"].level == "warning"


def test_fact_unasked() -> None:
    silent = {key: value for key, value in FACTS["age_years"].items() if key != "ask"}
    assert "fact-unasked" in findings(good(), facts_yaml={"facts": {**FACTS, "age_years": silent}})
    assert "fact-unasked" not in findings(good())


def test_with_names_only_those_payers_are_proved() -> None:
    book = load_files(files_of(good()))
    assert proved(book, ["federal"]).policies == 0
    assert proved(book, ["acme"]).policies == 1
