"""What calls and letters change: up to "likely", never above, never against a dated written policy."""

from __future__ import annotations

from functools import cache
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covercheck.checks.check import Checker
from covercheck.checks.evidence.items import Evidence
from covercheck.checks.request import parse_request
from tests.books import book_of, entry, policy
from tests.checks.evidence.calls import NOW, QUESTION, acme, answer_to, ask, call, evidence, part

SURE = ("likely_covered", "likely_not_covered")
LETTER: dict[str, Any] = {"kind": "letter"}


@cache
def shared() -> Checker:
    """One checker for all; hypothesis would otherwise print it whole."""
    return acme()


@pytest.fixture
def checker() -> Checker:
    return shared()


def after(checker: Checker, *answers: dict[str, Any], **changes: Any) -> Any:
    """The answer after one call."""
    return ask(checker, *evidence(checker, call(*answers, **changes)))


@pytest.mark.parametrize(("value", "result"), [("yes", "likely_covered"), ("no", "likely_not_covered")])
def test_a_complete_call_lifts_what_could_not_be_told(checker: Checker, value: str, result: str) -> None:
    found = part(after(checker, answer_to("C1", value, parts=["psychotherapy"])), "psychotherapy")
    assert (found.result, found.evidence, found.causes) == (result, "fair", ())


def test_it_is_shown_with_its_day_reference_and_last_day(checker: Checker) -> None:
    reason = part(after(checker, answer_to("C1", "yes", parts=["psychotherapy"])), "psychotherapy").reasons[0]
    assert "from a call on 2026-11-24, reference 7781, valid until 2026-12-31" in reason.says
    assert reason.criterion == "call#C1"
    assert reason.cite is not None
    assert reason.cite.as_of == "2026-11-24"


@pytest.mark.parametrize("changes", [{"read_back": False}, {"reference": None}])
def test_an_incomplete_call_is_shown_and_the_call_stays_needed(checker: Checker, changes: dict[str, Any]) -> None:
    written = {key: value for key, value in call(answer_to("C1", "yes", parts=["psychotherapy"]), **changes).items() if value is not None}
    answer = ask(checker, *evidence(checker, written))
    found = part(answer, "psychotherapy")
    assert found.result == "uncertain"
    assert found.reasons[0].criterion == "call#C1"
    assert answer.call is not None
    assert "C1" in {question.id for question in answer.call.questions}


def test_a_letter_is_strong_evidence(checker: Checker) -> None:
    found = part(after(checker, answer_to("C1", "yes", parts=["psychotherapy"]), **LETTER), "psychotherapy")
    assert (found.result, found.evidence) == ("likely_covered", "strong")


@pytest.mark.parametrize("changes", [{}, LETTER])
def test_neither_call_nor_letter_beats_a_dated_written_policy(checker: Checker, changes: dict[str, Any]) -> None:
    answer = after(checker, answer_to("D4", "no", parts=["esketamine"]), answer_to("C1", "no", parts=["esketamine"]), **changes)
    found = part(answer, "esketamine")
    assert (found.result, found.causes, found.leaning) == ("uncertain", ("sources_disagree",), None)
    assert "in writing" in found.says
    assert "evidence_conflict" in {hint.key for hint in answer.hints}


def test_an_oral_answer_against_an_old_text_leaves_it_open_a_written_one_settles_it(checker: Checker) -> None:
    oral = part(after(checker, answer_to("E1", "no")), "ketamine_iv")
    assert (oral.result, oral.causes) == ("uncertain", ("sources_disagree",))
    assert part(after(checker, answer_to("E1", "no"), **LETTER), "ketamine_iv").result == "likely_not_covered"


def test_an_old_text_that_is_still_in_force_decides_again(checker: Checker) -> None:
    assert part(ask(checker), "ketamine_iv").leaning == "covered"
    found = part(after(checker, answer_to("R1:acme/old", "yes")), "ketamine_iv")
    assert (found.result, found.evidence) == ("likely_covered", "fair")


def test_a_text_read_in_part_is_not_completed_by_being_in_force() -> None:
    unread = {"all": [{"id": "adult", "fact": "age_years", "at_least": "18"}, {"id": "rest", "unread": "cut off"}]}
    checker = Checker.of(book_of(policy("acme/101", entry(criteria=unread))))
    known = evidence(checker, call(answer_to("R1:acme/101", "yes")), parts=["esketamine"])
    assert part(ask(checker, *known, parts=["esketamine"]), "esketamine").result == "uncertain"


