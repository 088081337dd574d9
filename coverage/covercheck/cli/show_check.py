"""An answer for people: the result and what it rests on, part by part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from covercheck.checks.answer import Answer, Cite, Consequence, DecidingFact, PartAnswer, Reason
from covercheck.cli.screen import AUTHORIZATIONS, RESULTS, Screen, heading
from covercheck.cli.show_codes import codes_table

WIDE = 100
NEXT_STEPS = {
    "none": "nothing more to do",
    "gather_facts": "find out the facts below",
    "call_insurer": "call the insurer",
    "start_authorization": "start the authorization",
    "discuss_self_pay": "talk about self-pay",
    "find_new_plan": "find the plan that is in force",
}
ASSUMED = {
    "coverage_active": "coverage is active on the date",
    "provider_in_network": "the provider is in the network",
    "out_of_network_benefit": "the plan pays out of network",
    "no_plan_exclusion": "the plan itself excludes none of it",
    "exclusion_not_of_this_part": "the exclusion in the plan does not reach this part",
}
KNOWN_BY = {"clinic": "From your records", "patient": "From the patient or the card", "payer": "From the payer"}
MAX_CITES = 2


def show_answer(screen: Screen, answer: Answer, all_codes: bool = False) -> None:
    """Header, parts, deciding facts, codes, hints and sources."""
    sources = list(dict.fromkeys(cite for part in answer.parts for cite in cites_of(part)))
    out = screen.out
    out.print(_header(screen, answer))
    out.print(_parts(screen, answer, sources))
    for section in (_deciding(screen, answer), codes_table(screen, answer, all_codes), _remarks(screen, answer)):
        if section is not None:
            out.print(section)
    _sources(screen, sources)


def dated(cite: Cite) -> str:
    """A source's title with the date its text shows."""
    return f"{cite.title} ({f'text of {cite.as_of}' if cite.as_of else 'undated'})"


def cites_of(part: PartAnswer) -> list[Cite]:
    """The texts behind a part: first those of the criteria that decide, newest first."""
    weight = {"unmet": 0, "excluded": 0, "met": 1, "unread": 2, "unknown": 2, "not_excluded": 3}
    ranked: list[Reason] = sorted(part.reasons, key=lambda reason: weight[reason.state])
    return list(dict.fromkeys(cite for reason in ranked for cite in (reason.cite, *reason.more_cites) if cite is not None))


def _header(screen: Screen, answer: Answer) -> RenderableType:
    title = Text(screen.dot.join((answer.payer.name, answer.payer.id, f"service on {answer.date_of_service}")), style="bold")
    result = (
        Text.assemble(screen.mark(RESULTS, answer.result), f": {answer.summary}")
        if len(answer.parts) > 1
        else screen.mark(RESULTS, answer.result)
    )
    valid = Text(f"Good until {answer.valid_until}. {answer.disclaimer}", style="dim")
    return Group(title, result, valid)


def _parts(screen: Screen, answer: Answer, sources: list[Cite]) -> RenderableType:
    if screen.out.width < WIDE:
        return Group(*(Padding(_card(screen, part, sources), (1, 0, 0, 0)) for part in answer.parts))
    table = Table(box=box.HORIZONTALS, show_lines=True, padding=(0, 1), expand=True, header_style="bold")
    for name, ratio in (("Part", 3), ("Result", 4), ("Authorization", 3), ("Why, and where it is written", 8), ("Next step", 3)):
        table.add_column(name, ratio=ratio, overflow="fold")
    for part in answer.parts:
        why = Text.assemble(part.says, "\n", (_numbers(part, sources), "dim"))
        table.add_row(Text(part.label), _result(screen, part), _authorization(screen, part), why, Text(NEXT_STEPS[part.next_step]))
    return table


def _card(screen: Screen, part: PartAnswer, sources: list[Cite]) -> RenderableType:
    lines = [Text(part.label, style="bold"), _result(screen, part, " "), Text(part.says)]
    if part.prior_authorization is not None:
        lines.append(Text.assemble("Authorization: ", _authorization(screen, part)))
    lines += [Text(_numbers(part, sources), style="dim"), Text(f"Next: {NEXT_STEPS[part.next_step]}")]
    return Group(lines[0], Padding(Group(*lines[1:]), (0, 0, 0, 2)))


