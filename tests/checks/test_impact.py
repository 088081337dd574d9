"""Recorded questions asked of other rules: exactly the flips that asking again finds, nothing of a person, nothing left out."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from covercheck.checks.check import Checker
from covercheck.checks.diff.questions import scope_of
from covercheck.checks.impact.cases import of_cases, of_schedule
from covercheck.checks.impact.compare import Books
from covercheck.checks.impact.progress import Progress
from covercheck.checks.impact.replay import Replayer, Setup, Step, replay_all
from covercheck.checks.impact.tally import Flip, Tally
from covercheck.checks.memory.heard import Heard
from covercheck.checks.memory.memory import Asker, Memory
from covercheck.checks.request import QuestionRefused, parse_request
from covercheck.engine import EvidenceLimits
from covercheck.records.opening import Records, open_records
from covercheck.records.recent import AskedRecord, asked
from covercheck.rules import Rulebook, load_files
from covercheck.rules.policy import Policy
from tests.books import TRD, entry, files_of, policy
from tests.conftest import NOW
from tests.proof.diff_check import edits
from tests.records.made_up import entry as noted

ASKER = Asker("harbor", "AAAAAAAA", "billing")
QUESTION: dict[str, Any] = {
    "payer": "acme",
    "plan": {"line": "commercial", "state": "MA"},
    "date_of_service": "2026-12-01",
    "parts": ["esketamine"],
    "indication": TRD,
    "facts": {"age_years": 19},
}
BEFORE = files_of(policy("acme/101", entry()))
AFTER = files_of(policy("acme/101", entry(criteria={"id": "adult", "fact": "age_years", "at_least": "21", "says": "21 or older"})))


def setup_of(before: dict[str, bytes], after: dict[str, bytes], folder: Path) -> Setup:
    return Setup(before, after, EvidenceLimits(), folder, None)


async def keep(records: Records, checker: Checker, bodies: Sequence[dict[str, Any]], member: str | None = None) -> None:
    """Ask and record, as the service does."""
    memory = Memory(records)
    for number, plain in enumerate(bodies):
        body = plain if member is None else {**plain, "member": {"id": member, "first_name": "Wilhelmina", "last_name": "Quux"}}
        raw = orjson.dumps(body)
        request, name = parse_request(raw), f"chk_{number:05}"
        now = NOW + timedelta(seconds=number)
        question = checker.reader.read(request, now.date())
        written = checker.write(request, check_id=name, now=now)
        await memory.keep(ASKER, checker, question, raw, written, name, now, Heard(), [noted(object=name)])


@pytest.fixture
async def sqlite(tmp_path: Path) -> Any:
    records = open_records(None, tmp_path, None, NOW)
    yield records
    await records.close()


def results(checker: Checker, record: AskedRecord, body: bytes) -> dict[str, str]:
    try:
        answer = checker.check(parse_request(body), check_id=record.id, now=record.asked_at)
    except QuestionRefused:
        return {}
    return {part.part: part.result for part in answer.parts}


@pytest.mark.parametrize("seed", range(2))
async def test_it_finds_exactly_the_flips_that_asking_again_finds(checker: Checker, sqlite: Records, tmp_path: Path, seed: int) -> None:
    """On random edits of shipped rules; asked again through the whole check, not through what the replay uses."""
    chance = random.Random(seed)
    endless = edits(checker.book.files, checker.book, chance)
    changes = [*(next(endless) for _ in range(14)), _old_enough(checker)]
    near = [one for one in checker.book.policies() if one.file in {name for name, _, _ in changes}]
    bodies = [body for one in near for body in scope_of(checker.book, _payer(checker, one), [one], NOW.date()).cases]
    await keep(sqlite, checker, bodies)
    kept = list(asked(sqlite.database))
    found = 0
    for name, _, book in changes:
        after = Checker.of(book)
        tally, flips = Replayer(setup_of(dict(checker.book.files), dict(book.files), tmp_path)).replay(kept)
        expected = set()
        for record, body in zip(kept, bodies, strict=True):
            old, new = (results(one, record, orjson.dumps(body)) for one in (checker, after))
            expected |= {(record.id, part, old[part], new.get(part, "refused")) for part in old if old[part] != new.get(part, "refused")}
        assert {(flip.name, flip.part, flip.before, flip.after) for flip in flips} == expected, name
        assert (tally.asked, sum(tally.counts.values())) == (len(bodies), len(expected))
        found += len(expected)
    assert found > 0


def _old_enough(checker: Checker) -> tuple[str, str, Rulebook]:
    """An edit that flips for certain, since most random ones flip no case: adults are refused where they were covered."""
    limit = b"fact: age_years, at_least: 18"
    name, data = next((n, d) for n, d in sorted(checker.book.files.items()) if limit in d and b"result: likely_covered" in d)
    raised = data.replace(limit, b"fact: age_years, at_least: 99")
    return name, limit.decode(), load_files({**checker.book.files, name: raised}, checker.book)


def _payer(checker: Checker, policy: Policy) -> str:
    return policy.payer if policy.payer in checker.book.payers else "aetna"


async def test_flips_are_counted_by_payer_part_and_results_and_name_no_person(sqlite: Records, tmp_path: Path) -> None:
    checker = Checker.of(load_files(BEFORE))
    ages = [17, 18, 20, 21, 40]
    await keep(sqlite, checker, [{**QUESTION, "facts": {"age_years": age}} for age in ages], member="W123456789")
    told: list[Step] = []
    tally = replay_all(setup_of(BEFORE, AFTER, tmp_path), asked(sqlite.database), told.append, processes=1)
    assert (tally.asked, tally.flipped, tally.unreplayed) == (5, 2, {})
    (group,) = tally.counts
    assert group == ("acme", "esketamine", "likely_covered", "likely_not_covered")
    assert [(flip.name, flip.reason) for flip in tally.some[group]] == [(f"chk_{n:05}", "21 or older: unmet") for n in (1, 2)]
    assert [flip.name for step in told for flip in step.flips] == ["chk_00001", "chk_00002"]
    written = orjson.dumps(tally.to_json()).decode()
    assert not any(word in written for word in ("W123456789", "6789", "Wilhelmina", "Quux"))


async def test_what_can_not_be_opened_is_counted_as_such_and_never_as_unchanged(sqlite: Records, tmp_path: Path) -> None:
    checker = Checker.of(load_files(BEFORE))
    await keep(sqlite, checker, [QUESTION] * 3)
    other = tmp_path / "elsewhere"
    elsewhere = open_records(None, other, None, NOW)
    await keep(elsewhere, checker, [QUESTION])
    await elsewhere.close()
    tally = replay_all(setup_of(BEFORE, AFTER, other), asked(sqlite.database), processes=1)
    assert (tally.asked, tally.flipped, tally.unreplayed) == (0, 0, {"key_wrong": 3})
    assert tally.total == 3


async def test_a_question_that_the_rules_in_force_refuse_is_not_replayed(sqlite: Records, tmp_path: Path) -> None:
    two = files_of(
        policy("acme/101", entry()),
        **{"bright/payer.yaml": {"payer": "bright", "name": "Bright", "lines": ["commercial"], "states": ["MA"]}},
    )
    await keep(sqlite, Checker.of(load_files(two)), [{**QUESTION, "payer": "bright"}, QUESTION])
    tally = replay_all(setup_of(BEFORE, AFTER, tmp_path), asked(sqlite.database), processes=1)
    assert (tally.asked, tally.unreplayed) == (1, {"refused_by_the_rules_in_force": 1})
    gone = replay_all(setup_of(two, BEFORE, tmp_path), asked(sqlite.database), processes=1)
    assert {group[3] for group in gone.counts} == {"refused"}


async def test_a_replay_that_was_stopped_goes_on_and_ends_as_one_that_was_not(sqlite: Records, tmp_path: Path) -> None:
    checker = Checker.of(load_files(BEFORE))
    await keep(sqlite, checker, [{**QUESTION, "facts": {"age_years": 15 + number % 10}} for number in range(60)])
    setup, progress = setup_of(BEFORE, AFTER, tmp_path), Progress.of(tmp_path, "one", "other")
    whole = replay_all(setup, asked(sqlite.database), processes=2, chunk=7)

    class Stopped(Exception):
        pass

    def stop_after_three(step: Step) -> None:
        progress.write(step, 0)
        if step.tally.total >= 21:
            raise Stopped

    with pytest.raises(Stopped):
        replay_all(setup, asked(sqlite.database), stop_after_three, processes=2, chunk=7)
    kept = progress.read()
    assert kept is not None
    start, _ = kept
    assert start.tally.total == 21
    again = replay_all(setup, asked(sqlite.database, after=start.seq), start=start.tally, processes=2, chunk=7)
    assert again.to_json() == whole.to_json()
    progress.end()
    assert progress.read() is None


def test_a_progress_file_that_is_no_such_begins_anew(tmp_path: Path) -> None:
    progress = Progress.of(tmp_path, "one", "other")
    for raw in (b"", b"{", b"[]", b'{"seq": 1}', b'{"seq": 1, "listed": 0, "tally": 3}'):
        progress.file.write_bytes(raw)
        assert progress.read() is None
    assert Progress.of(tmp_path, "other", "one").file != progress.file


def test_a_tally_as_data_is_the_same_tally() -> None:
    tally = Tally()
    tally.add(
        [
            Flip("chk_1", "acme", "esketamine", "likely_covered", "uncertain", "why"),
            Flip("chk_1", "acme", "monitoring", "depends", "uncertain", "y"),
        ]
    )
    tally.add([])
    tally.skip("key_missing")
    assert Tally.from_json(orjson.loads(orjson.dumps(tally.to_json()))) == tally


def test_only_some_of_each_kind_are_named_and_all_are_counted() -> None:
    tally, more = Tally(), Tally()
    for number in range(30):
        (tally if number < 15 else more).add([Flip(f"chk_{number}", "acme", "esketamine", "likely_covered", "uncertain", "why")])
    tally.merge(more)
    (group,) = tally.counts
    assert (tally.counts[group], len(tally.some[group]), tally.some[group][-1].name) == (30, 20, "chk_19")


def test_shipped_cases_tell_which_of_them_find_another_result() -> None:
    case = {
        "name": "a young adult is covered",
        "on": "2026-12-01",
        "part": "esketamine",
        "diagnoses": ["F33.2"],
        "facts": {"age_years": "19"},
        "expect": {"result": "likely_covered"},
    }
    before = load_files(files_of(policy("acme/101", entry(), cases=[case])))
    books = Books.of(Checker.of(before), Checker.of(load_files(AFTER)))
    tally = of_cases(books)
    ((group, some),) = tally.some.items()
    assert group == ("acme", "esketamine", "likely_covered", "likely_not_covered")
    assert [flip.name for flip in some] == ["acme/101.yaml: a young adult is covered"]
    assert of_cases(Books.of(books.before, books.before)).flipped == 0


def test_visits_to_come_are_named_by_their_line() -> None:
    books = Books.of(Checker.of(load_files(BEFORE)), Checker.of(load_files(AFTER)))
    lines = [orjson.dumps(QUESTION), b"\n", b"{broken", orjson.dumps({**QUESTION, "facts": {"age_years": 30}})]
    tally = of_schedule(books, lines, NOW)
    assert (tally.asked, tally.flipped, tally.unreplayed) == (2, 1, {"not_a_question": 1})
    assert [flip.name for some in tally.some.values() for flip in some] == ["line 1"]