def test_a_fact_only_the_payer_knows_is_supplied_and_the_rule_decides() -> None:
    rider = {"id": "rider", "fact": "plan_has_rider", "is": "true", "says": "the plan has the rider"}
    checker = Checker.of(book_of(policy("acme/101", entry(criteria=rider))))
    for value, result in (("yes", "likely_covered"), ("no", "likely_not_covered")):
        known = evidence(checker, call(answer_to("R2:plan_has_rider", value)), parts=["esketamine"])
        answer = ask(checker, *known, parts=["esketamine"])
        assert answer.result == result
        assert answer.call is None


def test_a_fact_the_question_gives_otherwise_is_open_again_and_named() -> None:
    rider = {"id": "rider", "fact": "plan_has_rider", "is": "true", "says": "the plan has the rider"}
    checker = Checker.of(book_of(policy("acme/101", entry(criteria=rider))))
    known = evidence(checker, call(answer_to("R2:plan_has_rider", "no")), parts=["esketamine"])
    answer = ask(checker, *known, parts=["esketamine"], facts={"age_years": 41, "plan_has_rider": True})
    assert answer.result == "uncertain"
    assert "evidence_conflict" in {hint.key for hint in answer.hints}


def test_an_authorization_on_file_comes_with_its_number_and_dates(checker: Checker) -> None:
    granted = {"number": "PA-77", "from": "2026-11-20", "to": "2027-02-20"}
    found = part(after(checker, answer_to("G5", "yes", parts=["esketamine"], authorization=granted)), "esketamine")
    assert found.prior_authorization is not None
    assert found.prior_authorization.state == "on_file"
    assert found.prior_authorization.approval == "number PA-77, from 2026-11-20, to 2027-02-20"


def test_a_call_that_says_no_authorization_does_not_set_a_text_aside_that_asks_for_one() -> None:
    checker = acme(prior_authorization="required")
    answer = after(checker, answer_to("D3", "no", parts=["esketamine"]))
    authorization = part(answer, "esketamine").prior_authorization
    assert authorization is not None
    assert authorization.state == "needed"
    assert "evidence_conflict" in {hint.key for hint in answer.hints}


def test_where_no_text_speaks_of_authorization_a_call_does_until_confirmed_at_claim(checker: Checker) -> None:
    authorization = part(after(checker, answer_to("D3", "no", parts=["esketamine"])), "esketamine").prior_authorization
    assert authorization is not None
    assert authorization.state == "not_needed"
    assert "Confirm at claim" in authorization.says


def test_network_and_activity_leave_what_is_taken_for_granted(checker: Checker) -> None:
    answer = after(checker, answer_to("A1", "yes"), answer_to("B2", "yes", parts=["ketamine_iv"]))
    assert {"coverage_active", "provider_in_network"} & set(part(answer, "ketamine_iv").assumes) == set()
    assert "provider_in_network" in part(answer, "psychotherapy").assumes


def test_inactive_coverage_is_told_for_that_day(checker: Checker) -> None:
    known = evidence(checker, call(answer_to("A1", "no", parts=["esketamine", "ketamine_iv", "psychotherapy"])))
    assert {found.causes for found in ask(checker, *known).parts} == {("coverage_inactive",)}
    assert ask(checker, *known, date_of_service="2026-12-02").result != "likely_not_covered"


def test_what_was_answered_is_not_asked_again(checker: Checker) -> None:
    before, later = ask(checker).call, after(checker, answer_to("A1", "yes"), answer_to("A2", "yes", fact_value="insured")).call
    assert before is not None
    assert later is not None
    assert {"A1"} <= {question.id for question in before.questions} - {question.id for question in later.questions}


def test_a_call_that_named_no_member_changes_no_patients_answer(checker: Checker) -> None:
    assert evidence(checker, call(answer_to("C1", "yes", parts=["psychotherapy"]), policy_only=True)) == ()


def test_newer_beats_older_of_the_same_grade_and_an_older_letter_beats_a_newer_call(checker: Checker) -> None:
    yes = evidence(checker, call(answer_to("C1", "yes", parts=["psychotherapy"]), on="2026-11-20"), "call_1")
    no = evidence(checker, call(answer_to("C1", "no", parts=["psychotherapy"])), "call_2")
    letter = evidence(checker, call(answer_to("C1", "yes", parts=["psychotherapy"]), on="2026-11-10", **LETTER), "call_3")
    assert part(ask(checker, *yes, *no), "psychotherapy").result == "likely_not_covered"
    answer = ask(checker, *letter, *no)
    assert part(answer, "psychotherapy").result == "likely_covered"
    assert "evidence_conflict" in {hint.key for hint in answer.hints}


