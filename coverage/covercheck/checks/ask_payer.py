"""From a question with a member to what the payer's systems teach: asked once, about parts that may be told, never an error."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from covercheck.checks.find_payer import PayerDirectory
from covercheck.checks.learned import Learned, learn
from covercheck.checks.question import Question
from covercheck.eligibility.desk import Desk, Patience
from covercheck.eligibility.gate import Limits
from covercheck.eligibility.inquiry import Clinic, Inquiry, Person
from covercheck.eligibility.outcome import Failure, Outcome
from covercheck.eligibility.routes import Routes, Setup
from covercheck.eligibility.standing import PLAN_TYPE
from covercheck.rules.eligibility_text import EligibilityText
from covercheck.rules.rulebook import Payer, Rulebook
from covercheck.settings import Settings, payer_secret

TRACE_BYTES: Final = 12


def setup_of(settings: Settings) -> Setup:
    """How payers are asked whose own file does not say, from the settings."""
    shared = EligibilityText(
        adapter=settings.eligibility_adapter,
        endpoint=settings.eligibility_endpoint,
        envelope=settings.eligibility_envelope,
        vendor=settings.eligibility_vendor,
        sender_id=settings.eligibility_sender_id,
        receiver_id=settings.eligibility_receiver_id,
    )
    limits = Limits(
        in_flight=settings.eligibility_in_flight,
        per_minute=settings.eligibility_per_minute,
        breaker_failures=settings.eligibility_breaker_failures,
        breaker_seconds=settings.eligibility_breaker_seconds,
        patient_seconds=settings.eligibility_seconds / 2,
    )
    return Setup(shared, settings.eligibility_secret, payer_secret, limits, settings.eligibility_most_bytes, settings.eligibility_test)


def clinic_of(settings: Settings) -> Clinic:
    """Who asks where a question names no clinic."""
    return Clinic(settings.clinic_npi, settings.clinic_tax_id, settings.clinic_name)


def patience_of(settings: Settings) -> Patience:
    """How often to ask and what to keep, from the settings."""
    return Patience(settings.eligibility_attempts, settings.eligibility_keep, settings.eligibility_keep_seconds)


@dataclass(frozen=True, slots=True)
class AskPayer:
    """Asks through a desk, by the routes that payers' files and settings name."""

    book: Rulebook
    directory: PayerDirectory
    desk: Desk
    routes: Routes
    clinic: Clinic

    async def learn(self, question: Question, seconds: float, now: datetime) -> Learned | None:
        """What the payer's systems say within `seconds`; None where no member is given or no part may be told."""
        inquiry = self.inquiry(question, now)
        if inquiry is None:
            return None
        outcome, adapter = await self.outcome(question, inquiry, seconds)
        return learn(self.book, self.directory, question.asked, question.told_parts, outcome, adapter)

    async def outcome(self, question: Question, inquiry: Inquiry, seconds: float) -> tuple[Outcome, str]:
        """The bare outcome and the adapter's name."""
        route = self.routes.of(self.book.payers[question.asked.payer])
        if isinstance(route, Failure):
            return route, "off"
        return await self.desk.ask(route, inquiry, seconds), route.adapter.name

    def inquiry(self, question: Question, now: datetime) -> Inquiry | None:
        """The question to the payer; restricted parts leave no mark on it."""
        member, told = question.request.member, question.told_parts
        if member is None or not told:
            return None
        payer = self.book.payers[question.asked.payer]
        return Inquiry(
            payer_id=self.routes.payer_id(payer) or payer.id,
            payer_name=payer.text.name,
            clinic=self._clinic(question),
            subscriber=Person(
                id=member.id,
                first_name=member.first_name,
                last_name=member.last_name,
                date_of_birth=member.date_of_birth,
                group=member.group,
            ),
            on=question.asked.on,
            service_types=tuple(dict.fromkeys(self._service_types(payer, told))),
            trace=os.urandom(TRACE_BYTES).hex().upper(),
            made_at=now,
        )

    def _clinic(self, question: Question) -> Clinic:
        """The clinic the question names, else the one in the settings."""
        given = question.request.provider
        if given is None or (given.npi is None and given.tax_id is None):
            return self.clinic
        return Clinic(given.npi, given.tax_id, self.clinic.name)

    def _service_types(self, payer: Payer, told: tuple[str, ...]) -> Iterator[str]:
        """Those the payer's file names; else the plan as a whole and the first of each part."""
        own = payer.text.eligibility.service_types
        if own is not None:
            yield from own
            return
        yield PLAN_TYPE
        for part in told:
            yield from self.book.therapies.parts[part].service_types[:1]
