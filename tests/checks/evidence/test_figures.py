"""What many calls and claims teach: suggestions to the keepers of the rules, and how often answers were right."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from covercheck.checks.evidence.accuracy import Outcome, accuracy, wilson
from covercheck.checks.evidence.suggest import Heard, suggestions

HEARD = Heard("acme", "acme gold", "ketamine_iv", "covered", b"1", date(2026, 11, 1))
PAID = Outcome("chk_1", "acme", "ketamine_iv", "likely_covered", True, "claim", 1)


@pytest.mark.parametrize(("members", "found"), [(2, 0), (3, 1), (4, 1)])
def test_three_members_told_the_same_are_a_suggestion(members: int, found: int) -> None:
    assert len(suggestions(replace(HEARD, member=bytes([n])) for n in range(members))) == found


def test_one_member_who_calls_three_times_is_no_suggestion() -> None:
    assert suggestions([HEARD] * 3) == ()


def test_one_who_was_told_the_opposite_ends_the_suggestion() -> None:
    told = [replace(HEARD, member=bytes([n])) for n in range(3)]
    assert suggestions([*told, replace(HEARD, member=b"9", value="not_covered")]) == ()


def test_plans_and_parts_are_kept_apart() -> None:
    told = [replace(HEARD, member=bytes([n]), plan=f"plan {n % 2}") for n in range(4)]
    assert suggestions(told) == ()


def outcomes(right: int, wrong: int) -> list[Outcome]:
    return [replace(PAID, check=f"chk_{n}", covered=n < right) for n in range(right + wrong)]


@pytest.mark.parametrize(("right", "wrong", "share"), [(3, 1, None), (4, 1, 0.8), (5, 0, 1.0)])
def test_no_figure_is_given_under_five_cases(right: int, wrong: int, share: float | None) -> None:
    (figure,) = accuracy(outcomes(right, wrong))
    assert (figure.right, figure.total, figure.share) == (right, right + wrong, share)


def test_the_interval_is_that_of_wilson() -> None:
    """Newcombe 1998, table I: 81 of 263."""
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)


def test_a_claim_counts_before_a_letter_and_a_letter_before_a_call() -> None:
    told = [
        replace(PAID, proof="call", covered=True, seq=3),
        replace(PAID, proof="claim", covered=False, seq=1),
        replace(PAID, proof="written", covered=True, seq=2),
    ]
    (figure,) = accuracy(told)
    assert (figure.right, figure.total) == (0, 1)


def test_a_refused_claim_of_a_part_that_was_likely_not_covered_was_answered_right() -> None:
    (figure,) = accuracy([replace(PAID, decided="likely_not_covered", covered=False)])
    assert figure.right == 1
