"""The canonical form changes the layout of a rule file and nothing else: not a value, not a comment."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from covercheck.rules.canonical import canonical
from covercheck.rules.canonical.order import RANKS
from covercheck.rules.schema import KINDS, schema_of
from covercheck.rules.text_yaml import Data, read_text

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = sorted((ROOT / "payers").rglob("*.yaml"))
CHOSEN = [ROOT / "payers" / name for name in ("medicare-ffs/psychotherapy.yaml", "bcbs-massachusetts/members.yaml", "therapies.yaml")]


def formed(text: str) -> str:
    """The canonical form of a file that has one."""
    done = canonical("f", text.encode())
    assert done.raw is not None, done.problems
    return done.raw.decode()


def data_of(text: str) -> Data:
    """What a file says, as the loader reads it."""
    document = read_text("f", text.encode())
    assert document.problems == ()
    return document.data


def refusal(raw: bytes) -> tuple[str, int]:
    """Why a file has no canonical form, and the line."""
    done = canonical("f", raw)
    assert done.raw is None
    return done.problems[0].key, done.problems[0].place.line


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_shipped_file_stands_in_its_canonical_form(path: Path) -> None:
    assert canonical(str(path), path.read_bytes()).raw == path.read_bytes(), f"run: covercheck fmt {path}"


def block_lines(text: str) -> set[int]:
    """The lines of block scalars and the line after each, before which a comment further in would be text."""
    inside: set[int] = set()
    indent: int | None = None
    for number, line in enumerate(text.split("\n")):
        if indent is not None and (not line.strip() or len(line) - len(line.lstrip()) > indent):
            inside.add(number)
            continue
        indent = len(line) - len(line.lstrip()) if re.search(r": >-$", line) else None
    return inside | {number + 1 for number in inside}


COMMENTS = st.lists(
    st.tuples(st.integers(0, 10_000), st.integers(0, 14), st.text("ab #:-{}[]'\"é,|>&*", max_size=12)), min_size=1, max_size=12
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(path=st.sampled_from(CHOSEN), wanted=COMMENTS, blanks=st.lists(st.integers(0, 10_000), max_size=6))
def test_comments_put_anywhere_between_the_lines_stay_and_values_too(
    path: Path, wanted: list[tuple[int, int, str]], blanks: list[int]
) -> None:
    text = path.read_text()
    inside, lines = block_lines(text), text.split("\n")[:-1]
    free = [number for number in range(len(lines)) if number not in inside]
    added = [(free[place % len(free)], " " * indent + f"# {index} {words}") for index, (place, indent, words) in enumerate(wanted)]
    for place, line in sorted([*added, *((free[place % len(free)], "") for place in blanks)], reverse=True):
        lines.insert(place, line)
    commented = "\n".join(lines) + "\n"
    done = formed(commented)
    assert data_of(done) == data_of(text)
    assert formed(done) == done
    kept = Counter(line.strip() for line in done.split("\n"))
    assert not Counter(line.strip() for _, line in added) - kept


@settings(max_examples=60, deadline=None)
@given(path=st.sampled_from(CHOSEN), places=st.lists(st.integers(0, 10_000), min_size=1, max_size=12))
def test_comments_behind_values_stay_on_their_line(path: Path, places: list[int]) -> None:
    text = path.read_text()
    inside, lines = block_lines(text), text.split("\n")[:-1]
    free = [n for n, line in enumerate(lines) if n not in inside and line.strip() and "#" not in line and not line.endswith(">-")]
    chosen = {free[place % len(free)] for place in places}
    done = formed("\n".join(f"{line} # why {n}" if n in chosen else line for n, line in enumerate(lines)) + "\n")
    assert data_of(done) == data_of(text)
    assert formed(done) == done
    for number in chosen:
        line = next(line for line in done.split("\n") if line.endswith(f"  # why {number}"))
        assert line == f"{lines[number]}  # why {number}"


SCALARS = st.text("ab01 :#-'\"\\,[]{}\n\té\u2028|>&*!%@`~?", max_size=14) | st.sampled_from(
    ["null", "~", "", "yes", "02", "2026-01-01", "F32.-"]
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(SCALARS, inner, max_size=4), max_leaves=15)


@settings(max_examples=300, deadline=None)
@given(value=st.dictionaries(SCALARS, VALUES, min_size=1, max_size=5), flow=st.sampled_from([None, True, False]), width=st.integers(5, 90))
@example(value={"policy": "x", "cases": [[["a"], {}], [], {"b": ["c\n\nd\n"]}]}, flow=False, width=20)
def test_any_data_written_by_another_tool_keeps_its_values_or_is_refused(value: dict[str, object], flow: bool | None, width: int) -> None:
    text = yaml.safe_dump(value, default_flow_style=flow, width=width, allow_unicode=True, sort_keys=False)
    before = read_text("f", text.encode())
    done = canonical("f", text.encode())
    if done.raw is None:
        assert [problem.key for problem in done.problems] == [problem.key for problem in before.problems]
        return
    assert read_text("f", done.raw).data == before.data
    assert canonical("f", done.raw).raw == done.raw


@settings(max_examples=300, deadline=None)
@given(raw=st.text("ab:-#?[]{},'\"|>+ \n&*!~2", max_size=60))
def test_whatever_is_typed_is_formed_for_good_or_refused_with_a_place(raw: str) -> None:
    done = canonical("f", raw.encode())
    if done.raw is None:
        assert all(problem.remedy and problem.place.file == "f" for problem in done.problems)
        assert done.problems
    else:
        assert read_text("f", done.raw).data == read_text("f", raw.encode()).data
        assert canonical("f", done.raw).raw == done.raw


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("a:   1\n\n\n\nb: [ x,y ]\n", "a: 1\n\nb: [x, y]\n"),
        ("a:\n- x\n-   k: 1\n    l: 2\n", "a:\n  - x\n  - k: 1\n    l: 2\n"),
        ("a: { b: 1,\n  c: [2,\n 3] }", "a: {b: 1, c: [2, 3]}\n"),
        ("a: ~\nb:\nc: ''\n", "a: null\nb: null\nc: ''\n"),
        ("a: one\n  two\nb: 'it''s\n  so'\n", "a: one two\nb: 'it''s so'\n"),
        ("\n\n# top\na: 1   \n\n\n", "# top\na: 1\n"),
        ("--- # s\na: 1\n...\n# end\n", "# s\na: 1\n# end\n"),
        ("a: >-\n      x\n        more\n\n      y\n\nb: |+\n c\n\n\nd: 1\n", "a: >-\n  x\n    more\n\n  y\n\nb: |+\n  c\n\n\nd: 1\n"),
        ("a: |4\n      deep\n    less\n", "a: |2\n    deep\n  less\n"),
        ("a: \tx\n", "a: x\n"),
        ("a: &unused [x]\n", "a: [x]\n"),
    ],
)
def test_the_layout_is_brought_into_one_form(written: str, wanted: str) -> None:
    assert formed(written) == wanted
    assert formed(wanted) == wanted


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("code: 90837\nk: 1\n", 'code: "90837"\nk: 1\n'),
        ("codes: {90837: bill, J0013: bill}\n", 'codes: {"90837": bill, J0013: bill}\n'),
        ("service_types: [98, MH]\n", 'service_types: ["98", MH]\n'),
        ("code: 02\n", 'code: "02"\n'),
        ("code: J0013\n", "code: J0013\n"),
        ('effective: "2026-01-01"\nas_of: "2022-09"\n', "effective: 2026-01-01\nas_of: 2022-09\n"),
        ('is: "true"\nat_least: "18"\n', "is: true\nat_least: 18\n"),
        ('is: "90837"\n', 'is: "90837"\n'),
        ("says: 'a: b'\nnote: \"it's\"\n", "says: 'a: b'\nnote: \"it's\"\n"),
    ],
)
def test_codes_stand_in_quotes_dates_and_yes_and_no_bare_and_other_quotes_as_written(written: str, wanted: str) -> None:
    assert formed(written) == wanted


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("# file\n\n# about a\na: 1   # one\n", "# file\n\n# about a\na: 1   # one\n"),
        ("a: # one\n  # two\n  v # three\n", "# one\n# two\na: v  # three\n"),
        ("a:\n- # dash\n  # own\n  k: 1\n", "a:\n  # dash\n  # own\n  - k: 1\n"),
        ("a: [x, # one\n  # two\n  {b: 1}] # three\n", "a:  # three\n  - x  # one\n  # two\n  - {b: 1}\n"),
        ("a: [ # none\n]\nb: 1\n", "# none\na: []\nb: 1\n"),
        ("a:\n    b: 1\n    # tail\n# lead\nc: 2\n", "a:\n  b: 1\n  # tail\n# lead\nc: 2\n"),
        ("a: >- # head\n  x\n# next\nb: 1\n", "a: >-  # head\n  x\n# next\nb: 1\n"),
        ("a: http://x#y # z\n", "a: http://x#y  # z\n"),
        ("- >+\n\n  w\n- # next\n  - a\n", "- >+\n\n  w\n# next\n- - a\n"),
    ],
)
def test_each_comment_stays_with_what_it_speaks_of(written: str, wanted: str) -> None:
    assert formed(written) == wanted
    assert formed(wanted) == wanted


def test_keys_stand_in_the_order_of_the_reference_and_take_their_comments_along() -> None:
    written = "# head\n\ncases:\n- on: 2026-12-01\n  # its name\n  name: n # a sentence\ntitle: t\n# which\npolicy: p/q\n"
    wanted = "# head\n\n# which\npolicy: p/q\ntitle: t\ncases:\n  # its name\n  - name: n  # a sentence\n    on: 2026-12-01\n"
    assert formed(written) == wanted
    assert formed(wanted) == wanted


def test_a_criterion_begins_with_its_id_and_the_fact_it_tests() -> None:
    leaf = "{says: s, at_least: 18, fact: f, id: i}"
    done = formed(f"policy: p/q\neditions:\n  - coverage:\n      - criteria: {leaf}\n")
    assert "criteria: {id: i, fact: f, says: s, at_least: 18}" in done


def test_unknown_keys_and_files_of_no_known_kind_keep_their_order() -> None:
    assert formed("z: 1\na: 2\n") == "z: 1\na: 2\n"
    assert formed("states: all\nsurprise: 1\npayer: p\n") == "payer: p\nstates: all\nsurprise: 1\n"


def test_lists_and_tables_of_free_names_keep_their_order() -> None:
    assert (
        formed("facts:\n  z: {label: l, type: count}\n  a: {type: count}\n") == "facts:\n  z: {type: count, label: l}\n  a: {type: count}\n"
    )


def test_the_table_of_order_names_exactly_the_keys_of_the_schema() -> None:
    known = {name: set(form["properties"]) for kind in KINDS for name, form in schema_of(kind)["$defs"].items() if "properties" in form}
    assert {name: set(ranks.replace("|", " ").split()) for name, ranks in RANKS.items()} == {name: known[name] for name in RANKS}


def test_line_ends_of_windows_and_a_byte_order_mark_are_taken_away() -> None:
    assert canonical("f", b"\xef\xbb\xbf# c\r\na: 1\r\nb: >-\r\n  x\r\n  y\r\n").raw == b"# c\na: 1\nb: >-\n  x\n  y\n"


@pytest.mark.parametrize(
    ("raw", "key", "line"),
    [
        (b"a: 1\nb: [1, 2\n", "yaml_syntax", 3),
        (b"a: 1\n\tb: 2\n", "yaml_syntax", 2),
        (b"a: 1\nb: 1\na: 2\n", "yaml_duplicate_key", 3),
        (b"a: &x [1]\nb: *x\n", "yaml_alias", 1),
        (b"a: &x 1\nb: *x\n", "yaml_alias", 1),
        (b"a: 1\nb: \xff\n", "file_encoding", 2),
        ("a: é".encode("utf-16"), "file_encoding", 1),
        (b"# only\n", "file_empty", 1),
        (b"a: 1\n---\nb: 2\n", "yaml_syntax", 2),
    ],
)
def test_what_the_loader_refuses_is_refused_in_its_words(raw: bytes, key: str, line: int) -> None:
    assert refusal(raw) == (key, line)
    assert canonical("f", raw).problems == read_text("f", raw).problems


def test_every_cut_of_a_shipped_file_is_formed_or_refused_never_changed_in_value() -> None:
    raw = CHOSEN[0].read_bytes()[:6_000]
    seen = set()
    for end in range(1, len(raw), 61):
        done = canonical("f", raw[:end])
        seen.add(done.raw is None)
        if done.raw is not None:
            assert read_text("f", done.raw).data == read_text("f", raw[:end]).data
    assert seen == {True, False}
