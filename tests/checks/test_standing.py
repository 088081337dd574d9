"""How many recent answers stand on a text: each counted once, those that many checks have in common opened once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson

from covercheck.checks.check import Checker
from covercheck.checks.memory.heard import Heard
from covercheck.checks.memory.memory import Asker, Memory
from covercheck.checks.memory.standing import standing_of, texts_of
from covercheck.checks.request import parse_request
from covercheck.proof.due import text_key
from covercheck.records.opening import Records
from covercheck.rules import load_files
from tests.books import PRIMARY, TRD, entry, files_of, policy
from tests.conftest import NOW
from tests.records.conftest import database, records, server, url  # noqa: F401
from tests.records.made_up import entry as noted

DRUG = {**PRIMARY, "title": "Drug policy", "url": "https://acme.example/drug"}
THERAPY = {**PRIMARY, "title": "Therapy policy", "url": "https://acme.example/therapy"}
QUESTION: dict[str, Any] = {"payer": "acme", "plan": {"line": "commercial"}, "date_of_service": "2026-12-01", "indication": TRD}
HARBOR, LIGHTHOUSE = Asker("harbor", "AAAAAAAA", "billing"), Asker("lighthouse", "BBBBBBBB", "billing")
TEXTS = frozenset({text_key(DRUG["url"], ""), text_key(THERAPY["url"], "")})


def checker() -> Checker:
    drug = policy("acme/drug", entry(), sources={"P": DRUG})
    therapy = policy("acme/therapy", entry(parts=["psychotherapy"], stance="covered"), sources={"P": THERAPY})
    return Checker.of(load_files(files_of(drug, therapy)))


async def keep(memory: Memory, by: Checker, name: str, part: str, days_ago: int = 0, asker: Asker = HARBOR) -> None:
    """Ask and record."""
    raw, now = orjson.dumps({**QUESTION, "parts": [part]}), NOW - timedelta(days=days_ago)
    request = parse_request(raw)
    question = by.reader.read(request, now.date())
    written = by.write(request, check_id=name, now=now)
    await memory.keep(asker, by, question, raw, written, name, now, Heard(), [noted(object=name)])


async def test_every_answer_counts_once_for_each_text_it_stands_on(records: Records) -> None:  # noqa: F811
    memory, by = Memory(records), checker()
    for number, part in enumerate(["esketamine"] * 5 + ["psychotherapy"] * 3):
        await keep(memory, by, f"chk_{number}", part)
    told = standing_of(records, TEXTS, NOW)
    assert told.answers == {DRUG["url"]: 5, THERAPY["url"]: 3}
    assert (told.checks, told.counted, told.is_exact) == (8, 8, True)


async def test_only_the_days_asked_for_count(records: Records) -> None:  # noqa: F811
    memory, by = Memory(records), checker()
    for number, days_ago in enumerate((91, 90, 89, 0)):
        await keep(memory, by, f"chk_{number}", "esketamine", days_ago)
    assert standing_of(records, TEXTS, NOW).answers == {DRUG["url"]: 3}
    assert standing_of(records, TEXTS, NOW, days=1).answers == {DRUG["url"]: 1}
    assert standing_of(records, TEXTS, NOW + timedelta(days=400)).checks == 0


async def test_an_organisation_counts_its_own(records: Records) -> None:  # noqa: F811
    memory, by = Memory(records), checker()
    await keep(memory, by, "chk_1", "esketamine")
    await keep(memory, by, "chk_2", "esketamine", asker=LIGHTHOUSE)
    assert standing_of(records, TEXTS, NOW, "harbor").answers == {DRUG["url"]: 1}
    assert standing_of(records, TEXTS, NOW).answers == {DRUG["url"]: 2}


async def test_where_not_all_can_be_opened_those_in_common_to_most_come_first(records: Records) -> None:  # noqa: F811
    memory, by = Memory(records), checker()
    for number, part in enumerate(["psychotherapy"] + ["esketamine"] * 4):
        await keep(memory, by, f"chk_{number}", part)
    told = standing_of(records, TEXTS, NOW, most=1)
    assert told.answers == {DRUG["url"]: 4}
    assert (told.checks, told.counted, told.is_exact) == (5, 4, False)


def test_what_was_set_aside_did_not_speak() -> None:
    by = checker()
    answer = orjson.loads(by.check_json(parse_request({**QUESTION, "parts": ["esketamine"]}), check_id="chk_1", now=NOW))
    answer["parts"][0]["set_aside"] = answer["parts"][0]["reasons"]
    answer["parts"][0]["reasons"] = []
    assert DRUG["url"] not in set(texts_of(answer))
