"""The call prompt and the patient's view, on paper or screen."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from covercheck.checks.answer import CallPrompt, PatientView, Whom
from covercheck.cli.screen import RESULTS, Screen, heading
from covercheck.cli.show_check import dated


def show_call(screen: Screen, call: CallPrompt, whole: bool) -> None:
    """The whole sheet, or its summary: whom, how long, which questions."""
    screen.out.print(_sheet(screen, call) if whole else _summary(screen, call))


def show_patient(screen: Screen, view: PatientView) -> None:
    """The answer in plain words."""
    parts = [
        Group(
            Text.assemble(screen.mark(RESULTS, part.result, words=False), " ", (part.label, "bold"), f": {part.says}"),
            Text(f"  {part.next}"),
        )
        for part in view.parts
    ]
    shown: list[RenderableType] = [heading("For the patient"), Text(view.headline, style="bold"), *parts]
    if view.ask_your_plan:
        shown += [Text("Ask your plan:", style="bold"), *_items(view.ask_your_plan)]
    screen.out.print(Group(*shown, *(Text(note) for note in (*view.notes, view.crisis) if note)))


def _summary(screen: Screen, call: CallPrompt) -> RenderableType:
    count = len(call.questions)
    asked = f"{count} question{'' if count == 1 else 's'}"
    told = f"About {call.minutes} minutes, {asked}, for {', '.join(call.for_parts)}. The whole sheet: --call."
    questions = [Text(f"  {number}. {question.billing}") for number, question in enumerate(call.questions[:3], 1)]
    more = [Text(f"  and {count - 3} more", style="dim")] if count > 3 else []
    return Group(heading("Call the insurer"), *(_whom(screen, whom) for whom in call.whom[:2]), Text(told), *questions, *more)


def _whom(screen: Screen, whom: Whom) -> Text:
    open_now = {True: "open now", False: "closed now", None: None}[whom.open_now]
    told = screen.dot.join(filter(None, (f"{whom.company}: {whom.purpose}", whom.phone, whom.hours, open_now, whom.url)))
    return Text.assemble(told, (f" (from {dated(whom.source)})" if whom.source else "", "dim"))


def _sheet(screen: Screen, call: CallPrompt) -> RenderableType:
    shown: list[RenderableType] = [heading("Call sheet"), Text(f"For {', '.join(call.for_parts)}. About {call.minutes} minutes.")]
    shown += [_whom(screen, whom) for whom in call.whom]
    shown += _section("Have at hand", call.have_at_hand)
    shown += _section("Find out first", [f"{fact.ask} [{fact.fact}]" for fact in call.gather_first])
    shown += _section("Codes to quote", [f"{code.code} {code.says}{f' ({code.note})' if code.note else ''}" for code in call.codes])
    shown += [Text("\nSay first", style="bold"), Text(f"  {call.opening}"), Text("\nAsk in this order", style="bold")]
    for number, question in enumerate(call.questions, 1):
        lines = [Text(f"{number}. {'[ ]' if screen.plain else '☐'} {question.billing}"), Text(f"   Why: {question.why}", style="dim")]
        lines += [Text(f"   {reply.reply} {screen.arrow} {reply.leads_to}") for reply in question.then]
        lines += [Text(f"   Skip when: {question.skip_when}", style="dim")] if question.skip_when else []
        shown.append(Padding(Group(*lines), (0, 0, 0, 2)))
    shown += _section("If they answer by halves", [f"{reply.reply} {screen.arrow} {reply.leads_to}" for reply in call.half_answers])
    shown += _section("Write down", call.write_down)
    shown += _section("Do not ask", [note.says for note in call.do_not_ask])
    return Group(*shown, Text("\nRead back", style="bold"), Text(f"  {call.read_back}"))


def _section(title: str, items: Iterable[str]) -> list[RenderableType]:
    lines = _items(items)
    return [Text(f"\n{title}", style="bold"), *lines] if lines else []


def _items(items: Iterable[str]) -> list[Text]:
    return [Text(f"  - {item}") for item in items]
