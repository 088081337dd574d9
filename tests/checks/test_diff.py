"""What a change of rule files means: told in words, and shown by a question that really is answered otherwise."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest

from covercheck.checks.check import Checker
from covercheck.checks.diff.data import diff_data
from covercheck.checks.diff.report import Diff, FileDiff, diff
from covercheck.rules import load_files
from tests.books import entry, files_of, policy
from tests.proof.diff_check import edits, judge

TODAY = date(2026, 12, 1)
ADULT = {"id": "adult", "fact": "age_years", "at_least": "18", "says": "18 or older"}
FAILED = {"id": "two-failed", "fact": "failed_antidepressants", "at_least": "2", "says": "two failed"}


def written(*entries: dict[str, Any], **changes: Any) -> Checker:
    return Checker.of(load_files(files_of(policy("acme/101", *entries, **changes))))


def compared(before: Checker, after: Checker) -> Diff:
    return diff(before, after, TODAY)


def only(told: Diff) -> FileDiff:
    (file,) = told.files
    return file


def words(told: Diff) -> list[str]:
    return [str(change) for change in only(told).changes]


def test_a_limit_that_moves_is_told_and_shown_by_a_value_between_the_two() -> None:
    before = written(entry(criteria={"all": [ADULT, FAILED]}))
    after = written(entry(criteria={"all": [ADULT, {**FAILED, "at_least": "3", "says": "three failed"}]}))
    told = compared(before, after)
    assert "two-failed: limit, at least 2 → 3" in words(told)[0]
    (example,) = only(told).examples
    assert example.question["facts"] == {"failed_antidepressants": 2}
    assert {what: (old, new) for what, old, new in example.differs_in}["what still decides"][0].startswith("age_years")


def test_a_limit_alone_flips_the_result_of_the_value_between() -> None:
    told = compared(written(), written(entry(criteria={**ADULT, "at_least": "21", "says": "21 or older"})))
    (example,) = only(told).examples
    assert example.before is not None
    assert example.after is not None
    assert example.question["facts"]["age_years"] in (18, 19, 20)
    assert (example.before.result, example.after.result) == ("likely_covered", "likely_not_covered")


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"criteria": {"all": [ADULT, FAILED]}}, "criterion"),
        ({"stance": "not_covered"}, "stance covered when → not covered"),
        ({"prior_authorization": "required"}, "prior authorization added: required"),
        ({"cite": "CLINIC"}, "citation"),
    ],
    ids=["criterion", "stance", "authorization", "weaker-source"],
)
def test_what_changes_an_answer_is_named_and_has_an_example(change: dict[str, Any], word: str) -> None:
    told = compared(written(), written(entry(**change)))
    assert only(told).verdict == "meaning"
    assert any(word in text.replace("_", " ") for text in words(told)), words(told)
    assert only(told).examples


def test_other_words_for_people_change_no_meaning() -> None:
    told = compared(written(), written(entry(criteria={**ADULT, "says": "eighteen at least"}), title="The policy, renamed"))
    assert only(told).verdict == "no_change_of_meaning"
    assert all(change.is_prose for change in only(told).changes)
    assert not told.has_meaning


def test_criteria_in_another_order_change_no_meaning() -> None:
    told = compared(written(entry(criteria={"all": [ADULT, FAILED]})), written(entry(criteria={"all": [FAILED, ADULT]})))
    assert only(told).verdict == "no_change_of_meaning"


def test_a_criterion_written_twice_changes_no_meaning() -> None:
    """Found by asking, not by reading: the text differs, the answers do not."""
    twice = {"all": [ADULT, {**ADULT, "id": "adult-again"}]}
    told = compared(written(entry(criteria=ADULT)), written(entry(criteria=twice)))
    assert only(told).verdict == "no_change_of_meaning"


def test_comments_and_the_order_of_keys_leave_a_file_the_same() -> None:
    files = files_of(policy())
    moved = {name: b"# seen\n" + data for name, data in files.items()}
    told = compared(Checker.of(load_files(files)), Checker.of(load_files(moved)))
    assert (told.files, told.same) == ((), len(files))


def test_a_policy_that_begins_later_differs_up_to_that_day_alone() -> None:
    edition = {"cite": "P", "coverage": [entry()]}
    before = written(editions=[{"effective": "2025-01-01", **edition}])
    after = written(editions=[{"effective": "2026-07-01", **edition}])
    (example,) = only(compared(before, after)).examples
    assert (example.since, example.until) == (date(2025, 1, 1), date(2026, 6, 30))


def test_a_file_that_is_new_or_gone_is_told_as_a_whole() -> None:
    one, two = files_of(policy()), files_of(policy(), policy("acme/102", entry(parts=["ketamine_iv"])))
    added = only(compared(Checker.of(load_files(one)), Checker.of(load_files(two))))
    removed = only(compared(Checker.of(load_files(two)), Checker.of(load_files(one))))
    assert [file.file for file in (added, removed)] == ["acme/102.yaml"] * 2
    assert "added" in str(added.changes[0])
    assert "removed" in str(removed.changes[0])
    assert [example.part for example in added.examples] == ["ketamine_iv"]


def test_only_the_payers_that_were_chosen_are_looked_at() -> None:
    before, after = written(), written(entry(stance="not_covered"))
    assert diff(before, after, TODAY, lambda folder: folder == "other").files == ()
    assert len(diff(before, after, TODAY, lambda folder: folder == "acme").files) == 1


def test_the_data_holds_everything_that_is_told() -> None:
    told = compared(written(), written(entry(stance="not_covered")))
    data = diff_data(told)
    assert data["before"] != data["after"]
    (file,) = data["files"]
    (example,) = file["examples"]
    assert (file["file"], file["verdict"]) == ("acme/101.yaml", "meaning")
    assert (example["part"], example["after"]) == ("esketamine", "likely_not_covered")
    assert example["question"]["payer"] == "acme"
    assert [change["text"] for change in file["changes"]] == words(told)


@pytest.mark.parametrize("seed", range(4))
def test_of_random_edits_of_shipped_rules_it_says_no_change_only_where_no_question_differs(checker: Checker, seed: int) -> None:
    """Judged by questions it did not make; `python -m tests.proof.diff_check 300` asks far more."""
    chance = random.Random(100 + seed)
    found = edits(checker.book.files, checker.book, chance)
    for name, what, book in (next(found) for _ in range(4)):
        judged = judge(checker, name, what, book, chance)
        assert judged.is_right, f"{name}: {what}"
