"""`/rules/drafts/{id}/try`: one question, answered by the draft and by the rules in force, side by side; nothing is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from covercheck.checks.answer import PartAnswer
from covercheck.checks.check import Checker
from covercheck.checks.diff.questions import scope_of
from covercheck.checks.gist import differences, gist_of
from covercheck.checks.request import Fault, QuestionRefused, parse_request
from covercheck.web.keys import CLOCK
from covercheck.web.live import serving
from covercheck.web.problems import DRAFT_UNSOUND, ProblemError, Refused, problem_errors
from covercheck.web.publishing.desk import DESK
from covercheck.web.publishing.drafts import draft_of, viewed
from covercheck.web.staff.frame import admitted, check_origin, page, texts
from covercheck.web.staff.question_form import Fields, form_of, question_of


async def get_try(request: web.Request) -> web.Response:
    """The form, filled in with an example whose answer differs, where there is one."""
    away = await admitted(request, "rulebook.review")
    if away is not None:
        return away
    view = await viewed(request, await draft_of(request))
    examples = [example for file in (view.diff or {"files": []})["files"] for example in file["examples"]]
    chosen = request.query.get("example", "0")
    number = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 4 else 0
    question: dict[str, Any] = examples[min(number, len(examples) - 1)]["question"] if examples else {}
    return await _tried(request, form_of(question), list(question.get("parts", ())), asked=bool(examples))


async def post_try(request: web.Request) -> web.Response:
    """Ask both."""
    check_origin(request)
    away = await admitted(request, "rulebook.review")
    if away is not None:
        return away
    raw = await request.post()
    return await _tried(request, texts(raw), [str(part) for part in raw.getall("parts", [])], asked=True)


async def _tried(request: web.Request, form: Mapping[str, str], parts: list[str], *, asked: bool) -> web.Response:
    draft = await draft_of(request)
    analysis = await request.app[DESK].analysis(draft)
    if analysis.checker is None:
        raise Refused(DRAFT_UNSOUND)
    live, new = serving(request).checker, analysis.checker
    question, faults = question_of(form, parts, new.book.facts)
    answers: dict[str, tuple[PartAnswer, ...] | tuple[Fault, ...]] = {}
    if asked and not faults:
        for name, checker in (("live", live), ("draft", new)):
            try:
                answers[name] = checker.parts_of(parse_request(dict(question)), request.app[CLOCK]())
            except QuestionRefused as refused:
                faults += [fault for fault in refused.faults if fault not in faults]
    errors: tuple[ProblemError, ...] = problem_errors(faults)
    return page(
        request,
        "try.html",
        422 if errors else 200,
        draft=draft,
        form=Fields(form),
        parts=tuple(parts),
        facts=_facts(request, new, draft.id, analysis, form),
        errors=errors,
        rows=_rows(answers.get("live", ()), answers.get("draft", ())),
        therapies=new.book.therapies,
    )


def _facts(request: web.Request, new: Checker, draft_id: str, analysis: Any, form: Mapping[str, str]) -> list[tuple[str, Any]]:
    """The facts that the changed policies look at, and those typed."""
    files = {file.file for file in analysis.diff.files} if analysis.diff is not None else set()
    policies = [policy for book in (serving(request).checker.book, new.book) for policy in book.policies() if policy.file in files]
    names = list(scope_of(new.book, "", policies, request.app[CLOCK]().date()).facts) if policies else []
    names += [name.removeprefix("fact.") for name in form if name.startswith("fact.")]
    return [(name, new.book.facts[name]) for name in dict.fromkeys(names) if name in new.book.facts]


def _rows(live: Any, draft: Any) -> list[tuple[PartAnswer | None, PartAnswer | None, list[tuple[str, str, str]]]]:
    """Part by part: by the rules in force, by the draft, and what differs."""
    before, after = ({part.part: part for part in parts} for parts in (live, draft))
    rows = []
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        told = list(differences(gist_of(old), gist_of(new))) if old is not None and new is not None else []
        rows.append((old, new, told))
    return rows
