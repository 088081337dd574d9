"""What a report says of one part: per person, service type and day, and never more than was stated."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from covercheck.eligibility.report import Channel, Meaning, Party, Rejection, Span
from covercheck.eligibility.standing import covers, other_payers, part_report, plan_standing
from tests.eligibility.asking import ON, ada, row

TALK = ("MH", "A6")
VENDOR = Party("VN", "Northlight", channels=(Channel("phone", "5555550177"),))


def standing(*rows: Any, **more: Any) -> str:
    """Of the psychotherapy part."""
    return part_report(ada(*rows, **more), TALK, ON).standing


def test_an_active_plan_makes_its_parts_active_where_nothing_else_is_said() -> None:
    assert standing(row("active", "30")) == "active"


def test_an_inactive_plan_makes_them_inactive() -> None:
    assert standing(row("inactive", "30")) == "inactive"


def test_one_active_plan_of_two_is_enough() -> None:
    assert standing(row("inactive", "30", plan="OLD"), row("active", "30", plan="NEW")) == "active"


def test_an_inactive_row_of_another_service_does_not_erase_the_plan() -> None:
    assert standing(row("active", "30"), row("inactive", "35")) == "active"


def test_active_pharmacy_does_not_make_the_plan_active() -> None:
    assert standing(row("active", "88")) == "not_stated"


def test_an_inactive_service_under_an_active_plan_is_left_open() -> None:
    assert standing(row("active", "30"), row("inactive", "MH")) == "not_stated"


def test_an_active_service_under_an_inactive_plan_is_active() -> None:
    assert standing(row("inactive", "30"), row("active", "MH")) == "active"


def test_a_part_that_somebody_else_runs_is_open_though_the_plan_is_inactive() -> None:
    assert standing(row("inactive", "30"), row("contact_other", "MH", entities=(VENDOR,))) == "not_stated"


@pytest.mark.parametrize("meaning", ["active_pending", "inactive_pending", "cannot_process", "disclaimer", "description"])
def test_pending_and_unable_are_neither_yes_nor_no(meaning: Meaning) -> None:
    assert standing(row(meaning, "30")) == "not_stated"


def test_a_statement_that_was_itself_rejected_does_not_count() -> None:
    assert standing(row("active", "30", rejections=(Rejection("62", "benefit"),))) == "not_stated"


def test_nothing_stated_is_not_a_no() -> None:
    assert standing() == "not_stated"


@pytest.mark.parametrize(
    ("span", "found"),
    [
        (Span("291", date(2026, 1, 1), date(2026, 11, 30)), "inactive"),
        (Span("291", date(2026, 1, 1), date(2026, 12, 1)), "active"),
        (Span("291", date(2026, 12, 1), date(2026, 12, 31)), "active"),
        (Span("291", date(2026, 12, 2), date(2026, 12, 31)), "inactive"),
        (Span("291", date(2026, 12, 2)), "not_stated"),
        (Span("346", date(2026, 12, 2)), "inactive"),
        (Span("356", date(2026, 12, 1)), "active"),
        (Span("347", date(2026, 11, 30)), "inactive"),
        (Span("347", date(2026, 12, 1)), "active"),
        (Span("636", date(2020, 1, 1), date(2020, 1, 2)), "active"),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else f"{value.qualifier} {value.begins} {value.ends}",
)
def test_the_day_must_lie_within_the_dates_of_the_coverage(span: Span, found: str) -> None:
    """A single later plan date may be the day of the answer, so it proves nothing; 636 is no date of coverage."""
    assert plan_standing(ada(row("active", "30", dates=(span,))), ON) == found
    assert plan_standing(ada(row("active", "30"), dates=(span,)), ON) == found


def test_an_inactive_row_whose_coverage_ends_later_contradicts_itself_and_says_nothing() -> None:
    assert plan_standing(ada(row("inactive", "30", dates=(Span("357", date(2026, 12, 31)),))), ON) == "not_stated"
    assert plan_standing(ada(row("inactive", "30", dates=(Span("357", date(2026, 11, 30)),))), ON) == "inactive"


def test_one_code_never_stands_for_another() -> None:
    assert covers(ada(row("active", "A8")), "MH", ON) is None
    assert covers(ada(row("active", "MH")), "MH", ON) is True
    assert covers(ada(row("not_covered", "MH")), "MH", ON) is False
    assert covers(ada(row("active", "MH"), row("not_covered", "MH")), "MH", ON) is None


def test_not_covered_out_of_network_is_not_a_missing_benefit() -> None:
    assert covers(ada(row("not_covered", "MH", network="out")), "MH", ON) is None


def test_a_blank_authorization_is_not_a_no() -> None:
    assert part_report(ada(row("active", "MH")), TALK, ON).authorization is None
    assert part_report(ada(row("active", "MH", authorization="unknown")), TALK, ON).authorization == "unknown"


def test_one_row_that_needs_authorization_outweighs_one_that_does_not() -> None:
    rows = (row("active", "MH", authorization="not_needed"), row("limitation", "A6", authorization="needed"))
    assert part_report(ada(*rows), TALK, ON).authorization == "needed"


def test_who_runs_a_part_is_named_beside_contact_or_as_a_vendor() -> None:
    for carrying in (row("contact_other", "MH", entities=(VENDOR,)), row("active", "MH", entities=(VENDOR,))):
        assert part_report(ada(carrying), TALK, ON).administrator == VENDOR


def test_the_payer_named_beside_an_active_row_is_no_administrator() -> None:
    assert part_report(ada(row("active", "MH", entities=(Party("PR", "Harbor Health"),))), TALK, ON).administrator is None


def test_costs_are_those_of_the_own_service_and_the_deductible_of_the_plan() -> None:
    own, plan = row("copay", "MH"), row("deductible", "30")
    found = part_report(ada(own, plan, row("copay", "30"), row("copay", "98")), TALK, ON).costs
    assert found == (own, plan)


def test_other_payers_are_named() -> None:
    assert other_payers(ada(row("other_payer", "30", entities=(Party("PRP", "Tidewater"),)))) == (Party("PRP", "Tidewater"),)


ROWS = st.lists(
    st.builds(
        lambda meaning, types, network: row(meaning, *types, network=network),
        st.sampled_from(["active", "inactive", "inactive_pending", "not_covered", "cannot_process", "copay"]),
        st.lists(st.sampled_from(["30", "MH", "A6", "88", "35"]), max_size=3),
        st.sampled_from([None, "in", "out"]),
    ),
    max_size=6,
)


@given(ROWS)
def test_inactive_needs_an_inactive_plan_row_and_no_active_row_of_its_own(rows: list[Any]) -> None:
    if part_report(ada(*rows), TALK, ON).standing == "inactive":
        assert any(r.meaning == "inactive" and (not r.service_types or "30" in r.service_types) for r in rows)
        assert not any(r.meaning == "active" and {"MH", "A6"} & set(r.service_types) for r in rows)
