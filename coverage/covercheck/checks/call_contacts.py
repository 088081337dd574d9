"""Whom to call: the number on the card first, then numbers whose source is known, and whether the line is open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from covercheck.checks.answer import Cite, Whom
from covercheck.checks.call_gap import BEHAVIORAL, Gap
from covercheck.rules.payer_file import Contact

ZONES: Final = {
    "e": "America/New_York", "c": "America/Chicago", "m": "America/Denver", "p": "America/Los_Angeles",
    "ak": "America/Anchorage", "h": "Pacific/Honolulu",
}  # fmt: skip
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ALWAYS = re.compile(r"(24/7|24 hours(( a|,? every| per)? day)?(,? ?(7|seven) days( a| per)? week)?)\.?")
_ZONE = re.compile(
    r"\s*\(?\b(e|c|m|p|ak|h)(?:[sd])?t\)?\.?$"
    r"|\s*\b(eastern|central|mountain|pacific|alaska|hawaii)( (standard|daylight))?( time)?\.?$"
)
_SPAN = re.compile(
    r"(?P<days>7 days a week|[a-z][a-z ,-]*?)?[,:]?\s*"
    r"(?P<from>\d{1,2})(?::(?P<from_min>\d{2}))?\s*(?P<from_half>[ap]\.?m\.?)?\s*(?:-|to)\s*"
    r"(?P<to>\d{1,2})(?::(?P<to_min>\d{2}))?\s*(?P<to_half>[ap]\.?m\.?)?"
)
_DAY_RANGE = re.compile(r"([a-z]{3})[a-z]*(?:\s*(?:-|to|through)\s*([a-z]{3})[a-z]*)?")


def whom_to_call(gap: Gap, now: datetime) -> tuple[Whom, ...]:
    """The card's number, then the payer's own contacts that fit the uncertain parts, the line and the state."""
    return (*_from_the_card(gap), *_learned(gap), *_contacts(gap, now))


def _learned(gap: Gap) -> Iterator[Whom]:
    """The number the payer itself named today for whoever runs the parts asked about."""
    learned = gap.question.learned
    named = dict.fromkeys(part.administrator for part in gap.parts if part.administrator is not None and part.administrator.phone)
    for administrator in named:
        purpose = "named by the payer's eligibility answer for these parts"
        yield Whom(administrator.name, purpose, administrator.phone, None, None, None, learned.cite if learned is not None else None)


def _from_the_card(gap: Gap) -> Iterator[Whom]:
    payer = gap.payer.text.name
    behavioral = gap.among(BEHAVIORAL)
    if gap.line == "employer_benefit":
        yield _card(payer, "benefit administrator: the number on the member's card for this benefit, not the health insurer's")
    elif gap.is_medicare:
        yield _card(payer, "the number on the member's card, for the patient; it can't speak for the contractor")
        yield _card("Medicare administrative contractor (MAC)", "provider line of the contractor that takes the clinic's claims")
    elif gap.line == "va":
        yield _card(payer, "the number on the member's card; ask for the community care office that wrote the referral")
    elif behavioral and gap.administrator is not None and len(behavioral) == len(gap.parts):
        yield _card(gap.administrator, "the number on the member's card for mental or behavioral health")
    else:
        side = "provider or member services; not the precertification line"
        yield _card(payer, f"the number on the member's card, {side}")
        if behavioral and gap.administrator is not None:
            yield _card(gap.administrator, "the number on the member's card for mental or behavioral health, for the psychotherapy parts")


def _card(company: str, purpose: str) -> Whom:
    return Whom(company, purpose, None, None, None, None, None)


def _contacts(gap: Gap, now: datetime) -> Iterator[Whom]:
    names = {part.part for part in gap.parts}
    for company, contact in _known_contacts(gap):
        if contact.for_ and not names.intersection(contact.for_):
            continue
        if contact.lines and gap.line not in contact.lines:
            continue
        if contact.states is not None and gap.question.asked.state not in contact.states:
            continue
        yield _whom(company, contact, now)


def _known_contacts(gap: Gap) -> Iterator[tuple[str, Contact]]:
    """The payer's contacts, then those of the payer that runs its mental health benefits where that is asked about."""
    yield from ((gap.payer.text.name, contact) for contact in gap.payer.text.contacts)
    other = gap.book.payers.get(gap.payer.text.behavioral_health.payer or "")
    if other is not None and other.id != gap.payer.id and gap.among(BEHAVIORAL):
        yield from ((other.text.name, contact) for contact in other.text.contacts)