def _result(screen: Screen, part: PartAnswer, joint: str = "\n") -> Text:
    text = screen.mark(RESULTS, part.result)
    if part.leaning is not None:
        text.append(f"{joint}leans to {part.leaning.replace('_', ' ')}")
    elif part.result in ("depends", "uncertain"):
        text.append(f"{joint}no leaning")
    if part.evidence is not None:
        text.append(f"{joint}{part.evidence} evidence", style="dim")
    return text


def _authorization(screen: Screen, part: PartAnswer) -> Text:
    said = part.prior_authorization
    if said is None:
        return Text("-")
    text = screen.mark(AUTHORIZATIONS, said.state)
    if said.depends_on:
        text.append(f"\ndepends on {', '.join(said.depends_on)}")
    return text.append(f"\n{said.approval}") if said.approval else text


def _numbers(part: PartAnswer, sources: list[Cite]) -> str:
    cites = cites_of(part)
    told = [f"[{sources.index(cite) + 1}] {dated(cite)}" for cite in cites[:MAX_CITES]]
    more = f"; and {len(cites) - MAX_CITES} more" if len(cites) > MAX_CITES else ""
    return "Source: " + "; ".join(told) + more if told else "No source on file."


def _deciding(screen: Screen, answer: Answer) -> RenderableType | None:
    groups: dict[str, dict[str, list[tuple[str, DecidingFact]]]] = {}
    for part in answer.parts:
        for fact in part.deciding_facts:
            groups.setdefault(fact.known_by, {}).setdefault(fact.fact, []).append((part.part, fact))
    if not groups:
        return None
    shown: list[RenderableType] = [heading("What would change this")]
    for who in (who for who in KNOWN_BY if who in groups):
        shown.append(Text(KNOWN_BY[who], style="bold"))
        for found in groups[who].values():
            shown.append(Padding(Group(*_fact_lines(screen, found)), (0, 0, 0, 2)))
    return Group(*shown)


def _fact_lines(screen: Screen, found: list[tuple[str, DecidingFact]]) -> Iterator[Text]:
    first = found[0][1]
    together = "" if any(fact.alone for _, fact in found) else " Only together with other facts."
    yield Text.assemble(f"{first.ask} ", (f"[{first.fact}]", "dim"), together)
    by_then: dict[tuple[Consequence, ...], list[str]] = {}
    for part, fact in found:
        by_then.setdefault(fact.then, []).append(part)
    for then, parts in by_then.items():
        if len({(follows.result, follows.leaning) for follows in then}) > 1:
            line = Text("  ").append(f"{', '.join(parts)}: ", style="dim")
            for index, follows in enumerate(then):
                line.append("; " if index else "").append(f"{follows.when} {screen.arrow} ")
                line.append_text(screen.mark(RESULTS, follows.result))
                line.append(f", leans to {follows.leaning.replace('_', ' ')}" if follows.leaning else "")
            yield line


def _remarks(screen: Screen, answer: Answer) -> RenderableType | None:
    traps = dict.fromkeys(note.says for part in answer.parts for note in part.traps)
    hints = dict.fromkeys(note.says for note in answer.hints)
    assumed = dict.fromkeys(name for part in answer.parts for name in part.assumes)
    shown: list[RenderableType] = []
    if hints:
        shown += [heading("Note"), *_bullets(screen, hints)]
    if traps:
        shown += [heading("Watch out when billing"), *_bullets(screen, traps)]
    if assumed:
        words = [ASSUMED.get(name) or name.replace("indication:", "the indication is ").replace("_", " ") for name in assumed]
        shown += [heading("Taken for granted"), Text("; ".join(words) + ".")]
    return Group(*shown) if shown else None


def _bullets(screen: Screen, items: Iterable[str]) -> Iterator[RenderableType]:
    for item in items:
        grid = Table.grid(padding=(0, 1))
        grid.add_row("-" if screen.plain else "•", Text(item))
        yield grid


def _sources(screen: Screen, sources: list[Cite]) -> None:
    if sources:
        screen.out.print(heading("Sources"))
    for number, cite in enumerate(sources, 1):
        quality = "the text itself was read" if cite.quality == "primary" else "an account of it was read"
        told = screen.dot.join((f"[{number}] {dated(cite)}", f"{quality} on {cite.read_on}", f"{cite.policy}, edition {cite.edition}"))
        screen.out.print(Text(told))
        if cite.url:
            screen.out.print(Text(f"    {cite.url}"), soft_wrap=True)
