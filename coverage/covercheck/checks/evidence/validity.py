"""How long an answer holds. Nothing outlives the plan year of the call, nor, where codes are meant, the change of codes in January."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from covercheck.checks.evidence.record import CallAnswer, RecordedCall
from covercheck.checks.evidence.topics import Topic

NINETY: Final = timedelta(days=90)
THIRTY: Final = timedelta(days=30)
YEAR: Final = timedelta(days=365)


def plan_year_end(call: RecordedCall) -> date:
    """As told in the call, else the end of its calendar year."""
    return call.plan_year_end or date(call.on.year, 12, 31)


def valid_until(call: RecordedCall, answer: CallAnswer, topic: Topic, value: str, on: date) -> date:
    """The last day on which a check may use the answer; `on` is the date of service it was asked for."""
    end = plan_year_end(call)
    match topic.kind, value:
        case "active", _:
            return on
        case "administrator" | "benefit" | "fact" | "note", _:
            return end
        case "coverage", "not_covered" if answer.document is not None:
            return end
        case "coverage", _:
            return min(call.on + NINETY, end, date(call.on.year, 12, 31))
        case "authorization", "on_file":
            granted = answer.authorization
            return granted.to if granted is not None and granted.to is not None else min(call.on + THIRTY, end)
        case "authorization", "not_needed":
            return min(call.on + THIRTY, end)
        case "cost", _:
            return call.on
    return min(call.on + NINETY, end)


def service_dates(call: RecordedCall, answer: CallAnswer, topic: Topic, value: str, on: date) -> tuple[date, date]:
    """First and last date of service it speaks of: the day itself, the authorization's own dates, or the plan year of the call."""
    end = plan_year_end(call)
    if topic.kind == "active":
        return on, on
    granted = answer.authorization
    if value == "on_file" and granted is not None:
        return granted.from_ or call.on, granted.to or end
    return end - YEAR + timedelta(days=1), end
