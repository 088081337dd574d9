"""The meaning of rules, step by step as the design fixes it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from covercheck.engine import Engine
from covercheck.engine.asking import Asked, facts_of
from covercheck.engine.finding import Finding
from covercheck.rules import RulebookRefused, load_files
from tests.books import FACTS, OLD, PAYER, PRIMARY, SECONDARY, TRD, ask, book_of, entry, files_of, policy

ON = date(2026, 12, 1)


def finding(*policies: dict[str, Any], part: str = "esketamine", **changes: Any) -> Finding:
    """The finding on 2026-12-01 for a commercial plan in Massachusetts with F33.2."""
    asked = Asked(**{"payer": "acme", "on": ON, "line": "commercial", "state": "MA", "diagnoses": ("F33.2",), **changes})
    return ask(Engine.of(book_of(*policies)), asked, part)


def covered(name: str, **changes: Any) -> dict[str, Any]:
    return policy(name, entry(stance="covered"), **changes)


def refused(name: str, **changes: Any) -> dict[str, Any]:
    return policy(name, entry(stance="not_covered"), **changes)


def sourced(source: dict[str, Any], stance: str = "covered") -> dict[str, Any]:
    return policy("acme/101", entry(stance=stance), sources={"P": source})


def test_all_met_is_likely_covered() -> None:
    assert finding(policy(), facts={"age_years": 18}).result == "likely_covered"


def test_a_failed_criterion_is_likely_not_covered_just_below_the_limit() -> None:
    assert finding(policy(), facts={"age_years": 17}).result == "likely_not_covered"


def test_an_unknown_fact_of_the_clinic_makes_it_depend_on_that_fact() -> None:
    found = finding(policy())
    assert found.result == "depends"
    assert [fact.fact for fact in found.deciding] == ["age_years"]
    assert [(then.when, then.result) for then in found.deciding[0].then] == [
        ("17 or less", "likely_not_covered"),
        ("18 or more", "likely_covered"),
    ]


def test_an_unknown_fact_only_the_payer_knows_needs_a_call() -> None:
    rider = {"id": "rider", "fact": "plan_has_rider", "is": "true"}
    found = finding(policy("acme/101", entry(criteria=rider)))
    assert (found.result, found.causes) == ("uncertain", ("payer_fact",))


def test_no_text_is_uncertain_for_want_of_a_rule_never_not_covered() -> None:
    found = finding(policy(), part="ketamine_iv")
    assert (found.result, found.causes, found.leaning) == ("uncertain", ("no_rule",), None)


def test_an_unread_criterion_keeps_it_open_leaning_covered_when_the_rest_is_met() -> None:
    tree = {"all": [{"id": "adult", "fact": "age_years", "at_least": "18"}, {"unread": "cut"}]}
    found = finding(policy("acme/101", entry(criteria=tree)), facts={"age_years": 41})
    assert (found.result, found.causes, found.leaning) == ("uncertain", ("criteria_unread",), "covered")


def test_a_partly_read_policy_can_still_refuse() -> None:
    tree = {"all": [{"id": "adult", "fact": "age_years", "at_least": "18"}, {"unread": "cut"}]}
    assert finding(policy("acme/101", entry(criteria=tree)), facts={"age_years": 17}).result == "likely_not_covered"


def test_an_unread_stance_says_so() -> None:
    found = finding(policy("acme/101", entry(stance="unread")))
    assert (found.result, found.causes, found.leaning) == ("uncertain", ("policy_unread",), None)


def test_case_by_case_needs_a_call() -> None:
    assert finding(policy("acme/101", entry(stance="case_by_case"))).causes == ("case_by_case",)


def test_an_exclusion_that_holds_refuses_and_an_unknown_one_stays_open() -> None:
    exclusion = {"id": "psychosis", "fact": "psychosis_history", "is": "true"}
    rule = policy("acme/101", entry(excluded_when=[exclusion]))
    assert finding(rule, facts={"age_years": 41, "psychosis_history": True}).result == "likely_not_covered"
    assert finding(rule, facts={"age_years": 41}).result == "depends"
    assert finding(rule, facts={"age_years": 41, "psychosis_history": False}).result == "likely_covered"


@pytest.mark.parametrize(
    ("on", "grade"),
    [
        (date(2027, 12, 1), "strong"),  # 18 months to the day
        (date(2027, 12, 2), "fair"),
        (date(2029, 6, 1), "fair"),  # 36 months to the day
        (date(2029, 6, 2), "weak"),
        (date(2025, 1, 1), "strong"),  # the text is younger than the date of service
    ],
)
def test_a_primary_text_ages_by_months_before_the_date_of_service(on: date, grade: str) -> None:
    found = finding(sourced(PRIMARY), on=on)
    assert found.evidence is not None
    assert found.evidence.word == grade


@pytest.mark.parametrize(("on", "grade"), [(date(2027, 12, 1), "fair"), (date(2027, 12, 2), "weak")])
def test_a_secondary_text_counts_a_step_less(on: date, grade: str) -> None:
    found = finding(sourced(SECONDARY), on=on)
    assert found.evidence is not None
    assert found.evidence.word == grade


@pytest.mark.parametrize(
    ("source", "causes"),
    [
        (OLD, ("evidence_old",)),
        ({key: value for key, value in PRIMARY.items() if key != "as_of"}, ("evidence_undated",)),
        ({**OLD, "quality": "secondary"}, ("evidence_old", "evidence_secondary")),
        ({**SECONDARY, "as_of": "2024-06-01"}, ("evidence_secondary",)),
    ],
)
def test_weak_evidence_only_leans_and_says_why(source: dict[str, Any], causes: tuple[str, ...]) -> None:
    found = finding(sourced(source))
    assert (found.result, found.leaning, found.causes) == ("uncertain", "covered", causes)
    assert finding(sourced(source, "not_covered")).leaning == "not_covered"


def test_a_refusal_stands_on_the_source_of_what_failed() -> None:
    tree = {
        "all": [{"id": "adult", "fact": "age_years", "at_least": "18"}, {"id": "old", "fact": "madrs", "at_least": "20", "cite": "OLD"}]
    }
    rule = policy("acme/101", entry(criteria=tree))
    assert finding(rule, facts={"age_years": 17}).result == "likely_not_covered"
    assert finding(rule, facts={"madrs": 10}).result == "uncertain"
    assert finding(rule, facts={"age_years": 41, "madrs": 30}).result == "uncertain"


def test_equal_texts_that_agree_decide_and_all_are_cited() -> None:
    found = finding(covered("acme/1"), covered("acme/2"))
    assert found.result == "likely_covered"
    assert len(found.statements) == 2


def test_equal_texts_that_oppose_are_a_disagreement() -> None:
    found = finding(covered("acme/1"), refused("acme/2"))
    assert (found.result, found.causes, found.leaning) == ("uncertain", ("sources_disagree",), None)


def test_one_decided_and_one_unread_text_stay_open_leaning_as_the_decided_one() -> None:
    found = finding(refused("acme/1"), policy("acme/2", entry(stance="unread")))
    assert (found.result, found.leaning) == ("uncertain", "not_covered")


def test_the_text_of_a_state_replaces_the_general_one() -> None:
    found = finding(covered("acme/1"), refused("acme/2", states=["MA"]))
    assert found.result == "likely_not_covered"
    assert [statement.policy.policy.id for statement in found.set_aside] == ["acme/1"]


def test_the_text_of_a_state_on_weaker_evidence_does_not_replace() -> None:
    local = refused("acme/2", states=["MA"], sources={"P": OLD})
    assert finding(covered("acme/1"), local).causes == ("sources_disagree",)


@pytest.mark.parametrize(("psychosis", "result"), [(True, "likely_not_covered"), (False, "uncertain"), (None, "uncertain")])
def test_a_text_whose_stance_was_not_read_speaks_for_its_state_only_through_what_it_excludes(psychosis: bool | None, result: str) -> None:
    excluded = {"id": "psychosis", "fact": "psychosis_history", "is": True, "says": "psychosis"}
    local = policy("acme/2", entry(stance="unread", excluded_when=[excluded]), states=["MA"])
    facts = {} if psychosis is None else {"psychosis_history": psychosis}
    found = finding(covered("acme/1"), local, facts=facts)
    assert found.result == result
    assert bool(found.set_aside) is (psychosis is True)


def test_the_text_of_a_named_plan_replaces_that_of_the_state() -> None:
    gold = covered("acme/2", plans=["Acme Gold"])
    assert finding(refused("acme/1", states=["MA"]), gold, plan_name="ACME gold").result == "likely_covered"
    assert finding(refused("acme/1", states=["MA"]), gold, plan_name="Silver").result == "likely_not_covered"


def test_an_unnamed_plan_is_asked_for_when_the_texts_differ_by_plan() -> None:
    found = finding(refused("acme/1", states=["MA"]), covered("acme/2", plans=["Acme Gold"]))
    assert found.result == "depends"
    assert [fact.fact for fact in found.deciding] == ["plan.name"]


@pytest.mark.parametrize(("name", "result"), [("ACME public", "uncertain"), ("Acme Gold", "likely_covered"), (None, "likely_covered")])
def test_a_text_is_silent_on_a_plan_it_leaves_out_and_asks_nobody_for_the_name(name: str | None, result: str) -> None:
    found = finding(covered("acme/1", except_plans=["Acme Public"]), plan_name=name)
    assert (found.result, found.deciding) == (result, ())


def test_the_law_covers_where_the_payer_is_silent() -> None:
    assert finding(covered("federal/law")).result == "likely_covered"


def test_the_payers_own_text_speaks_before_the_law() -> None:
    found = finding(covered("federal/law"), refused("acme/1"))
    assert found.result == "likely_not_covered"


@pytest.mark.parametrize("stance", ["covered", "not_covered"])
def test_an_old_text_that_cannot_set_the_open_law_aside_says_why(stance: str) -> None:
    rider = {"id": "rider", "fact": "plan_has_rider", "is": "true"}
    law = policy("federal/law", entry(criteria=rider))
    found = finding(law, sourced(OLD, stance))
    assert (found.result, found.leaning, found.causes) == ("uncertain", stance, ("payer_fact", "evidence_old"))
    assert finding(law, sourced(PRIMARY, stance)).causes == ()


def test_an_old_text_beside_law_that_waits_for_the_clinic_alone_leaves_it_depending() -> None:
    found = finding(policy("federal/law", entry()), sourced(OLD))
    assert (found.result, found.leaning, found.causes) == ("depends", "covered", ())


def test_a_weak_account_of_a_line_never_argues_against_better_law() -> None:
    law = policy("federal/law", entry())
    practice = covered("federal/practice", sources={"P": OLD})
    assert finding(law, practice, facts={"age_years": 17}).result == "likely_not_covered"
    assert finding(law, practice).leaning == "covered"


def test_the_newest_edition_in_force_speaks_from_its_first_day() -> None:
    editions = [
        {"effective": "2026-03-01", "cite": "P", "coverage": [entry(stance="not_covered")]},
        {"effective": "2025-03-01", "cite": "P", "coverage": [entry(stance="covered")]},
    ]
    rule = policy("acme/101", editions=editions)
    assert finding(rule, on=date(2026, 3, 1)).result == "likely_not_covered"
    assert finding(rule, on=date(2026, 2, 28)).result == "likely_covered"
    assert finding(rule, on=date(2025, 2, 28)).causes == ("no_rule",)


def test_an_edition_ends_on_its_last_day() -> None:
    rule = policy(
        "acme/101", editions=[{"effective": "2025-03-01", "until": "2026-04-30", "cite": "P", "coverage": [entry(stance="covered")]}]
    )
    assert finding(rule, on=date(2026, 4, 30)).result == "likely_covered"
    assert finding(rule, on=date(2026, 5, 1)).causes == ("no_rule",)


def test_an_undated_edition_counts_as_older_than_a_dated_one() -> None:
    editions = [
        {"effective": "2026-03-01", "cite": "P", "coverage": [entry(stance="covered")]},
        {"effective": "unknown", "cite": "P", "coverage": [entry(stance="not_covered")]},
    ]
    rule = policy("acme/101", editions=editions)
    assert finding(rule).result == "likely_covered"
    assert finding(rule, on=date(2026, 2, 1)).result == "likely_not_covered"


def test_a_superseded_edition_is_history_and_never_decides() -> None:
    rule = policy("acme/101", editions=[{"effective": "unknown", "superseded": "true", "cite": "P", "coverage": [entry(stance="covered")]}])
    assert finding(rule).causes == ("no_rule",)


def test_a_part_is_covered_if_any_candidate_indication_is() -> None:
    rule = policy("acme/1", entry(stance="not_covered"), entry(stance="covered", indications=["mdd_acute_suicidality"]))
    assert finding(rule).result == "likely_not_covered"
    assert finding(rule, diagnoses=("F33.2", "R45.851")).result == "likely_covered"


def test_a_fact_never_adds_a_candidate_indication() -> None:
    rule = policy("acme/1", entry(stance="not_covered"), entry(stance="covered", indications=["mdd_acute_suicidality"]))
    assert finding(rule, facts={"psychosis_history": True}).result == "likely_not_covered"


def test_a_second_diagnosis_that_usually_goes_along_is_no_candidate() -> None:
    assert finding(refused("acme/1"), diagnoses=("F33.2", "F10.20")).result == "likely_not_covered"


def test_an_indication_a_policy_does_not_name_falls_to_its_rule_for_others() -> None:
    silent = policy("acme/1", entry(stance="covered"))
    assert finding(silent, diagnoses=("F43.10",)).causes == ("no_rule",)
    edition = {**silent["editions"][0], "other_indications": "not_covered"}
    assert finding(policy("acme/1", editions=[edition]), diagnoses=("F43.10",)).result == "likely_not_covered"


def test_without_a_diagnosis_the_indication_itself_decides() -> None:
    found = finding(covered("acme/1"), diagnoses=())
    assert [fact.fact for fact in found.deciding] == ["indication"]
    assert found.result == "uncertain"


def test_continuation_has_criteria_of_its_own() -> None:
    again = {"id": "again", "fact": "pdmp_checked", "is": "true"}
    rule = policy("acme/1", entry(continuation=again))
    assert finding(rule, phase="continuation", facts={"pdmp_checked": True}).result == "likely_covered"
    assert finding(rule, phase="continuation", facts={"pdmp_checked": False}).result == "likely_not_covered"


@pytest.mark.parametrize(
    ("written", "source", "state"),
    [
        ("required", PRIMARY, "needed"),
        ("required", OLD, "needed"),
        ("not_required", PRIMARY, "not_needed"),
        ("not_required", OLD, "unknown"),
        ("unknown", PRIMARY, "unknown"),
    ],
)
def test_weak_evidence_keeps_needed_and_turns_not_needed_into_unknown(written: str, source: dict[str, Any], state: str) -> None:
    found = finding(policy("acme/1", entry(stance="covered", prior_authorization=written), sources={"P": source}))
    assert found.authorization is not None
    assert found.authorization.state == state


@pytest.mark.parametrize(("visits", "state"), [(24, "not_needed"), (25, "needed"), (None, "unknown")])
def test_authorization_may_begin_at_a_count(visits: int | None, state: str) -> None:
    when = {"required_when": {"id": "visit-25", "fact": "visits", "at_least": "25"}}
    found = finding(policy("acme/1", entry(stance="covered", prior_authorization=when)), facts={"visits": visits})
    assert found.authorization is not None
    assert found.authorization.state == state
    assert found.authorization.open_facts == (("visits",) if visits is None else ())


def test_authorization_is_left_out_where_the_part_is_likely_not_covered() -> None:
    assert finding(policy("acme/1", entry(stance="not_covered", prior_authorization="required"))).authorization is None


def test_an_authorization_on_file_is_reported_as_such() -> None:
    rule = policy("acme/1", entry(stance="covered", prior_authorization="required"))
    found = finding(rule, facts={"prior_authorization_on_file": True})
    assert found.authorization is not None
    assert found.authorization.state == "on_file"


def test_a_rule_that_raises_fails_for_its_part_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine.of(book_of(covered("acme/1")))

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("covercheck.engine.decide.statements_for", broken)
    found = ask(engine, Asked("acme", ON, "commercial", "MA", diagnoses=("F33.2",)))
    assert (found.result, found.causes, found.failure) == ("uncertain", ("rule_failed",), "ZeroDivisionError")


def test_beyond_the_bound_the_facts_met_are_listed_and_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("covercheck.engine.support.MAX_NODES", 1)
    tree = {"all": [{"id": "adult", "fact": "age_years", "at_least": "18"}, {"id": "m", "fact": "madrs", "at_least": "20"}]}
    found = finding(policy("acme/1", entry(criteria=tree)))
    assert {fact.fact for fact in found.deciding} == {"age_years", "madrs"}
    assert not found.exact
    assert not any(fact.exact for fact in found.deciding)


def test_two_scales_joined_by_any_both_decide_though_neither_alone_refuses() -> None:
    tree = {"any": [{"id": "madrs-28", "fact": "madrs", "at_least": "28"}, {"id": "hamd-17", "fact": "hamd17", "at_least": "17"}]}
    found = finding(policy("acme/1", entry(criteria=tree)))
    assert {fact.fact for fact in found.deciding} == {"madrs", "hamd17"}


def test_criteria_that_hold_whatever_the_unknown_is_decide() -> None:
    tree = {"any": [{"id": "a", "fact": "age_years", "at_least": "18"}, {"id": "b", "fact": "age_years", "less_than": "65"}]}
    found = finding(policy("acme/1", entry(criteria=tree)))
    assert (found.result, found.deciding) == ("likely_covered", ())


def test_a_text_whose_read_part_is_met_lends_its_leaning_beside_one_that_waits_for_facts() -> None:
    read = {"all": [{"id": "adult", "fact": "age_years", "at_least": "18"}, {"unread": "cut"}]}
    waiting = {"id": "scale", "fact": "madrs", "at_least": "28"}
    both = (policy("acme/1", entry(criteria=read)), policy("acme/2", entry(criteria=waiting)))
    assert finding(*both, facts={"age_years": 41}).leaning == "covered"
    assert finding(*both).leaning is None
    assert finding(*both, facts={"age_years": 41, "madrs": 20}).leaning == "not_covered"


@pytest.mark.parametrize(
    ("parts", "said"),
    [(("esketamine", "monitoring"), True), (("ketamine_iv",), False), (("monitoring",), None), (("esketamine", "ketamine_iv"), None)],
)
def test_which_drug_is_watched_is_open_where_the_question_names_none_or_both(parts: tuple[str, ...], said: bool | None) -> None:
    """J3490 on a claim of 2020 may be either drug; neither may be taken for granted."""
    watched = {
        "type": "yes_no",
        "known_by": "clinic",
        "label": "for Spravato",
        "from_question": "parts.esketamine",
        "ask": {"clinic": "For Spravato?"},
    }
    book = load_files(files_of(policy(), **{"facts.yaml": {"facts": {**FACTS, "watched": watched}}}))
    asked = Asked(payer="acme", on=date(2020, 6, 1), parts=parts)
    assert facts_of(book.facts, asked).get("watched") is said


@pytest.mark.parametrize(
    ("name", "said"),
    [("FEP Blue Focus", "blue_focus"), ("basic option", "basic"), ("Basic and Blue Focus", None), ("FEP", None), (None, None)],
)
def test_the_name_of_a_plan_gives_the_one_option_it_carries(name: str | None, said: str | None) -> None:
    option = {
        "type": "choice",
        "known_by": "patient",
        "label": "option",
        "values": ["basic", "blue_focus"],
        "from_question": "plan.name",
        "ask": {"patient": "Which option?"},
    }
    book = load_files(files_of(policy(), **{"facts.yaml": {"facts": {**FACTS, "option": option}}}))
    assert facts_of(book.facts, Asked(payer="acme", on=ON, plan_name=name)).get("option") == said
    told = Asked(payer="acme", on=ON, plan_name=name, facts={"option": "basic"})
    assert facts_of(book.facts, told)["option"] == (said or "basic")


@pytest.mark.parametrize(("payer", "result"), [("acme", "likely_covered"), ("bright", "uncertain")])
def test_a_law_that_names_payers_binds_those_alone(payer: str, result: str) -> None:
    """The brochure of one plan for federal employees says nothing of another's."""
    law = policy("federal/brochure", entry(parts=["psychotherapy"], stance="covered"), payers=["acme"])
    bright = {**PAYER, "payer": "bright", "name": "Bright", "aliases": []}
    book = load_files(files_of(law, **{"bright/payer.yaml": bright}))
    asked = Asked(payer=payer, on=date(2026, 12, 1), line="commercial", state="MA", indication=TRD)
    assert ask(Engine.of(book), asked, "psychotherapy").result == result


@pytest.mark.parametrize(
    ("name", "payers", "key"), [("federal/brochure", ["nobody"], "unknown_payer"), ("acme/101", ["acme"], "payers_not_law")]
)
def test_only_the_law_names_payers_and_only_those_on_file(name: str, payers: list[str], key: str) -> None:
    with pytest.raises(RulebookRefused) as refused:
        load_files(files_of(policy(name, payers=payers)))
    assert [problem.key for problem in refused.value.problems] == [key]
