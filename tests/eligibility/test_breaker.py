"""A payer whose system fails again and again is left alone for a while."""

from __future__ import annotations

from covercheck.eligibility.breaker import Breaker


class Clock:
    """Time that passes when told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def broken(clock: Clock, failures: int = 3) -> Breaker:
    """A breaker after that many failures."""
    breaker = Breaker(3, 30.0, clock)
    for _ in range(failures):
        assert breaker.admits()
        breaker.failed()
    return breaker


def test_it_opens_at_the_threshold_and_not_before() -> None:
    clock = Clock()
    assert broken(clock, 2).state == "closed"
    assert broken(clock, 3).state == "open"
    assert not broken(clock, 3).admits()


def test_a_success_forgets_the_failures_before_it() -> None:
    breaker = broken(Clock(), 2)
    breaker.succeeded()
    breaker.failed()
    breaker.failed()
    assert breaker.state == "closed"


def test_after_its_time_it_lets_one_question_try() -> None:
    clock = Clock()
    breaker = broken(clock)
    clock.now += 29.9
    assert not breaker.admits()
    clock.now += 0.1
    assert breaker.admits()
    assert not breaker.admits()


def test_a_good_try_closes_it_and_a_bad_one_opens_it_anew() -> None:
    clock = Clock()
    good, bad = broken(clock), broken(clock)
    clock.now += 30
    assert good.admits()
    good.succeeded()
    assert good.state == "closed"
    assert bad.admits()
    bad.failed()
    assert bad.state == "open"
    clock.now += 30
    assert bad.admits()


def test_a_try_that_was_given_up_leaves_room_for_the_next() -> None:
    clock = Clock()
    breaker = broken(clock)
    clock.now += 30
    assert breaker.admits()
    breaker.left()
    assert breaker.admits()
