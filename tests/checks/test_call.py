"""The call prompt asks the gap: what could change a part's result or its authorization, and nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covercheck.checks.answer import CallPrompt, CallQuestion
from covercheck.checks.call import call_prompt
from covercheck.checks.call_contacts import open_now
from tests.checks.answers import (
    BILLED,
    BOOK,
    LINES,
    NOON,
    PARTS,
    all_text,
    authorized,
    book,
    call_for,
    code,
    fact,
    ids,
    part,
    question,
    reason,
)

CAUSES = (
    "no_rule", "policy_unread", "criteria_unread", "case_by_case", "payer_fact",
    "sources_disagree", "evidence_old", "evidence_undated", "evidence_secondary", "rule_failed",
)  # fmt: skip
BLOCKS = "ABCDERFG"


def asked(call: CallPrompt, name: str) -> CallQuestion:
    return next(question for question in call.questions if question.id == name)


def on_line(line: str) -> dict[str, Any]:
    return {"plan": {"line": line, "state": "MA"}}


# When there is a call at all


@pytest.mark.parametrize("result", ["likely_covered", "likely_not_covered", "depends", "not_asked"])
def test_without_an_uncertain_part_nobody_is_called(result: str) -> None:
    assert call_prompt(BOOK, question(), [part("psychotherapy", result)], NOON) is None


def test_the_call_is_for_the_uncertain_parts_alone() -> None:
    call = call_for(part("evaluation", "likely_covered"), part("esketamine"), part("monitoring", "depends"))
    assert call.for_parts == ("esketamine",)
    assert [code.code for code in call.codes] == ["J0013"]


def test_a_code_of_two_parts_is_quoted_once_and_a_code_not_to_bill_never() -> None:
    old = part("esketamine", codes=(code("J0013"), code("S0013", "do_not_bill")))
    call = call_for(part("psychotherapy"), part("dosing_psychotherapy"), old)
    assert [code.code for code in call.codes] == ["90837", "J0013"]


def test_what_is_answered_already_is_named_so_that_nobody_asks_it_again() -> None:
    call = call_for(part("evaluation", "likely_covered"), part("ketamine_iv"))
    assert any(note.key == "already_answered" and "evaluation" in note.says for note in call.do_not_ask)


# Parts the plan must not be told of


def test_a_restricted_part_is_in_no_code_question_or_contact() -> None:
    call = call_for(part("esketamine", "not_asked"), part("psychotherapy"), restricted_parts=["esketamine"])
    told = all_text(replace(call, do_not_ask=()))
    assert "esketamine" not in told.lower()
    assert "spravato" not in told.lower()
    assert "J0013" not in told


def test_staff_are_told_what_to_keep_silent_about() -> None:
    call = call_for(part("esketamine", "not_asked"), part("psychotherapy"), restricted_parts=["esketamine"])
    assert [note.says for note in call.do_not_ask if note.key == "restricted_part"]


def test_without_a_restricted_part_there_is_no_such_note() -> None:
    assert "restricted_part" not in {note.key for note in call_for(part("psychotherapy")).do_not_ask}


def test_therapy_on_the_day_of_a_restricted_drug_is_asked_as_ordinary_therapy() -> None:
    call = call_for(part("ketamine_iv", "not_asked"), part("dosing_psychotherapy"), restricted_parts=["ketamine_iv"])
    assert "C1" in ids(call)
    assert "C4" not in ids(call)  # it would tell the plan of the drug
    assert "ketamine" not in all_text(replace(call, do_not_ask=(), half_answers=())).lower()


def test_a_code_that_holds_the_restricted_drug_is_left_out_with_it() -> None:
    watching = part("monitoring", codes=(code("G2083"), code("99415")))
    call = call_for(part("esketamine", "not_asked"), watching, restricted_parts=["esketamine"])
    assert [code.code for code in call.codes] == ["99415"]


def test_a_document_on_the_restricted_drug_is_asked_about_only_without_a_member() -> None:
    open_part = part("dosing_psychotherapy", causes=("criteria_unread",), reasons=(reason(policy="acme/202"),))
    call = call_for(part("ketamine_iv", "not_asked"), open_part, restricted_parts=["ketamine_iv"])
    assert "R1:acme/202" not in ids(call)
    assert "policy_only" in {note.key for note in call.do_not_ask}


# Right plan and company


def test_an_active_plan_is_not_asked_after_when_an_eligibility_check_has_shown_it() -> None:
    assert "A1" in ids(call_for(part("ketamine_iv")))
    assert "A1" not in ids(call_for(part("ketamine_iv", assumes=("provider_in_network",))))


@pytest.mark.parametrize(
    "plan",
    [
        {"line": "commercial", "funding": "self_funded"},
        {"line": "commercial", "funding": "insured"},
        {"line": "commercial", "market": "individual"},
        {"line": "medicaid"},
        {"line": "exchange"},
    ],
)
def test_self_funding_is_asked_only_where_it_is_open(plan: dict[str, str]) -> None:
    assert "A2" in ids(call_for(part("ketamine_iv")))
    assert "A2" not in ids(call_for(part("ketamine_iv"), plan=plan))


def test_a_known_administrator_is_confirmed_not_taken_for_granted() -> None:
    call = call_for(part("psychotherapy"), rules=book("Minds Inc"))
    assert "Minds Inc" in asked(call, "A3").billing


def test_drugs_alone_do_not_need_the_mental_health_administrator() -> None:
    assert "A3" not in ids(call_for(part("ketamine_iv")))


# Network


def test_network_is_asked_apart_for_mental_health_and_for_medical_codes() -> None:
    call = call_for(part("psychotherapy"), part("ketamine_iv"))
    assert "90837" in asked(call, "B1").billing
    assert "J3490" in asked(call, "B2").billing
    assert "J3490" not in asked(call, "B1").billing


def test_a_network_that_is_known_is_not_asked_but_for_spravato() -> None:
    known = ("coverage_active",)
    call = call_for(part("psychotherapy", assumes=known), part("ketamine_iv", assumes=known))
    assert not {"B1", "B2"}.intersection(ids(call))
    assert "B2" in ids(call_for(part("esketamine", assumes=known)))  # in network for one code family may be out for the other


def test_network_does_not_matter_where_the_part_is_likely_not_paid() -> None:
    assert "B1" not in ids(call_for(part("psychotherapy", leaning="not_covered")))


def test_out_of_network_rights_and_exceptions_are_asked_once_the_clinic_is_known_to_be_out() -> None:
    call = call_for(part("psychotherapy", assumes=("coverage_active",)), facts={"provider_in_network": False})
    assert {"B3", "B4"} <= set(ids(call))
    assert not {"B3", "B4"}.intersection(ids(call_for(part("psychotherapy"))))


# Psychotherapy


def test_therapy_on_the_day_of_a_dose_raises_its_own_risk() -> None:
    call = call_for(part("dosing_psychotherapy"), part("ketamine_iv", "likely_not_covered"), part("psychotherapy", "likely_covered"))
    assert "off-label" in asked(call, "C4").billing
    assert "C1" not in ids(call)  # the same code by itself is answered


def test_beside_spravato_nobody_speaks_of_an_off_label_drug() -> None:
    call = call_for(part("dosing_psychotherapy"), part("esketamine"))
    assert "off-label" not in asked(call, "C4").billing


def test_without_therapy_on_the_day_of_a_dose_that_risk_is_not_raised() -> None:
    assert "C4" not in ids(call_for(part("psychotherapy"), part("ketamine_iv")))


def test_authorization_not_known_is_asked_even_for_a_part_that_is_likely_covered() -> None:
    call = call_for(part("ketamine_iv"), part("psychotherapy", "likely_covered"))
    assert asked(call, "C2").parts == ("psychotherapy",)
    settled = part("psychotherapy", "likely_covered", prior_authorization=authorized("not_needed"))
    assert "C2" not in ids(call_for(part("ketamine_iv"), settled))


@pytest.mark.parametrize(
    ("license_held", "is_asked"), [("mental_health_counselor", True), ("clinical_social_worker", False), (None, False)]
)
def test_the_license_is_asked_after_only_where_plans_differ(license_held: str | None, is_asked: bool) -> None:
    call = call_for(part("psychotherapy"), facts={"provider_credential": license_held})
    assert ("C5" in ids(call)) is is_asked


# Spravato


def test_spravato_is_asked_by_benefit_codes_and_both_authorizations() -> None:
    assert {"B2", "D1", "D2", "D3", "D4", "D5"} <= set(ids(call_for(part("esketamine"))))


def test_without_spravato_nothing_of_it_is_asked() -> None:
    assert not [name for name in ids(call_for(part("ketamine_iv"), part("psychotherapy"))) if name.startswith("D")]


def test_a_text_of_the_last_three_months_settles_the_benefit() -> None:
    fresh = part("esketamine", causes=("criteria_unread",), reasons=(reason(as_of="2026-11-01"),))
    stale = part("esketamine", causes=("criteria_unread",), reasons=(reason(as_of="2026-06-01"),))
    assert "D1" not in ids(call_for(fresh))
    assert "D1" in ids(call_for(stale))


@pytest.mark.parametrize(("benefit", "leads_to"), [("pharmacy", {"D6"}), ("medical", {"D2"}), ("either", {"D2", "D6"})])
def test_each_benefit_has_its_own_questions(benefit: str, leads_to: set[str]) -> None:
    call = call_for(part("esketamine", benefit=benefit))
    assert {"D2", "D6"}.intersection(ids(call)) == leads_to


def test_codes_the_payer_itself_names_are_not_asked_again() -> None:
    assert "D2" not in ids(call_for(part("esketamine", codes=(code("J0013", basis="payer"),))))


def test_the_package_codes_raise_the_question_of_a_new_patient() -> None:
    package = part("esketamine", codes=(code("G2083"),))
    assert "D7" in ids(call_for(package))
    assert "D7" not in ids(call_for(package, facts={"patient_established": True}))


def test_a_document_on_file_is_asked_about_by_name_in_place_of_the_general_question() -> None:
    call = call_for(part("esketamine", causes=("criteria_unread",), reasons=(reason(),)))
    assert "R1:acme/101" in ids(call)
    assert "D4" not in ids(call)


def test_an_authorization_on_file_is_not_asked_for_again() -> None:
    assert "D3" not in ids(call_for(part("esketamine", prior_authorization=authorized("on_file"))))


# Ketamine and watching


def test_ketamine_is_asked_by_route_code_and_diagnosis() -> None:
    billing = asked(call_for(part("ketamine_im")), "E1").billing
    assert "into muscle" in billing
    assert "J3490" in billing
    assert "F33.2" in billing


def test_codes_by_the_hour_are_asked_only_when_the_clinic_bills_them() -> None:
    watching = part("monitoring", codes=(code("0820T"),))
    assert "E3" in ids(call_for(watching, parts=None, codes=["0820T"]))
    assert "E3" not in ids(call_for(part("monitoring")))


def test_a_rider_is_asked_only_of_an_employers_plan() -> None:
    assert "E4" in ids(call_for(part("ketamine_iv")))
    assert "E4" not in ids(call_for(part("ketamine_iv"), **on_line("exchange")))
    assert "E4" not in ids(call_for(part("ketamine_iv"), plan={"line": "commercial", "market": "individual"}))


# Criteria


def test_the_document_we_have_is_quoted_with_its_title_and_date() -> None:
    old = reason("four", "met", "four agents failed", title="Policy 087", as_of="2021-04-01", edition="2021-04-01")
    call = call_for(part("ketamine_iv", causes=("evidence_old",), leaning="covered", reasons=(old,)))
    billing = asked(call, "R1:acme/101").billing
    assert "Policy 087" in billing
    assert "2021-04-01" in billing
    assert "four agents failed" in billing
    assert re.search("name, number, effective date", billing)


def test_one_question_for_each_document_however_many_criteria_are_open() -> None:
    reasons = (reason("a"), reason("b"), reason("c", policy="acme/202"))
    call = call_for(part("ketamine_iv", causes=("criteria_unread",), reasons=reasons))
    assert [name for name in ids(call) if name.startswith("R1")] == ["R1:acme/101", "R1:acme/202"]


def test_a_document_that_leaves_nothing_open_is_not_asked_about() -> None:
    reasons = (reason("a"), reason("adult", "met", policy="acme/202"))
    call = call_for(part("ketamine_iv", causes=("criteria_unread",), reasons=reasons))
    assert "R1:acme/202" not in ids(call)


def test_a_law_that_is_only_old_is_no_question_for_a_company() -> None:
    law = reason("all", "met", policy="federal/medicaid", as_of="2020-01-01")
    weak = part("evaluation", causes=("evidence_old",), leaning="covered", reasons=(law,))
    assert "R1:federal/medicaid" not in ids(call_for(weak, **on_line("medicaid")))
    assert "C1" in ids(call_for(weak, **on_line("medicaid")))  # but the part is asked about
    assert "R1:federal/medicaid" in ids(call_for(weak, **on_line("tricare")))  # for a programme it is its own rule


def test_a_fact_only_the_payer_knows_is_asked_in_its_words() -> None:
    hanging = fact("plan_excludes_service", ask="Does the plan document exclude this service?")
    call = call_for(part("psychotherapy", causes=("payer_fact",), leaning="covered", deciding_facts=(hanging,)))
    assert asked(call, "R2:plan_excludes_service").billing == "Does the plan document exclude this service?"
    assert "C1" not in ids(call)  # no text is in doubt


def test_a_payer_fact_on_which_authorization_hangs_is_asked_too() -> None:
    hanging = part("psychotherapy", "likely_covered", prior_authorization=authorized("unknown", "plan_excludes_service"))
    assert asked(call_for(part("ketamine_iv"), hanging), "R2:plan_excludes_service").decides[-1] == "authorization"


def test_no_fact_is_asked_twice() -> None:
    facts = (fact("provider_in_network"), fact("plan_has_kap_rider"), fact("plan_funding"))
    call = call_for(part("ketamine_iv", causes=("payer_fact",), deciding_facts=facts))
    assert not [name for name in ids(call) if name.startswith("R2")]
    assert {"A2", "B2", "E4"} <= set(ids(call))


def test_what_clinic_or_patient_know_is_gathered_first_and_never_asked_of_the_payer() -> None:
    facts = (fact("age_years", "clinic"), fact("plan.name", "patient"), fact("plan_excludes_service"))
    call = call_for(part("ketamine_iv", deciding_facts=facts), part("esketamine", deciding_facts=facts))
    assert [f.fact for f in call.gather_first] == ["age_years", "plan.name"]
    assert "R2:age_years" not in ids(call)


# Money and proof


@pytest.mark.parametrize(("leaning", "is_asked"), [("covered", True), ("not_covered", False), (None, False)])
def test_money_is_asked_only_where_it_will_plausibly_be_paid(leaning: str | None, is_asked: bool) -> None:
    assert ("F1" in ids(call_for(part("ketamine_iv", leaning=leaning)))) is is_asked


def test_proof_is_always_asked_and_last() -> None:
    assert ids(call_for(part("ketamine_iv")))[-5:] == ["G1", "G2", "G3", "G4", "G5"]


# Lines of business


def test_original_medicare_has_no_member_authorization_and_is_asked_of_the_contractor() -> None:
    parts = [part(name) for name in PARTS]
    call = call_for(*parts, **on_line("medicare_ffs"))
    assert not {"A2", "A3", "B1", "B2", "C2", "D1", "D3", "D5", "E6", "G5"}.intersection(ids(call))
    assert "authorization" not in " ".join(q.billing for q in call.questions if q.id != "G5").lower().replace("older authorization", "")
    assert any("contractor" in whom.company for whom in call.whom)
    assert "local" in asked(call, "E1").billing


def test_an_employers_benefit_is_asked_of_its_own_administrator() -> None:
    call = call_for(part("ketamine_iv"), **on_line("employer_benefit"))
    assert "benefit administrator" in call.whom[0].purpose
    assert not {"A2", "A3", "A4", "E4"}.intersection(ids(call))


def test_va_is_asked_for_a_referral_and_never_for_money() -> None:
    call = call_for(part("ketamine_iv", leaning="covered"), **on_line("va"))
    assert "referral" in asked(call, "A1").billing
    assert "F1" not in ids(call)


@pytest.mark.parametrize("line", ["tricare", "va"])
def test_where_pages_disagree_only_a_written_policy_counts(line: str) -> None:
    assert "written policy" in asked(call_for(part("ketamine_iv"), **on_line(line)), "E1").billing


# Whom to call, and when


def test_the_number_on_the_card_comes_first_without_a_phone() -> None:
    first = call_for(part("psychotherapy")).whom[0]
    assert "card" in first.purpose
    assert first.phone is None


def test_the_behavioral_administrator_is_called_for_therapy_alone() -> None:
    rules = book("Minds Inc")
    assert call_for(part("psychotherapy"), rules=rules).whom[0].company == "Minds Inc"
    assert call_for(part("psychotherapy"), part("ketamine_iv"), rules=rules).whom[0].company == "Acme Health"
    assert call_for(part("ketamine_iv"), rules=rules).whom[0].company == "Acme Health"


def test_contacts_fit_part_line_and_state() -> None:
    def desks(call: CallPrompt) -> set[str]:
        return {whom.purpose for whom in call.whom[1:]}

    assert desks(call_for(part("psychotherapy"))) == {"provider services", "behavioral services"}
    assert desks(call_for(part("esketamine"))) == {"provider services", "Spravato desk"}
    assert desks(call_for(part("ketamine_iv"), **on_line("medicaid"))) == {"provider services", "Medicaid desk"}
    assert desks(call_for(part("ketamine_iv"), plan={"line": "commercial", "state": "RI"})) == {"provider services", "Rhode Island desk"}
    assert desks(call_for(part("ketamine_iv"), plan={})) == {"provider services"}  # where the state is not said, none of its desks fits


def test_no_phone_stands_without_its_source() -> None:
    for whom in call_for(*[part(name) for name in PARTS]).whom:
        assert whom.phone is None or (whom.source is not None and whom.source.title == "Contact page")


MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "now", "is_open"),
    [
        ("Mon-Fri 8-20 ET", MONDAY.replace(hour=13), True),
        ("Mon-Fri 8-20 ET", MONDAY.replace(hour=12, minute=59), False),  # in winter New York is five hours behind
        ("Mon-Fri 8-20 ET", datetime(2026, 7, 6, 12, 0, tzinfo=UTC), True),  # in summer four
        ("Mon-Fri 8-20 ET", MONDAY.replace(hour=13) - timedelta(days=1), False),  # a Sunday
        ("Mon-Fri 8-20 ET", MONDAY.replace(hour=0, minute=59) + timedelta(days=1), True),  # still Monday evening there
        ("Mon-Fri 8am-8pm ET", MONDAY.replace(hour=13), True),
        ("Mon-Fri 8-5 CT", MONDAY.replace(hour=22), True),  # 5 is five in the afternoon
        ("Mon-Fri 8-5 CT", MONDAY.replace(hour=23), False),
        ("Monday through Friday, 8 a.m. to 5:30 p.m. Pacific time", MONDAY.replace(hour=16), True),
        ("Mon-Thu 8-18, Fri 8-12 ET", datetime(2026, 11, 27, 18, 0, tzinfo=UTC), False),
        ("7 days a week, 6-22 MT", MONDAY.replace(hour=14), True),
        ("24 hours", MONDAY, True),
        ("24 hours a day, 7 days a week", MONDAY, True),
        ("24/7", MONDAY, True),
        ("Mon-Fri 8-20", MONDAY, None),  # no time zone
        ("8-20 ET", MONDAY, None),  # no days
        ("Mon-Fri 20-8 ET", MONDAY, None),
        ("Mon-Fri 8-99 ET", MONDAY, None),
        ("the page speaks of help around the clock", MONDAY, None),
        ("", MONDAY, None),
    ],
)
def test_whether_a_line_is_open_is_said_only_where_it_can_be_told(hours: str, now: datetime, is_open: bool | None) -> None:
    assert open_now(hours, now) is is_open


@given(st.text(max_size=60), st.datetimes(timezones=st.just(UTC)))
def test_no_text_of_hours_ever_fails(hours: str, now: datetime) -> None:
    assert open_now(f"{hours} ET", now) in (True, False, None)


def test_only_open_now_depends_on_the_time() -> None:
    def timeless(now: datetime) -> CallPrompt:
        call = call_for(*[part(name) for name in PARTS], now=now)
        return replace(call, whom=tuple(replace(whom, open_now=None) for whom in call.whom))

    assert timeless(NOON) == timeless(NOON + timedelta(hours=12))


# Minutes, words, privacy


@pytest.mark.parametrize(
    ("parts", "minutes"),
    [
        ((part("psychotherapy", assumes=(), prior_authorization=authorized("not_needed"), causes=("criteria_unread",)),), 20),
        ((part("psychotherapy"), part("ketamine_iv")), 45),
        ((part("esketamine"),), 45),
        ((part("esketamine", benefit="either"),), 60),
        ((part("esketamine", benefit="unknown"),), 60),
    ],
)
def test_time_to_reserve_grows_with_the_questions(parts: tuple[Any, ...], minutes: int) -> None:
    assert call_for(*parts).minutes == minutes


MEMBER = {"id": "W123456789", "first_name": "Ada", "last_name": "Ravenscroft", "date_of_birth": "1985-03-14", "group": "G-77123"}


def test_no_name_id_or_birth_date_stands_on_the_sheet() -> None:
    text = all_text(call_for(*[part(name) for name in PARTS], member=MEMBER))
    assert not [value for value in ("W123456789", "Ada", "Ravenscroft", "1985-03-14", "G-77123") if value in text]
    assert "[member id]" in text


def test_the_clinic_gives_its_numbers_where_it_gave_them_to_us() -> None:
    call = call_for(part("psychotherapy"), provider={"npi": "1234567890", "tax_id": "12-3456789"})
    assert "1234567890" in call.opening
    assert "12-3456789" in asked(call, "B1").billing
    assert "[clinic NPI]" in call_for(part("psychotherapy")).opening


def test_the_diagnosis_is_told_only_where_the_question_needs_it() -> None:
    call = call_for(*[part(name) for name in PARTS])
    assert {q.id for q in call.questions if "F33.2" in q.billing} == {"C1", "E1"}
    assert "F33.2" not in call.opening


def test_never_is_ketamine_therapy_asked_about_as_a_whole() -> None:
    call = call_for(*[part(name) for name in PARTS])
    assert "vague_question" in {note.key for note in call.do_not_ask}
    assert not [q for q in call.questions if re.search(r"is ketamine (therapy )?covered", q.billing, re.IGNORECASE)]


def test_a_promise_in_a_facts_wording_does_not_reach_the_patient() -> None:
    call = call_for(part("psychotherapy", causes=("payer_fact",), deciding_facts=(fact("plan_excludes_service"),)))
    assert "approved" not in (asked(call, "R2:plan_excludes_service").plain or "").lower()


# For every combination


@st.composite
def answers(draw: st.DrawFn) -> tuple[dict[str, Any], list[Any]]:
    names = draw(st.lists(st.sampled_from(PARTS), unique=True, min_size=1, max_size=5))
    parts = []
    for name in names:
        result = draw(st.sampled_from(["likely_covered", "likely_not_covered", "depends", "uncertain", "uncertain", "not_asked"]))
        causes = draw(st.lists(st.sampled_from(CAUSES), unique=True, max_size=3)) if result == "uncertain" else []
        state = draw(st.sampled_from(["needed", "not_needed", "on_file", "unknown"]))
        policies = draw(st.lists(st.sampled_from(["acme/101", "acme/202", "federal/law"]), max_size=2))
        as_of = draw(st.sampled_from([None, "2020-01-01", "2026-10-01"]))
        facts = draw(st.lists(st.sampled_from(["plan_excludes_service", "provider_in_network", "plan_has_kap_rider"]), unique=True))
        parts.append(
            part(
                name,
                result,
                causes=tuple(causes),
                leaning=draw(st.sampled_from([None, "covered", "not_covered"])),
                evidence=draw(st.sampled_from([None, "weak", "fair", "strong"])),
                benefit=draw(st.sampled_from(["medical", "pharmacy", "either", "unknown"])),
                prior_authorization=authorized(state),
                reasons=tuple(reason(policy=policy, as_of=as_of) for policy in policies),
                deciding_facts=tuple(fact(f) for f in facts) if result == "uncertain" else (),
            )
        )
    restricted = [p.part for p in parts if p.result == "not_asked"]
    return {"parts": names, "restricted_parts": restricted, **on_line(draw(st.sampled_from(LINES)))}, parts


@settings(max_examples=150, deadline=None)
@given(answers())
def test_every_call_is_whole_and_asks_only_the_gap(drawn: tuple[dict[str, Any], list[Any]]) -> None:
    asked_of, parts = drawn
    uncertain = {p.part for p in parts if p.result == "uncertain"}
    hidden = {p.part for p in parts if p.result == "not_asked"}
    call = call_prompt(BOOK, question(**asked_of), parts, NOON)
    assert (call is None) is (not uncertain)
    if call is None:
        return
    names = ids(call)
    assert len(set(names)) == len(names)
    assert [BLOCKS.index(q.block) for q in call.questions] == sorted(BLOCKS.index(q.block) for q in call.questions)
    assert all(q.parts and q.decides and q.then and q.why for q in call.questions)
    assert not hidden.intersection(name for q in call.questions for name in q.parts)
    assert {BILLED[p.part] for p in parts if p.part in uncertain} >= {code.code for code in call.codes}
    assert ("restricted_part" in {note.key for note in call.do_not_ask}) is bool(hidden)
    assert all(not re.search(r"\b(None|\{|\})", q.billing + (q.plain or "")) for q in call.questions)


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(PARTS), st.sampled_from([cause for cause in CAUSES if cause != "payer_fact"]), st.sampled_from(LINES))
def test_every_uncertain_part_has_a_question_that_decides_it(name: str, cause: str, line: str) -> None:
    call = call_for(part(name, causes=(cause,)), **on_line(line))
    assert [q for q in call.questions if q.block in "CDER" and "coverage" in q.decides and name in q.parts]
