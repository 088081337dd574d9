"""Bad rule files are refused whole: every problem of every file at once, each with its place and a remedy."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from covercheck.rules import RulebookRefused, load_files, load_folder
from covercheck.rules.text_yaml import read_text
from tests.books import book_of, entry, files_of, policy


def problems(files: dict[str, bytes]) -> dict[str, str]:
    """What is wrong, by key of the problem."""
    with pytest.raises(RulebookRefused) as refused:
        load_files(files)
    assert all(problem.remedy for problem in refused.value.problems)
    return {problem.key: str(problem) for problem in refused.value.problems}


def test_a_code_stays_the_text_that_was_written() -> None:
    document = read_text("f", b"code: 00100\nplace: 02\nstate: NO\nyes: on\n")
    assert document.data == {"code": "00100", "place": "02", "state": "NO", "yes": "on"}


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        (b"a: 1\na: 2", "yaml_duplicate_key"),
        (b"a: &x [1]\nb: *x", "yaml_alias"),
        (b"a: &x 1\nb: *x", "yaml_alias"),
        (b"a: &a [1]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]", "yaml_alias"),
        (b"\ta: 1", "yaml_syntax"),
        (b"a: [1", "yaml_syntax"),
        (b"a: 1\n---\nb: 2", "yaml_syntax"),
        (b"a: \xff", "file_encoding"),
        ("a: é".encode("utf-16"), "file_encoding"),
        (b"", "file_empty"),
        (b"# only a comment", "file_empty"),
        (b"a: " + b"x" * 1_000_001, "file_too_large"),
        (b"[" * 500_000, "yaml_depth"),
        (b"- " * 400_000, "yaml_depth"),
        (b"{a: " * 200_000, "yaml_depth"),
        ("".join(" " * depth + "a:\n" for depth in range(1_300)).encode(), "yaml_depth"),
        (b"? [a]\n: b", "yaml_key"),
        (b"a: \x00", "yaml_syntax"),
    ],
)
def test_hostile_yaml_is_refused_with_its_place(raw: bytes, key: str) -> None:
    document = read_text("acme/101.yaml", raw)
    assert next(problem.key for problem in document.problems) == key
    assert document.problems[0].place.file == "acme/101.yaml"
    assert document.problems[0].place.line >= 1


def test_every_problem_of_every_file_is_told_at_once() -> None:
    broken = policy("acme/101", entry(stance="covred_when"), lines=["comercial"])
    files = files_of(broken, policy("acme/102", entry(criteria={"id": "x", "fact": "age_yeers", "at_least": "18"})))
    files["acme/payer.yaml"] = files["acme/payer.yaml"].replace(b"aliases", b"alases")
    found = problems(files)
    assert set(found) >= {"wrong_value", "unknown_fact", "unknown_key"}
    assert "did you mean 'age_years'" in found["unknown_fact"]
    assert "did you mean `aliases`" in found["unknown_key"]


def test_a_problem_names_file_line_and_column() -> None:
    text = yaml.safe_dump(policy("acme/101"), sort_keys=False).replace("at_least: '18'", "at_least: eighteen")
    files = files_of(policy("acme/101"))
    files["acme/101.yaml"] = text.encode()
    line = next(number for number, content in enumerate(text.splitlines(), 1) if "eighteen" in content)
    column = text.splitlines()[line - 1].index("at_least") + 1
    assert f"acme/101.yaml:{line}:{column}: 'eighteen'" in problems(files)["value_wrong"]


@pytest.mark.parametrize(
    ("change", "key", "says"),
    [
        ({"criteria": {"fact": "age_years", "at_least": "18"}}, "wrong_value", "a leaf needs an `id`"),
        ({"criteria": {"id": "x", "fact": "age_years"}}, "wrong_value", "exactly one test"),
        ({"criteria": {"id": "x", "fact": "age_years", "at_least": "18", "at_most": "20"}}, "wrong_value", "exactly one test"),
        ({"criteria": {"id": "x", "fact": "age_years", "all": []}}, "wrong_value", "at least 1 item"),
        ({"criteria": {"id": "x", "fact": "psychosis_history", "at_least": "1"}}, "test_does_not_fit", "does not fit a yes_no fact"),
        ({"criteria": {"id": "x", "fact": "specialty", "is": "nurse"}}, "value_wrong", "must be one of"),
        ({"criteria": {"id": "x", "fact": "age_years", "at_least": "18.5"}}, "value_wrong", "whole number"),
        ({"criteria": {"id": "x", "fact": "age_years", "at_least": "180"}}, "value_wrong", "from 0 to 130"),
        ({"criteria": {"id": "x", "fact": "age_years", "at_least": "18", "cite": "Q"}}, "unknown_source", "no source is named 'Q'"),
        ({"continuation": None}, "wrong_value", "needs `continuation`"),
        ({"parts": ["esketamin"]}, "unknown_part", "did you mean 'esketamine'"),
        ({"indications": ["ptsdd"]}, "unknown_indication", "did you mean 'ptsd'"),
        ({"prior_authorization": "maybe"}, "wrong_value", "prior_authorization"),
    ],
)
def test_a_slip_in_an_entry_is_named_with_its_remedy(change: dict[str, object], key: str, says: str) -> None:
    assert says in problems(files_of(policy("acme/101", entry(**change))))[key]


def test_two_entries_may_not_speak_of_the_same_part_and_indication() -> None:
    assert "two entries speak of esketamine" in problems(files_of(policy("acme/101", entry(), entry())))["coverage_twice"]


def test_an_id_may_stand_for_one_criterion_only() -> None:
    tree = {"all": [{"id": "x", "fact": "age_years", "at_least": "18"}, {"id": "x", "fact": "madrs", "at_least": "20"}]}
    assert "two different criteria" in problems(files_of(policy("acme/101", entry(criteria=tree))))["criterion_id_twice"]


def test_editions_may_not_overlap() -> None:
    editions = [
        {"effective": "2026-01-01", "cite": "P", "coverage": [entry()]},
        {"effective": "2025-01-01", "until": "2026-02-01", "cite": "P", "coverage": [entry()]},
    ]
    assert "runs until 2026-02-01" in problems(files_of(policy("acme/101", editions=editions)))["wrong_value"]


def test_a_folder_without_payer_file_is_refused() -> None:
    files = files_of(policy("acme/101"))
    del files["acme/payer.yaml"]
    assert "has no payer.yaml" in problems(files)["payer_file_missing"]


def test_a_policy_must_be_named_after_its_place() -> None:
    files = files_of(policy("acme/101"))
    files["acme/102.yaml"] = files["acme/101.yaml"]
    assert "write `policy: acme/102`" in problems(files)["policy_id_differs"]


def test_no_name_leads_to_two_payers() -> None:
    files = files_of(policy("acme/101"))
    files["other/payer.yaml"] = files["acme/payer.yaml"].replace(b"payer: acme", b"payer: other")
    assert "also names the payer acme" in problems(files)["name_taken"]


def test_shared_tables_must_be_there() -> None:
    files = files_of(policy("acme/101"))
    del files["facts.yaml"]
    assert "facts.yaml is missing" in problems(files)["file_missing"]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(RulebookRefused, match="no such folder"):
        load_folder(tmp_path / "nowhere")


def test_the_digest_follows_every_byte() -> None:
    first = book_of(policy("acme/101"))
    assert book_of(policy("acme/101")).digest == first.digest
    assert book_of(policy("acme/101", title="Another title")).digest != first.digest


def test_a_month_alone_means_its_first_day() -> None:
    book = book_of(policy("acme/101", editions=[{"effective": "2026-03", "cite": "P", "coverage": [entry()]}]))
    assert str(book.payers["acme"].policies[0].editions[0].effective) == "2026-03-01"
