"""How asking ended: with a report, or with a failure that has a stable key, plain words and a next step. Never an exception."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from covercheck.eligibility.report import PersonReport, Rejection, Report

FailureKey: TypeAlias = Literal[
    "no_adapter", "adapter_off", "adapter_failed", "member_incomplete", "cannot_be_written", "credentials", "deadline", "connection",
    "throttled", "unavailable", "refused", "breaker_open", "too_busy", "too_large", "unreadable", "not_an_answer", "another_trace",
    "another_person", "rejected_temporary", "rejected_patient_data", "rejected_provider_data", "rejected_request", "rejected_set_up",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wire:
    """What went over the line, for the record and for `--raw`. Patient data: never shown by `repr`, never logged."""

    sent: str = field(repr=False)
    received: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no report. `retry`: asking again by itself is safe and may help; `wait` seconds before that, as the payer asked."""

    key: FailureKey
    says: str
    remedy: str
    retry: bool = False
    wait: float | None = None
    rejections: tuple[Rejection, ...] = ()
    wire: Wire | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """A report for the trace that was asked for, and in it the person who was."""

    report: Report
    person: PersonReport
    adapter: str
    at: datetime
    wire: Wire | None = None
    again: bool = False


Outcome: TypeAlias = Answered | Failure
