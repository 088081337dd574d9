"""What a report says of one part of a therapy on one day. A code never stands for another; what was not stated stays open."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from covercheck.eligibility.report import Benefit, Needed, Party, PersonReport, Span

Standing: TypeAlias = Literal["active", "inactive", "not_stated"]
PLAN_TYPE = "30"
COVERAGE_DATES = frozenset({"291", "307", "346", "347", "348", "349", "356", "357", "472"})
ONLY_BEGINS, ONLY_ENDS = frozenset({"346", "348", "356"}), frozenset({"347", "349", "357"})
ADMINISTRATORS = ("VN", "X3", "2B", "Y2", "PR", "VER", "OC", "GW")
OTHER_PAYERS = ("PRP", "SEP", "TTP", "PR", "IL", "P4", "GP")
CARRYING = frozenset({"contact_other", "active", "managed_care"})
COST_MEANINGS = frozenset({"copay", "coinsurance", "deductible", "out_of_pocket", "limitation", "unlimited"})
COST_OF_PLAN = frozenset({"deductible", "out_of_pocket"})


@dataclass(frozen=True, slots=True)
class PartReport:
    """Everything stated of one part: `service_types` of the part that were answered; `costs` of its own types, deductible of the plan."""

    standing: Standing
    service_types: tuple[str, ...]
    authorization: Needed | None
    not_covered: bool
    administrator: Party | None
    costs: tuple[Benefit, ...]


def plan_standing(person: PersonReport, on: date) -> Standing:
    """The plan as a whole: active if any of the person's plans is."""
    return _standing(_of_types(person.benefits, {PLAN_TYPE}), person, on)


def part_report(person: PersonReport, types: Collection[str], on: date) -> PartReport:
    """What is stated of a part whose own service types are these."""
    own = [benefit for benefit in _of_types(person.benefits, types) if _on(benefit.dates, on)]
    answered = tuple(dict.fromkeys(t for benefit in own for t in benefit.service_types if t in types))
    return PartReport(
        standing=_part_standing(person, types, on),
        service_types=answered,
        authorization=_authorization(own),
        not_covered=any(benefit.meaning in ("not_covered", "exclusion") and benefit.network != "out" for benefit in own),
        administrator=_administrator(own),
        costs=tuple(_costs(person, own, on)),
    )


def other_payers(person: PersonReport) -> tuple[Party, ...]:
    """Other plans named, one of which may have to be billed first."""
    named = (b for b in _sound(person.benefits) if b.meaning in ("other_payer", "managed_care"))
    return tuple(dict.fromkeys(party for benefit in named for party in benefit.entities if party.role in (*OTHER_PAYERS, "Y2", "X3")))


def covers(person: PersonReport, service_type: str, on: date) -> bool | None:
    """Whether the plan has a benefit of this very service type; None where nothing or both is stated."""
    rows = [benefit for benefit in _of_types(person.benefits, {service_type}) if _on(benefit.dates, on)]
    yes = any(benefit.meaning == "active" for benefit in rows)
    no = any(benefit.meaning == "not_covered" and benefit.network in (None, "both", "in") for benefit in rows)
    return yes if yes != no else None


def _part_standing(person: PersonReport, types: Collection[str], on: date) -> Standing:
    """A part is inactive only where its plan is and nothing of its own is active or run by somebody else."""
    own = _of_types(person.benefits, types)
    mine = _standing(own, person, on)
    if mine == "active":
        return "active"
    plan = plan_standing(person, on)
    if plan == "inactive":
        pending = any(benefit.meaning in ("active_pending", "inactive_pending") for benefit in own)
        return "not_stated" if pending or _administrator(own) is not None else "inactive"
    return "not_stated" if mine == "inactive" else plan


def _standing(rows: Iterable[Benefit], person: PersonReport, on: date) -> Standing:
    """Active if one row is; inactive if one is, none is active and none is pending."""
    states = {_row_standing(row, person, on) for row in rows}
    if "active" in states:
        return "active"
    return "inactive" if "inactive" in states and "pending" not in states else "not_stated"


def _row_standing(row: Benefit, person: PersonReport, on: date) -> str | None:
    spans = [span for span in row.dates or person.dates if span.qualifier in COVERAGE_DATES]
    match row.meaning:
        case "active":
            return "active" if _on(spans, on) else "inactive" if any(_excludes(span, on) for span in spans) else None
        case "inactive":
            ends = [_bounds(span)[1] for span in spans if span.qualifier in ONLY_ENDS]
            return None if any(end is not None and end >= on for end in ends) else "inactive"
        case "active_pending" | "inactive_pending":
            return "pending"
    return None


def _on(spans: Iterable[Span], on: date) -> bool:
    """No span of coverage has the day outside it."""
    bounds = [_bounds(span) for span in spans if span.qualifier in COVERAGE_DATES]
    return all((begins is None or begins <= on) and (ends is None or on <= ends) for begins, ends in bounds)


def _excludes(span: Span, on: date) -> bool:
    """It tells for certain that the day lies outside. A single later date may be the day of the answer itself."""
    begins, ends = _bounds(span)
    sure_begin = span.qualifier in ONLY_BEGINS or ends is not None
    return (ends is not None and ends < on) or (begins is not None and begins > on and sure_begin)


def _bounds(span: Span) -> tuple[date | None, date | None]:
    if span.qualifier in ONLY_ENDS:
        return None, span.ends or span.begins
    return span.begins, span.ends


def _sound(rows: Iterable[Benefit]) -> Iterator[Benefit]:
    """Statements that were not themselves rejected."""
    return (row for row in rows if not row.rejections)


def _of_types(rows: Iterable[Benefit], types: Collection[str]) -> list[Benefit]:
    """Statements on one of these service types; one that names none speaks of the plan."""
    return [row for row in _sound(rows) if any(t in types for t in row.service_types) or (not row.service_types and PLAN_TYPE in types)]


def _authorization(own: Iterable[Benefit]) -> Needed | None:
    """Needed where one row says so; not needed only where a row says so and none leaves it open."""
    said = {row.authorization for row in own if row.authorization is not None and row.network != "out"}
    if "needed" in said:
        return "needed"
    return "not_needed" if said == {"not_needed"} else "unknown" if said else None


def _administrator(own: Iterable[Benefit]) -> Party | None:
    """Who else runs this part: named beside "contact", or as vendor or manager beside another statement."""
    for row in own:
        if row.meaning in CARRYING:
            roles = ADMINISTRATORS if row.meaning == "contact_other" else ("VN", "X3", "Y2")
            for party in row.entities:
                if party.role in roles and party.name:
                    return party
    return None


def _costs(person: PersonReport, own: Iterable[Benefit], on: date) -> Iterator[Benefit]:
    yield from (row for row in own if row.meaning in COST_MEANINGS)
    plan = (row for row in _of_types(person.benefits, {PLAN_TYPE}) if row.meaning in COST_OF_PLAN and _on(row.dates, on))
    yield from plan
