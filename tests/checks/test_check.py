"""Whole answers on the shipped rules."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from covercheck.checks.answer import Answer, CodeAnswer, PartAnswer
from covercheck.checks.check import Checker
from covercheck.checks.request import parse_request
from tests.conftest import NOW

KAP: dict[str, Any] = {
    "payer": "bcbs-massachusetts",
    "plan": {"line": "commercial", "state": "MA"},
    "date_of_service": "2026-12-01",
    "therapy": "kap_iv",
    "diagnoses": ["F33.2"],
    "facts": {"age_years": 41, "failed_antidepressants": 4},
}
PROMISES = ("guarantee", "approved", "you will pay", "you qualify")


def ask(checker: Checker, **changes: Any) -> Answer:
    """The answer to a changed question."""
    question = {key: value for key, value in {**KAP, **changes}.items() if value is not None}
    return checker.check(parse_request(json.dumps(question)), check_id="chk_test", now=NOW)


def part(answer: Answer, name: str) -> PartAnswer:
    """One part of an answer."""
    return next(found for found in answer.parts if found.part == name)


def code(answer: Answer, name: str) -> CodeAnswer:
    """One code among the codes of all parts."""
    return next(found for each in answer.parts for found in each.codes if found.code == name)


def test_the_question_of_the_readme_leads_to_a_call_with_the_form_cited(checker: Checker) -> None:
    answer = ask(checker)
    infusion = part(answer, "ketamine_iv")
    assert infusion.result == "uncertain"
    assert {"evidence_old", "criteria_unread"} <= set(infusion.causes)
    assert infusion.prior_authorization is not None
    assert infusion.prior_authorization.state == "needed"
    assert "bcbs-massachusetts/087#four-agents" in {reason.criterion for reason in infusion.reasons if reason.state == "met"}
    assert infusion.next_step == "call_insurer"
    assert answer.call is not None


def test_an_exchange_plan_covers_the_ordinary_parts_by_law(checker: Checker) -> None:
    answer = ask(checker, plan={"line": "exchange", "state": "MA"}, therapy=None, parts=["evaluation", "psychotherapy"])
    assert answer.result == "likely_covered"
    assert answer.call is None
    assert answer.summary == "2 of 2 parts likely covered"
    assert all(found.reasons and found.reasons[0].cite for found in answer.parts)


@pytest.mark.parametrize(("on", "good", "bad"), [("2025-12-31", "S0013", "J0013"), ("2026-01-01", "J0013", "S0013")])
def test_the_drug_code_changes_with_the_year(checker: Checker, on: str, good: str, bad: str) -> None:
    answer = ask(checker, payer="medicaid-tx", plan={"line": "medicaid", "state": "TX"}, therapy="spravato", date_of_service=on)
    assert code(answer, good).use == "bill"
    assert bad not in {found.code for found in part(answer, "esketamine").codes if found.use == "bill"}


def test_an_ended_code_is_answered_with_its_successor(checker: Checker) -> None:
    answer = ask(checker, payer="cigna", plan={"line": "commercial", "state": "TX"}, therapy=None, codes=["S0013"])
    (asked,) = answer.codes_asked
    assert (asked.use, asked.successor) == ("do_not_bill", "J0013")
    assert code(answer, "J0013").use == "bill"


@pytest.mark.parametrize(("dose", "good", "bad"), [(56, "G2082", "G2083"), (57, "G2083", "G2082"), (84, "G2083", "G2082")])
def test_medicare_codes_the_visit_by_dose(checker: Checker, dose: int, good: str, bad: str) -> None:
    facts = {"dose_mg": dose, "drug_supplied_by_practice": True, "patient_established": True}
    answer = ask(checker, payer="medicare-ffs", plan={"line": "medicare_ffs", "state": "OH"}, therapy="spravato", facts=facts)
    billed = {found.code for each in answer.parts for found in each.codes if found.use == "bill"}
    assert good in billed
    assert bad not in billed
    assert not {"S0013", "J0013"} & billed


def test_a_restricted_part_is_not_asked_and_stands_in_no_call(checker: Checker) -> None:
    answer = ask(checker, restricted_parts=["ketamine_iv"])
    hidden = part(answer, "ketamine_iv")
    assert (hidden.result, hidden.codes, hidden.next_step) == ("not_asked", (), "none")
    assert answer.call is not None
    assert "ketamine_iv" not in answer.call.for_parts
    assert all("ketamine_iv" not in question.parts for question in answer.call.questions)
    assert "J3490" not in {found.code for found in answer.call.codes}


def test_acute_suicidality_as_a_fact_adds_a_hint_not_a_candidate(checker: Checker) -> None:
    answer = ask(checker, therapy="spravato", facts={"suicidal_ideation_acute": True})
    assert "ask_acute_suicidality" in {hint.key for hint in answer.hints}
    assert "indication:mdd_acute_suicidality" not in part(answer, "esketamine").assumes


def test_a_call_is_given_exactly_when_some_part_is_uncertain(checker: Checker) -> None:
    for payer in checker.book.payers.values():
        for therapy in checker.book.therapies.therapies:
            line = payer.text.lines[0]
            state = payer.text.states[0] if payer.text.states else "TX"
            answer = ask(checker, payer=payer.id, plan={"line": line, "state": state}, therapy=therapy, facts={})
            assert (answer.call is not None) == any(found.result == "uncertain" for found in answer.parts), f"{payer.id} {therapy}"


def test_every_decided_part_stands_on_a_cited_reason(checker: Checker) -> None:
    for payer in checker.book.payers.values():
        for line in payer.text.lines:
            state = payer.text.states[0] if payer.text.states else "TX"
            parts = list(checker.book.therapies.parts)
            answer = ask(checker, payer=payer.id, plan={"line": line, "state": state}, therapy=None, parts=parts)
            for found in answer.parts:
                assert found.causes or found.deciding_facts or found.result.startswith("likely")
                if found.result.startswith("likely"):
                    assert any(reason.cite is not None and reason.cite.as_of is not None for reason in found.reasons), (
                        f"{payer.id} {found.part}"
                    )


def test_no_promise_in_what_a_patient_reads(checker: Checker) -> None:
    for payer in checker.book.payers.values():
        line = payer.text.lines[0]
        state = payer.text.states[0] if payer.text.states else "TX"
        answer = ask(checker, payer=payer.id, plan={"line": line, "state": state}, therapy="spravato_with_psychotherapy")
        told = orjson.dumps(answer.patient_view).decode().casefold()
        assert not any(word in told.replace("likely_covered", "").replace("likely_not_covered", "") for word in PROMISES)
        assert "988" in told


facts = st.fixed_dictionaries(
    {},
    optional={
        "age_years": st.integers(15, 70),
        "failed_antidepressants": st.integers(0, 6),
        "failed_antidepressant_classes": st.integers(0, 3),
        "madrs": st.integers(0, 60),
        "hamd17": st.integers(0, 52),
        "phq9": st.integers(0, 27),
        "antidepressant_trial_weeks": st.integers(0, 12),
        "on_oral_antidepressant": st.booleans(),
        "site_rems_certified": st.booleans(),
        "psychosis_history": st.booleans(),
        "plan_has_kap_rider": st.booleans(),
        "provider_in_network": st.booleans(),
        "prior_authorization_on_file": st.booleans(),
        "suicidal_ideation_acute": st.booleans(),
        "patient_established": st.booleans(),
        "dose_mg": st.sampled_from([28, 56, 84]),
        "psychotherapy_minutes": st.integers(10, 120),
        "provider_credential": st.sampled_from(["clinical_psychologist", "other"]),
    },
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data(), known=facts)
def test_what_was_written_before_is_what_would_be_written_anew(checker: Checker, data: st.DataObject, known: dict[str, Any]) -> None:
    payer = data.draw(st.sampled_from(sorted(checker.book.payers)))
    entry = checker.book.payers[payer].text
    question = {
        **KAP,
        "payer": payer,
        "plan": {"line": data.draw(st.sampled_from(entry.lines)), "state": entry.states[0] if entry.states else "TX"},
        "therapy": data.draw(st.sampled_from(sorted(checker.book.therapies.therapies))),
        "facts": known,
    }
    request = parse_request(json.dumps(question))
    kept = checker.check_json(request, check_id="chk_a", now=NOW)
    fresh = Checker.of(checker.book).check(request, check_id="chk_a", now=NOW)
    assert kept == orjson.dumps(fresh)


def test_a_week_later_nothing_of_an_answer_changes_but_its_time(checker: Checker) -> None:
    request = parse_request(json.dumps(KAP))
    first = orjson.loads(checker.check_json(request, check_id="a", now=NOW))
    later = orjson.loads(checker.check_json(request, check_id="a", now=NOW + timedelta(days=7)))
    for whom in (*first["call"]["whom"], *later["call"]["whom"]):
        whom.pop("open_now")
    first.pop("asked_at")
    later.pop("asked_at")
    assert first == later


@pytest.mark.parametrize(
    ("plan", "taken"),
    [
        ({"market": "small_group"}, {"plan_insured", "plan_not_grandfathered"}),
        ({"market": "small_group", "funding": "insured"}, {"plan_not_grandfathered"}),
    ],
)
def test_what_an_insured_market_takes_for_granted_is_said(checker: Checker, plan: dict[str, str], taken: set[str]) -> None:
    answer = ask(checker, plan={"line": "commercial", "state": "MA", **plan}, therapy=None, parts=["psychotherapy"])
    assert answer.result == "likely_covered"
    assert {name for name in answer.parts[0].assumes if name.startswith("plan_")} == taken


def test_a_self_funded_small_group_is_not_bound_by_the_essential_benefits(checker: Checker) -> None:
    plan = {"line": "commercial", "state": "MA", "market": "small_group", "funding": "self_funded"}
    assert ask(checker, plan=plan, therapy=None, parts=["psychotherapy"]).result == "uncertain"


def test_the_label_stands_beside_the_payers_rules_and_decides_nothing(checker: Checker) -> None:
    clear = {"age_years": 41, "site_rems_certified": True, "administration_supervised": True, "monitoring_2h": True}
    risks = ("aneurysmal_vascular_disease", "arteriovenous_malformation", "intracerebral_hemorrhage_history", "hypersensitivity_ketamine")
    plan = {"line": "commercial", "state": "TX"}
    states = []
    for facts in ({}, {**clear, **dict.fromkeys(risks, False)}, {**clear, "aneurysmal_vascular_disease": True}):
        answer = ask(checker, payer="cigna", plan=plan, therapy=None, parts=["esketamine"], facts=facts)
        label = answer.parts[0].label_says
        assert label is not None
        states.append(label.state)
    assert states == ["unknown", "allows", "forbids"]
    racemic = ask(checker, payer="cigna", plan=plan, therapy=None, parts=["ketamine_im"]).parts[0].label_says
    assert racemic is not None
    assert racemic.state == "off_label"


@pytest.mark.parametrize(
    ("facts", "taken"),
    [({}, {"provider_in_network"}), ({"provider_in_network": True}, set()), ({"provider_in_network": False}, {"out_of_network_benefit"})],
)
def test_what_is_taken_for_granted_of_the_network_follows_what_is_known_of_it(
    checker: Checker, facts: dict[str, Any], taken: set[str]
) -> None:
    answer = ask(checker, plan={"line": "exchange", "state": "MA"}, therapy=None, parts=["psychotherapy"], facts=facts)
    assert {name for name in answer.parts[0].assumes if "network" in name} == taken


@pytest.mark.parametrize(
    ("facts", "taken", "hints"),
    [
        ({}, {"no_plan_exclusion"}, 0),
        ({"plan_excludes_service": False}, set(), 0),
        ({"plan_excludes_service": True}, {"exclusion_not_of_this_part"}, 1),
    ],
)
def test_an_exclusion_in_the_plan_document_is_never_passed_over_in_silence(
    checker: Checker, facts: dict[str, Any], taken: set[str], hints: int
) -> None:
    answer = ask(checker, plan={"line": "exchange", "state": "MA"}, therapy=None, parts=["psychotherapy"], facts=facts)
    assert {name for name in answer.parts[0].assumes if "exclusion" in name} == taken
    assert [hint.key for hint in answer.hints].count("plan_exclusion") == hints


@pytest.mark.parametrize(
    ("benefits", "part", "hints"),
    [(False, "psychotherapy", 1), (False, "ketamine_iv", 0), (True, "psychotherapy", 0), (None, "psychotherapy", 0)],
)
def test_a_plan_without_mental_health_benefits_is_told_beside_visits_and_therapy(
    checker: Checker, benefits: bool | None, part: str, hints: int
) -> None:
    answer = ask(checker, therapy=None, parts=[part], facts={} if benefits is None else {"plan_covers_mental_health": benefits})
    assert [hint.key for hint in answer.hints].count("no_mental_health_benefit") == hints