def _whom(company: str, contact: Contact, now: datetime) -> Whom:
    source = contact.source
    as_of = source.as_of.isoformat() if source.as_of is not None else None
    cite = Cite(source.title, source.url, as_of, source.read_on.isoformat(), "primary", "", "")
    purpose = f"{contact.purpose}; {contact.note}" if contact.note else contact.purpose
    is_open = open_now(contact.hours, now) if contact.hours and contact.phone else None
    return Whom(company, purpose, contact.phone, contact.hours, is_open, contact.url, cite)


def open_now(hours: str, now: datetime) -> bool | None:
    """Whether a line with these hours is open; None where the text can't be told. Public holidays are not known."""
    text = hours.strip().lower().replace("\u2013", "-").replace("\u2014", "-")
    if _ALWAYS.fullmatch(text):
        return True
    zone = _ZONE.search(text)
    if zone is None or now.tzinfo is None:
        return None
    try:
        local = now.astimezone(UTC).astimezone(ZoneInfo(ZONES[_zone_key(zone)]))
    except (ZoneInfoNotFoundError, OverflowError):
        return None
    spans = [_span(piece.strip()) for piece in re.split(r";|(?<=[\dm.]),", text[: zone.start()]) if piece.strip()]
    if not spans or None in spans:
        return None
    return any(_within(span, local) for span in spans if span is not None)


def _zone_key(match: re.Match[str]) -> str:
    short = match.group(1)
    return short if short is not None else "ak" if match.group(2) == "alaska" else match.group(2)[0]


def _span(text: str) -> tuple[frozenset[int], int, int] | None:
    """Weekdays, opening and closing in minutes of the day."""
    match = _SPAN.fullmatch(text)
    days = _weekdays((match["days"] or "").strip(" ,:")) if match is not None else None
    if match is None or days is None:
        return None
    opens = _minutes(match["from"], match["from_min"], match["from_half"])
    closes = _minutes(match["to"], match["to_min"], match["to_half"])
    if opens is None or closes is None:
        return None
    if closes <= opens and match["to_half"] is None and match["from_half"] is None and closes <= 12 * 60:
        closes += 12 * 60
    return (days, opens, closes) if opens < closes else None


def _minutes(hour: str, minute: str | None, half: str | None) -> int | None:
    value = int(hour)
    if half is not None:
        if not 1 <= value <= 12:
            return None
        value = value % 12 + (12 if half.startswith("p") else 0)
    total = value * 60 + int(minute or 0)
    return total if total <= 24 * 60 and int(minute or 0) < 60 else None


def _weekdays(text: str) -> frozenset[int] | None:
    if text in ("daily", "every day", "7 days a week", "seven days a week"):
        return frozenset(range(7))
    if text in ("weekdays", "business days"):
        return frozenset(range(5))
    match = _DAY_RANGE.fullmatch(text)
    if match is None or match[1] not in DAYS or (match[2] is not None and match[2] not in DAYS):
        return None
    first = DAYS.index(match[1])
    last = DAYS.index(match[2]) if match[2] is not None else first
    return frozenset((first + step) % 7 for step in range((last - first) % 7 + 1))


def _within(span: tuple[frozenset[int], int, int], local: datetime) -> bool:
    days, opens, closes = span
    since_midnight = timedelta(hours=local.hour, minutes=local.minute).total_seconds() / 60
    return local.weekday() in days and opens <= since_midnight < closes
