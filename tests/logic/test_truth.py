"""Three values: unknown is a value of its own and never turns into another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from covercheck.logic import FALSE, TRUE, UNKNOWN, Truth, all_of, any_of, negate, truth_of

truths = st.sampled_from(Truth)


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        (TRUE, TRUE, TRUE, TRUE),
        (TRUE, UNKNOWN, UNKNOWN, TRUE),
        (TRUE, FALSE, FALSE, TRUE),
        (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
        (UNKNOWN, FALSE, FALSE, UNKNOWN),
        (FALSE, FALSE, FALSE, FALSE),
    ],
)
def test_the_table_of_kleene_holds_both_ways_round(left: Truth, right: Truth, both: Truth, either: Truth) -> None:
    assert all_of([left, right]) is both
    assert all_of([right, left]) is both
    assert any_of([left, right]) is either
    assert any_of([right, left]) is either


def test_not_swaps_true_and_false_and_leaves_unknown() -> None:
    assert negate(TRUE) is FALSE
    assert negate(FALSE) is TRUE
    assert negate(UNKNOWN) is UNKNOWN


def test_all_of_nothing_is_true_and_any_of_nothing_is_false() -> None:
    assert all_of([]) is TRUE
    assert any_of([]) is FALSE


def test_a_truth_refuses_to_be_used_as_yes_or_no() -> None:
    with pytest.raises(TypeError, match="three values"):
        bool(UNKNOWN)


def test_a_missing_answer_is_unknown_not_false() -> None:
    assert truth_of(None) is UNKNOWN
    assert truth_of(False) is FALSE
    assert truth_of(True) is TRUE


@given(st.lists(truths), st.lists(truths))
def test_de_morgan(left: list[Truth], right: list[Truth]) -> None:
    values = left + right
    assert negate(all_of(values)) is any_of(negate(value) for value in values)


@given(st.lists(truths, min_size=1), st.data())
def test_learning_an_unknown_never_flips_a_known_conjunction(values: list[Truth], data: st.DataObject) -> None:
    learnt = [value if value is not UNKNOWN else data.draw(truths) for value in values]
    for combine in (all_of, any_of):
        before = combine(values)
        if before is not UNKNOWN:
            assert combine(learnt) is before
