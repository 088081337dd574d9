"""Checks and calls of people who don't exist."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from covercheck.records.audit import Entry
from covercheck.records.checks import CheckRecord
from covercheck.records.evidence import CallRecord, EvidenceRecord, OutcomeRecord

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
NUMBERS = count(1)


def check(**changes: Any) -> CheckRecord:
    """A check of the harbor clinic."""
    values: dict[str, Any] = {
        "id": f"chk_{next(NUMBERS):06}",
        "org": "harbor",
        "token": "AAAAAAAA",
        "asked_at": NOW,
        "date_of_service": date(2026, 12, 1),
        "payer": "acme",
        "line": "commercial",
        "state": "MA",
        "plan": "acme gold",
        "result": "uncertain",
        "parts": "[]",
        "rulebook": "sha256:1",
        "version": "0.2.0",
        "valid_until": date(2026, 12, 31),
        "key_id": "k1",
        "question": b"sealed question",
        "answer": b"sealed answer",
    }
    return CheckRecord(**{**values, **changes})


def entry(**changes: Any) -> Entry:
    """Somebody looked at a check."""
    values: dict[str, Any] = {
        "at": NOW,
        "org": "harbor",
        "token": "AAAAAAAA",
        "action": "check.read",
        "object": "chk_1",
        "address": "127.0.0.1",
        "result": "ok",
        "request": "req_1",
    }
    return Entry(**{**values, **changes})


def call(check_id: str, **changes: Any) -> CallRecord:
    """A call about a check."""
    values: dict[str, Any] = {
        "id": f"call_{next(NUMBERS):06}",
        "check_id": check_id,
        "org": "harbor",
        "token": "AAAAAAAA",
        "recorded_at": NOW,
        "called_on": NOW.date(),
        "supersedes": None,
        "key_id": "k1",
        "data": b"sealed call",
    }
    return CallRecord(**{**values, **changes})


def item(of: CallRecord, **changes: Any) -> EvidenceRecord:
    """What a call said of one part."""
    values: dict[str, Any] = {
        "call_id": of.id,
        "check_id": of.check_id,
        "org": of.org,
        "payer": "acme",
        "plan": "acme gold",
        "part": "ketamine_iv",
        "kind": "coverage",
        "value": "covered",
        "grade": "B",
        "called_on": of.called_on,
        "valid_until": of.called_on + timedelta(days=37),
        "key_id": "k1",
        "item": b"sealed item",
        "member": None,
    }
    return EvidenceRecord(**{**values, **changes})


def outcome(check_id: str, **changes: Any) -> OutcomeRecord:
    """A claim that was paid."""
    values: dict[str, Any] = {
        "id": f"out_{next(NUMBERS):06}",
        "check_id": check_id,
        "org": "harbor",
        "token": "AAAAAAAA",
        "part": "ketamine_iv",
        "outcome": "paid",
        "proof": "claim",
        "decided_on": NOW.date(),
        "recorded_at": NOW,
    }
    return OutcomeRecord(**{**values, **changes})
