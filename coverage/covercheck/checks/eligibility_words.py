"""How statements of an eligibility answer are said to staff: the payer's figures as "about", its own words beside."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from covercheck.checks.eligibility_answer import Coded, CostShare, RejectionAnswer, SpanAnswer, StatementAnswer
from covercheck.eligibility.rejections import words_of
from covercheck.eligibility.report import Benefit, Limit, Rejection, Span
from covercheck.eligibility.tables import COVERAGE_LEVELS, PERIODS, QUANTITIES, REMAINING, SERVICE_TYPES

NETWORK_WORDS: Final = {"in": "in network", "out": "out of network", "both": "in and out of network", "unknown": "network not stated"}
COST_WORDS: Final = {
    "copay": "copay", "coinsurance": "coinsurance", "deductible": "deductible", "out_of_pocket": "out-of-pocket maximum",
    "limitation": "limit", "unlimited": "no limit",
}  # fmt: skip
NOT_TOLD: Final = "period not stated"


def statement(benefit: Benefit) -> StatementAnswer:
    """One statement with its codes and their meanings."""
    return StatementAnswer(
        meaning=benefit.meaning,
        code=benefit.code,
        service_types=coded(benefit.service_types),
        plan=benefit.plan,
        coverage_level=benefit.coverage_level,
        insurance_type=benefit.insurance_type,
        period=PERIODS.get(benefit.period, benefit.period) if benefit.period else None,
        amount=money(benefit.amount),
        share=str(benefit.share) if benefit.share is not None else None,
        quantity=_quantity(benefit),
        authorization=benefit.authorization,
        network=benefit.network,
        places=benefit.places,
        dates=spans(benefit.dates),
        limits=tuple(_limit(limit) for limit in benefit.limits),
        messages=benefit.messages,
        names=tuple(party.name for party in benefit.entities if party.name),
        rejections=rejections(benefit.rejections),
        origin=benefit.origin,
    )


def cost_share(benefit: Benefit) -> CostShare | None:
    """A cost share where the payer states a figure, a limit or words; None for an empty statement."""
    limits = tuple(_limit(limit) for limit in benefit.limits)
    figure = money(benefit.amount) or (str(benefit.share) if benefit.share is not None else None) or _quantity(benefit) or None
    if figure is None and not limits and not benefit.messages and benefit.meaning != "unlimited":
        return None
    remaining = benefit.period in REMAINING
    return CostShare(
        kind=benefit.meaning,
        remaining=remaining,
        amount=money(benefit.amount),
        share=str(benefit.share) if benefit.share is not None else None,
        period=PERIODS.get(benefit.period, benefit.period) if benefit.period else None,
        network=benefit.network,
        level=COVERAGE_LEVELS.get(benefit.coverage_level, benefit.coverage_level) if benefit.coverage_level else None,
        service_types=coded(benefit.service_types),
        says=_said(benefit, limits, remaining),
        plan_words=benefit.messages,
    )


def _said(benefit: Benefit, limits: Iterable[str], remaining: bool) -> str:
    """`about $30.00 copay, visit, in network (mental health)`."""
    word = COST_WORDS.get(benefit.meaning, benefit.meaning)
    if benefit.amount is not None:
        main = f"about ${benefit.amount:,.2f} {word}" + (" left" if remaining else "")
    elif benefit.share is not None:
        main = f"about {_percent(benefit.share)} {word}"
    else:
        main = word
    period = None if remaining else PERIODS.get(benefit.period, benefit.period) if benefit.period else NOT_TOLD
    level = COVERAGE_LEVELS.get(benefit.coverage_level, benefit.coverage_level) if benefit.coverage_level else None
    about = ", ".join(SERVICE_TYPES.get(code, code) for code in benefit.service_types)
    told = (main, *limits, _quantity(benefit), period, level, NETWORK_WORDS.get(benefit.network or "unknown"))
    return ", ".join(piece for piece in told if piece) + (f" ({about})" if about else "")


def coded(codes: Iterable[str]) -> tuple[Coded, ...]:
    """Service types with our words for them; a code that is not listed is kept."""
    return tuple(Coded(code, SERVICE_TYPES.get(code, "not listed")) for code in codes)


def spans(dates: Iterable[Span]) -> tuple[SpanAnswer, ...]:
    """Dates with their qualifier."""
    return tuple(
        SpanAnswer(span.qualifier, span.begins.isoformat() if span.begins else None, span.ends.isoformat() if span.ends else None)
        for span in dates
    )


def rejections(refused: Iterable[Rejection]) -> tuple[RejectionAnswer, ...]:
    """Rejection codes in plain words with the remedy."""
    return tuple(RejectionAnswer(r.code, r.level, words_of(r.code).says, words_of(r.code).remedy) for r in refused)


def money(amount: Decimal | None) -> str | None:
    """Dollars and cents."""
    return None if amount is None else f"{amount:.2f}"


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f} percent"


def _quantity(benefit: Benefit) -> str | None:
    if benefit.quantity is None:
        return None
    return f"{benefit.quantity.normalize():f} {QUANTITIES.get(benefit.quantity_of or '', benefit.quantity_of or '')}".strip()


def _limit(limit: Limit) -> str:
    unit = QUANTITIES.get(limit.unit or "", limit.unit or "")
    count = f"{limit.count.normalize():f} " if limit.count is not None else ""
    period = f" per {count}{PERIODS.get(limit.period, limit.period)}" if limit.period else ""
    quantity = f"{limit.quantity.normalize():f}" if limit.quantity is not None else ""
    return f"{quantity} {unit}{period}".strip()
