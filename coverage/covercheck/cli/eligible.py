"""`eligibility`: ask a payer's systems about one member and show what they say; and the same on behalf of `check`."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import orjson

from covercheck.checks.ask_payer import AskPayer, clinic_of, patience_of, setup_of
from covercheck.checks.check import Checker
from covercheck.checks.learned import Learned, learn
from covercheck.checks.question import Question
from covercheck.checks.request import CheckRequest
from covercheck.cli.draft import Draft, people_of, settle
from covercheck.cli.exits import FAILED, OK, Stop
from covercheck.cli.run import Run
from covercheck.cli.show_eligibility import show_eligibility, show_wire
from covercheck.eligibility.desk import Desk
from covercheck.eligibility.opening import open_desk
from covercheck.eligibility.outcome import Outcome
from covercheck.eligibility.routes import Routes
from covercheck.settings import Settings


def eligibility(run: Run, written: dict[str, Any], *, seconds: float | None, raw: bool) -> int:
    """Show the report; exit 0 when the payer answered, 1 when it did not."""
    checker, settings = run.checker(), run.settings()
    now = datetime.now(UTC)
    question = checker.reader.read(_request(checker, written, now), now.date())
    outcome, adapter = asyncio.run(_outcome(checker, settings, question, seconds or settings.eligibility_seconds, now))
    learned = learn(checker.book, checker.directory, question.asked, question.told_parts, outcome, adapter)
    if raw:
        show_wire(run.screen, outcome.wire, adapter)
    elif run.as_json:
        run.write_json(orjson.dumps(learned.shown))
    else:
        show_eligibility(run.screen, checker.book.payers[question.asked.payer].text.name, question.asked.on, learned)
    return OK if learned.shown.failure is None else FAILED


def learned_for(run: Run, checker: Checker, request: CheckRequest, now: datetime) -> Learned | None:
    """What the payer's systems teach a check that names a member; None without one."""
    if request.member is None:
        return None
    settings = run.settings()
    question = checker.reader.read(request, now.date())

    async def ask() -> Learned | None:
        async with open_desk(setup_of(settings), patience_of(settings), lambda _: None) as (desk, routes):
            return await _asking(checker, settings, desk, routes).learn(question, settings.eligibility_seconds, now)

    return asyncio.run(ask())


def _asking(checker: Checker, settings: Settings, desk: Desk, routes: Routes) -> AskPayer:
    return AskPayer(checker.book, checker.directory, desk, routes, clinic_of(settings))


def _request(checker: Checker, written: dict[str, Any], now: datetime) -> CheckRequest:
    """A question about every part, or those named, for this member."""
    if written["payer"] is None or written["member"] is None:
        raise Stop("Name the payer and the member.", "covercheck eligibility --payer bcbs-massachusetts --member DEMO1001")
    draft = Draft()
    draft.put("payer", written["payer"])
    draft.put("date_of_service", written["date"] or now.date().isoformat())
    draft.put("parts", written["part"] or list(checker.book.therapies.parts))
    draft.add_people(people_of(written))
    return settle(draft, checker, now.date())[0]


async def _outcome(checker: Checker, settings: Settings, question: Question, seconds: float, now: datetime) -> tuple[Outcome, str]:
    async with open_desk(setup_of(settings), patience_of(settings), lambda _: None) as (desk, routes):
        asking = _asking(checker, settings, desk, routes)
        inquiry = asking.inquiry(question, now)
        if inquiry is None:
            raise Stop("Nothing is left to ask the payer about.")
        return await asking.outcome(question, inquiry, seconds)