def test_a_contradiction_within_one_call_is_named(checker: Checker) -> None:
    answer = after(checker, answer_to("C1", "yes", parts=["psychotherapy"]), answer_to("E3", "no", parts=["psychotherapy"]))
    assert any("Ask which holds" in hint.says for hint in answer.hints)


def test_a_restricted_part_is_left_alone(checker: Checker) -> None:
    known = evidence(checker, call(answer_to("C1", "yes", parts=["psychotherapy"])))
    assert part(ask(checker, *known, restricted_parts=["psychotherapy"]), "psychotherapy").result == "not_asked"


def test_another_company_that_was_named_is_whom_to_call(checker: Checker) -> None:
    found = part(after(checker, answer_to("A3", "no", company="Northlight Partners", parts=["psychotherapy"])), "psychotherapy")
    assert found.administrator is not None
    assert (found.administrator.name, found.administrator.payer) == ("Northlight Partners", None)


QUESTIONS = ["A1", "A3", "B2", "C1", "C2", "C4", "D1", "D3", "D4", "E1", "E6", "G5", "R1:acme/old", "R1:acme/101", "F1"]


@st.composite
def answers(draw: st.DrawFn) -> dict[str, Any]:
    """An answer to any question, done well or not."""
    complete = draw(st.booleans())
    parts = draw(st.lists(st.sampled_from(QUESTION["parts"]), min_size=1, max_size=3, unique=True))
    value = draw(st.sampled_from(["yes", "no", "depends", "refused", "unknown"]))
    written = answer_to(draw(st.sampled_from(QUESTIONS)), value, parts=parts)
    written |= dict.fromkeys(("by_code", "by_clinic", "by_diagnosis", "by_benefit"), complete)
    return written | ({"document": {"title": "Doc"}} if draw(st.booleans()) else {})


@st.composite
def calls(draw: st.DrawFn) -> dict[str, Any]:
    """A call or letter of this or another month."""
    told = draw(st.lists(answers(), min_size=1, max_size=4, unique_by=lambda answer: answer["question_id"]))
    on = draw(st.sampled_from(["2026-06-01", "2026-11-20", "2026-11-24"]))
    return call(*told, kind=draw(st.sampled_from(["call", "letter"])), read_back=draw(st.booleans()), on=on)


@settings(max_examples=150, deadline=None)
@given(recorded=st.lists(calls(), min_size=1, max_size=3))
def test_whatever_was_recorded_no_dated_text_is_turned_round_and_nothing_is_promised(recorded: list[dict[str, Any]]) -> None:
    checker = shared()
    known = tuple(item for number, written in enumerate(recorded) for item in evidence(checker, written, f"call_{number}"))
    plain, heard = ask(checker), ask(checker, *known)
    for before, found in zip(plain.parts, heard.parts, strict=True):
        if before.result in SURE and found.result in SURE and found.result != before.result:
            assert found.causes == ("coverage_inactive",)
        if found.result in ("depends", "uncertain"):
            assert found.causes or found.deciding_facts
        if found.result in SURE:
            assert any(reason.cite is not None for reason in found.reasons)
        assert found.result in (*SURE, "depends", "uncertain")
    assert (heard.call is not None) is any(found.result == "uncertain" for found in heard.parts)
    told = orjson.dumps(heard.patient_view).decode().lower()
    assert not any(word in told for word in ("guarantee", "approved", "you will pay", "you qualify"))


@settings(max_examples=60, deadline=None)
@given(written=calls())
def test_the_same_evidence_gives_the_same_bytes_in_whatever_order_it_is_kept(written: dict[str, Any]) -> None:
    checker = shared()
    known = evidence(checker, written)
    kept = tuple(Evidence.from_json(orjson.loads(orjson.dumps(item.to_json()))) for item in reversed(known))
    request = parse_request(QUESTION)
    first = checker.check_json(request, check_id="chk_1", now=NOW, evidence=known)
    assert checker.check_json(request, check_id="chk_1", now=NOW, evidence=kept) == first


@settings(max_examples=60, deadline=None)
@given(written=calls())
def test_poor_grades_alone_decide_nothing(written: dict[str, Any]) -> None:
    checker = shared()
    poor = tuple(item for item in evidence(checker, written) if item.grade in ("C", "D"))
    plain, heard = ask(checker), ask(checker, *poor)
    assert [found.result for found in heard.parts] == [found.result for found in plain.parts]


@pytest.mark.parametrize(("value", "result"), [("yes", "uncertain"), ("no", "likely_not_covered")])
def test_that_a_kind_of_clinician_is_paid_says_nothing_of_the_rest(checker: Checker, value: str, result: str) -> None:
    assert part(after(checker, answer_to("C5", value, parts=["psychotherapy"])), "psychotherapy").result == result
