"""Which sources to read again, and in which order."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covercheck.proof.due import DueSource, sources_due, text_key, text_keys
from covercheck.rules import Rulebook, load_files
from tests.books import PAYER, PRIMARY, book_of, entry, files_of, policy

READ = date(2026, 11, 22)
DUE = READ + timedelta(days=180)


def source(title: str, **changes: Any) -> dict[str, Any]:
    """A text at an address of its own."""
    return {**PRIMARY, "title": title, "url": f"https://acme.example/{title}", **changes}


def book(**sources: dict[str, Any]) -> Rulebook:
    """A policy for each source, named like it."""
    return book_of(*(policy(f"acme/{name}", sources={"P": text}) for name, text in sources.items()))


def titles(found: tuple[DueSource, ...]) -> list[str]:
    return [one.title for one in found]


@pytest.mark.parametrize(("day", "listed", "overdue"), [(-1, False, -1), (0, True, 0), (1, True, 1)])
def test_a_source_falls_due_on_its_day_and_is_overdue_from_the_next(day: int, listed: bool, overdue: int) -> None:
    on = DUE + timedelta(days=day)
    assert bool(sources_due(book(a=source("a")), on)) is listed
    (found,) = sources_due(book(a=source("a")), on, within=None)
    assert (found.due, found.days_overdue) == (DUE, overdue)


@pytest.mark.parametrize(("within", "listed"), [(29, False), (30, True), (31, True), (None, True)])
def test_those_due_within_some_days_are_listed_too(within: int | None, listed: bool) -> None:
    assert bool(sources_due(book(a=source("a")), DUE - timedelta(days=30), within)) is listed


def test_the_far_end_of_the_calendar_is_no_limit() -> None:
    assert len(sources_due(book(a=source("a")), date.max, 3_650)) == 1


def test_a_text_that_several_policies_cite_is_read_once_by_the_first_date() -> None:
    early = source("a", read_on="2026-01-01", review_days="30")
    (found,) = sources_due(book(one=source("a"), two=early), DUE)
    assert (found.read_on, found.due, found.policies) == (date(2026, 1, 1), date(2026, 1, 31), ("acme/one", "acme/two"))
    assert [use.source for use in found.uses] == ["P", "P"]


def test_texts_without_an_address_are_told_apart_by_title() -> None:
    named = {key: value for key, value in source("a").items() if key != "url"}
    found = sources_due(book(one=named, two={**named, "title": "b"}, three=named), DUE)
    assert {one.title: one.policies for one in found} == {"a": ("acme/one", "acme/three"), "b": ("acme/two",)}


def test_what_more_answers_stand_on_comes_first_and_then_the_longest_overdue() -> None:
    sources = {
        "asked": source("asked"),
        "old": source("old", review_days="90"),
        "older": source("older", review_days="30"),
        "often": source("often", review_days="179"),
    }
    answers = {text_key(f"https://acme.example/{name}", name): count for name, count in {"asked": 3, "often": 12}.items()}
    found = sources_due(book(**sources), DUE, answers=answers)
    assert titles(found) == ["often", "asked", "older", "old"]
    assert [one.answers for one in found] == [12, 3, 0, 0]
    assert titles(sources_due(book(**sources), DUE)) == ["older", "old", "often", "asked"]
    assert {one.answers for one in sources_due(book(**sources), DUE)} == {None}


def test_the_parts_are_those_of_editions_not_yet_over_that_cite_it() -> None:
    tree = {"id": "adult", "fact": "age_years", "at_least": "18", "says": "18 or older", "cite": "LEAF"}
    newer = {
        "effective": "2027-01-01",
        "cite": "P",
        "coverage": [
            entry(criteria=tree),
            entry(parts=["ketamine_iv"], stance="not_covered"),
            entry(parts=["monitoring"], stance="covered", cite="OWN"),
        ],
    }
    older = {"effective": "2025-01-01", "until": "2026-12-31", "cite": "GONE", "coverage": [entry(parts=["psychotherapy"])]}
    sources = {key: source(key) for key in ("P", "LEAF", "OWN", "GONE")}
    rules = book_of(policy("acme/101", sources=sources, editions=[newer, older]))
    found = {one.title: one.parts for one in sources_due(rules, DUE)}
    assert found == {"P": ("esketamine", "ketamine_iv"), "LEAF": ("esketamine",), "OWN": ("monitoring",), "GONE": ()}
    assert titles(sources_due(rules, DUE))[-1] == "GONE"
    on_its_last_day = {one.title: one.parts for one in sources_due(rules, date(2026, 12, 31), within=None)}
    assert on_its_last_day["GONE"] == ("psychotherapy",)


def test_one_payer_is_listed_with_what_its_policies_cite_and_who_else_does() -> None:
    other = {**PAYER, "payer": "beta", "name": "Beta", "aliases": []}
    files = files_of(
        policy("acme/101", sources={"P": source("shared")}),
        policy("beta/7", sources={"P": source("shared")}),
        policy("beta/8", sources={"P": source("own")}),
        policy("federal/law", sources={"P": source("law")}),
        **{"beta/payer.yaml": other},
    )
    rules = load_files(files)
    assert titles(sources_due(rules, DUE, payer="acme")) == ["shared"]
    assert sources_due(rules, DUE, payer="acme")[0].policies == ("acme/101", "beta/7")
    assert sorted(titles(sources_due(rules, DUE, payer="beta"))) == ["own", "shared"]
    assert titles(sources_due(rules, DUE, payer="federal")) == ["law"]
    assert len(sources_due(rules, DUE)) == len(text_keys(rules)) == 3


@settings(deadline=None, max_examples=30)
@given(on=st.dates(date(2026, 1, 1), date(2029, 1, 1)), within=st.integers(0, 3_650))
def test_more_days_ahead_list_more_and_every_text_once(shipped_book: Rulebook, on: date, within: int) -> None:
    found = sources_due(shipped_book, on, within)
    every = sources_due(shipped_book, on, None)
    assert {one.id for one in sources_due(shipped_book, on)} <= {one.id for one in found} <= {one.id for one in every}
    assert len({one.id for one in every}) == len(every) == len(text_keys(shipped_book))
    assert all(one.days_overdue >= -within for one in found)
    assert [one for one in every if one.days_overdue >= -within] == list(found)
