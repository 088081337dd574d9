"""What the payer's systems say, in the answer: who is active, who runs what, what it costs; and a payer that fails changes nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import httpx
import orjson
import pytest

from covercheck.checks.answer import Answer, PartAnswer
from covercheck.checks.ask_payer import AskPayer
from covercheck.checks.check import Checker
from covercheck.checks.learned import Learned
from covercheck.checks.request import QuestionRefused, parse_request
from covercheck.eligibility.desk import Desk
from covercheck.eligibility.inquiry import Clinic
from covercheck.eligibility.routes import Routes, Setup
from covercheck.rules.eligibility_text import MemberText

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
QUESTION: dict[str, Any] = {
    "payer": "bcbs-massachusetts",
    "plan": {"line": "commercial", "state": "MA", "market": "small_group"},
    "date_of_service": "2026-12-01",
    "therapy": "kap_iv",
    "diagnoses": ["F33.2"],
    "facts": {"age_years": 41},
}


def member(checker: Checker, number: str) -> dict[str, Any]:
    """A shipped made-up member as a question names them."""
    found: MemberText = next(m for m in checker.book.payers["bcbs-massachusetts"].members if m.id == number)
    return {"id": found.id, "first_name": found.first_name, "last_name": found.last_name, "date_of_birth": found.date_of_birth.isoformat()}


async def learned(checker: Checker, number: str, seconds: float = 0.5, **changes: Any) -> tuple[Any, Learned | None]:
    """The question about this member, and what was learned of them."""
    request = parse_request({**QUESTION, "member": member(checker, number), **changes})
    async with httpx.AsyncClient() as client:
        asking = AskPayer(checker.book, checker.directory, Desk(), Routes(Setup(), client), Clinic())
        return request, await asking.learn(checker.reader.read(request, NOW.date()), seconds, NOW)


async def asked(checker: Checker, number: str, **changes: Any) -> Answer:
    """The answer about this member."""
    request, known = await learned(checker, number, **changes)
    return checker.check(request, check_id="chk_1", now=NOW, learned=known)


def without_member(checker: Checker, **changes: Any) -> Answer:
    """The answer of the rules alone."""
    return checker.check(parse_request({**QUESTION, **changes}), check_id="chk_1", now=NOW)


def part(answer: Answer, name: str) -> PartAnswer:
    """One part of it."""
    return next(part for part in answer.parts if part.part == name)


def hints(answer: Answer) -> list[str]:
    """The keys of the hints."""
    return [hint.key for hint in answer.hints]


async def test_without_a_member_nobody_is_asked(checker: Checker) -> None:
    assert without_member(checker).eligibility is None


async def test_an_active_plan_is_no_longer_taken_for_granted(checker: Checker) -> None:
    answer = await asked(checker, "DEMO1001")
    assert answer.eligibility is not None
    assert answer.eligibility.state == "active"
    assert all("coverage_active" not in part.assumes for part in answer.parts)
    assert all("provider_in_network" not in part.assumes for part in answer.parts)
    assert answer.call is not None
    assert "A1" not in {question.id for question in answer.call.questions}


async def test_a_made_up_member_is_said_to_be_one(checker: Checker) -> None:
    assert "made_up_member" in hints(await asked(checker, "DEMO1001"))


async def test_inactive_coverage_makes_every_part_likely_not_covered_with_its_source(checker: Checker) -> None:
    answer = await asked(checker, "DEMO1002")
    assert answer.result == "likely_not_covered"
    assert answer.call is None
    for found in answer.parts:
        assert (found.causes, found.next_step, found.prior_authorization) == (("coverage_inactive",), "find_new_plan", None)
        cite = found.reasons[0].cite
        assert cite is not None
        assert cite.as_of is not None


async def test_on_a_day_when_that_plan_was_active_it_is_not_inactive(checker: Checker) -> None:
    """The mock says inactive today; its coverage ran to 2025-12-31."""
    answer = await asked(checker, "DEMO1001", date_of_service="2025-06-01")
    assert answer.eligibility is not None
    assert answer.eligibility.state == "active"


async def test_mental_health_run_by_a_company_on_file_is_answered_by_its_rules(checker: Checker) -> None:
    answer = await asked(checker, "DEMO1003")
    talk = part(answer, "psychotherapy")
    assert talk.administrator is not None
    assert talk.administrator.payer == "magellan"
    assert part(answer, "ketamine_iv").administrator is None
    assert any(reason.criterion.startswith("magellan/") for reason in part(answer, "dosing_psychotherapy").reasons)
    assert answer.call is not None
    whom = [(w.company, w.phone, w.source is not None) for w in answer.call.whom if w.phone == "5555550142"]
    assert whom == [("Magellan Healthcare", "5555550142", True)]


async def test_a_company_not_on_file_is_named_and_the_payers_own_rules_answer(checker: Checker) -> None:
    answer = await asked(checker, "DEMO1004")
    talk = part(answer, "psychotherapy")
    assert talk.administrator is not None
    assert (talk.administrator.name, talk.administrator.payer) == ("Northlight Behavioral Partners", None)
    assert talk.prior_authorization is not None
    assert talk.prior_authorization.state == "needed"
    assert [cost.says for cost in talk.cost_share] == [
        "limit, 30 visits per calendar year, period not stated, network not stated (mental health)"
    ]
    assert talk.cost_share[0].plan_words == ("30 VISITS PER CALENDAR YEAR COMBINED IN AND OUT OF NETWORK",)


async def test_cost_shares_are_about_figures_with_period_and_network(checker: Checker) -> None:
    says = [cost.says for cost in part(await asked(checker, "DEMO1001"), "psychotherapy").cost_share]
    assert "about $30.00 copay, visit, in network (mental health)" in says
    assert "about 40 percent coinsurance, visit, out of network (mental health)" in says
    assert "about $620.50 deductible left, individual, in network (the plan as a whole)" in says


async def test_what_is_stated_need_not_be_asked_in_the_call(checker: Checker) -> None:
    answer = await asked(checker, "DEMO1001")
    plain = without_member(checker)
    assert answer.call is not None
    assert plain.call is not None
    assert {"F1", "F2", "F3", "A1"} & {question.id for question in answer.call.questions} == set()
    assert {"F1", "F2", "F3", "A1"} <= {question.id for question in plain.call.questions}


async def test_a_payer_that_states_no_mental_health_benefit_closes_what_the_law_makes_depend_on_it(checker: Checker) -> None:
    """A large group need not have the benefit; where it has none, parity asks for nothing."""
    plan = {"line": "commercial", "state": "MA", "market": "large_group"}
    with_benefit, without = await asked(checker, "DEMO1001", plan=plan), await asked(checker, "DEMO1006", plan=plan)
    assert part(with_benefit, "psychotherapy").result == "likely_covered"
    assert part(without, "psychotherapy").result != "likely_covered"


async def test_a_service_stated_as_not_covered_beside_a_text_that_covers_it_is_left_to_the_payer(checker: Checker) -> None:
    talk = part(await asked(checker, "DEMO1006"), "psychotherapy")
    assert (talk.result, talk.leaning, talk.causes) == ("uncertain", None, ("sources_disagree",))


async def test_another_payer_and_another_line_are_pointed_out(checker: Checker) -> None:
    assert {"other_payer", "line_differs"} <= set(hints(await asked(checker, "DEMO1007")))


async def test_pending_coverage_decides_nothing(checker: Checker) -> None:
    answer = await asked(checker, "DEMO1008")
    assert [p.result for p in answer.parts] == [p.result for p in without_member(checker).parts]
    assert all("coverage_active" in p.assumes for p in answer.parts)


async def test_a_fact_the_payer_contradicts_is_taken_as_unknown_and_named(checker: Checker) -> None:
    answer = await asked(checker, "DEMO1001", facts={"age_years": 41, "provider_in_network": False})
    assert "eligibility_contradicts" in hints(answer)
    assert "provider_in_network" in part(answer, "psychotherapy").assumes


async def test_a_clinic_out_of_network_is_an_assumption_of_its_own(checker: Checker) -> None:
    assert "out_of_network_benefit" in part(await asked(checker, "DEMO1009"), "psychotherapy").assumes


FAILING = {
    "DEMO1040": "deadline",
    "DEMO1041": "connection",
    "DEMO1042": "rejected_temporary",
    "DEMO1043": "unreadable",
    "DEMO1044": "another_person",
    "DEMO1045": "another_trace",
    "DEMO1046": "deadline",
    "DEMO1047": "throttled",
    "DEMO1072": "rejected_patient_data",
}


@pytest.mark.parametrize(("number", "key"), FAILING.items())
async def test_a_payer_that_fails_leaves_the_rules_answer_with_the_cause_named(checker: Checker, number: str, key: str) -> None:
    answer, plain = await asked(checker, number), without_member(checker)
    assert answer.eligibility is not None
    assert answer.eligibility.state == "not_determined"
    assert answer.eligibility.failure is not None
    assert answer.eligibility.failure.key == key
    assert answer.eligibility.failure.remedy
    assert (answer.parts, answer.call, answer.patient_view) == (plain.parts, plain.call, plain.patient_view)


async def test_a_rejection_is_told_in_plain_words_with_its_remedy(checker: Checker) -> None:
    answer = await asked(checker, "DEMO1072")
    assert answer.eligibility is not None
    assert answer.eligibility.failure is not None
    (refused,) = answer.eligibility.failure.rejections
    assert (refused.code, refused.says) == ("72", "the member id is wrong or missing")
    assert "not covered" not in answer.eligibility.says


@pytest.mark.parametrize(
    ("wrong", "code"),
    [({"date_of_birth": "1985-03-03"}, "71"), ({"last_name": "Marlowe"}, "73"), ({"first_name": "Eda"}, "73"), ({"group": "G1"}, "78")],
)
async def test_a_members_data_must_be_right(checker: Checker, wrong: dict[str, str], code: str) -> None:
    answer = await asked(checker, "DEMO1001", member={**member(checker, "DEMO1001"), **wrong})
    assert answer.eligibility is not None
    assert answer.eligibility.failure is not None
    assert [refused.code for refused in answer.eligibility.failure.rejections] == [code]


async def test_a_real_member_is_not_looked_for_among_made_up_ones(checker: Checker) -> None:
    answer = await asked(checker, "DEMO1001", member={"id": "XYZ900000001"})
    assert answer.eligibility is not None
    assert answer.eligibility.failure is not None
    assert answer.eligibility.failure.key == "no_adapter"


async def test_restricted_parts_leave_no_mark_on_the_question_to_the_payer(checker: Checker) -> None:
    restricted = ["psychotherapy", "dosing_psychotherapy", "evaluation"]
    request = parse_request({**QUESTION, "member": member(checker, "DEMO1001"), "restricted_parts": restricted})
    async with httpx.AsyncClient() as client:
        asking = AskPayer(checker.book, checker.directory, Desk(), Routes(Setup(), client), Clinic())
        inquiry = asking.inquiry(checker.reader.read(request, NOW.date()), NOW)
    assert inquiry is not None
    assert inquiry.service_types == ("30", "98")


async def test_a_wholly_restricted_therapy_is_not_asked_about(checker: Checker) -> None:
    everything = list(checker.book.therapies.therapies["kap_iv"].parts)
    answer = await asked(checker, "DEMO1002", restricted_parts=everything)
    assert answer.eligibility is None
    assert {part.result for part in answer.parts} == {"not_asked"}


async def test_a_restricted_part_stays_unasked_though_the_plan_is_inactive(checker: Checker) -> None:
    answer = await asked(checker, "DEMO1002", restricted_parts=["ketamine_iv"])
    assert part(answer, "ketamine_iv").result == "not_asked"
    assert part(answer, "psychotherapy").result == "likely_not_covered"


async def test_a_birth_date_ahead_is_refused(checker: Checker) -> None:
    request = parse_request({**QUESTION, "member": {"id": "DEMO1001", "date_of_birth": "2026-11-24"}})
    with pytest.raises(QuestionRefused) as refused:
        checker.reader.read(request, date(2026, 11, 23))
    assert [fault.pointer for fault in refused.value.faults] == ["/member/date_of_birth"]
    checker.reader.read(request, date(2026, 11, 24))


async def test_the_written_answer_is_the_same_answer(checker: Checker) -> None:
    request, known = await learned(checker, "DEMO1001")
    answer = checker.check(request, check_id="chk_1", now=NOW, learned=known)
    assert orjson.loads(checker.check_json(request, check_id="chk_1", now=NOW, learned=known)) == orjson.loads(orjson.dumps(answer))


@pytest.mark.parametrize("number", ["DEMO1001", "DEMO1002", "DEMO1003", "DEMO1004", "DEMO1006"])
async def test_every_decided_part_stands_on_a_dated_source(checker: Checker, number: str) -> None:
    for found in (await asked(checker, number)).parts:
        if found.result in ("likely_covered", "likely_not_covered"):
            assert any(reason.cite is not None for reason in found.reasons)


async def test_what_one_member_taught_is_not_told_of_another(checker: Checker) -> None:
    await asked(checker, "DEMO1002")
    assert without_member(checker).parts == without_member(checker, member=None).parts
    assert (await asked(checker, "DEMO1005")).result != "likely_not_covered"
