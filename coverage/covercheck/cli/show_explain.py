"""Every text that spoke of a part, as a tree of its criteria with the state of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from rich.console import Group as Lines
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text
from rich.tree import Tree

from covercheck.checks.question import Question
from covercheck.cli.screen import AUTHORIZATIONS, RESULTS, STATES, Screen, heading
from covercheck.engine import Engine, Finding, Statement
from covercheck.engine.asking import facts_of
from covercheck.engine.compile import Program
from covercheck.engine.evidence import grade_of
from covercheck.logic import FALSE, TRUE, Truth
from covercheck.rules.policy import Group, Node, Source, Test, Unread
from covercheck.rules.policy_file import Stance, day_text

OPS = {
    "at_least": "at least",
    "at_most": "at most",
    "more_than": "more than",
    "less_than": "less than",
    "is": "is",
    "any_of": "one of",
    "none_of": "none of",
}
KINDS = {"all": "all of these", "any": "at least one of these", "not": "not this"}
STANCES = {
    Stance.COVERED: "met",
    Stance.COVERED_WHEN: "met",
    Stance.NOT_COVERED: "unmet",
    Stance.CASE_BY_CASE: "unknown",
    Stance.UNREAD: "unread",
}
TRUTHS = {TRUE: "says covered", FALSE: "says not covered"}


class Explainer:
    """Writes the findings of one question."""

    def __init__(self, screen: Screen, engine: Engine, question: Question) -> None:
        self.screen = screen
        self.engine = engine
        self.question = question
        self.on = question.asked.on
        self.facts: Mapping[str, Any] = facts_of(engine.book.facts, question.asked)

    def show(self, findings: Iterable[Finding]) -> None:
        """One block per part; a part the plan must not be told of is left out."""
        payer = self.engine.book.payers[self.question.asked.payer]
        title = self.screen.dot.join((payer.text.name, payer.id, f"service on {self.on}", self.question.asked.phase))
        self.screen.out.print(Text(title, style="bold"))
        for finding in findings:
            self.screen.out.print(heading(self.engine.book.therapies.parts[finding.part].label))
            if finding.part in self.question.restricted:
                self.screen.out.print(self.screen.mark(RESULTS, "not_asked"))
            else:
                self._part(finding)

    def _part(self, finding: Finding) -> None:
        out = self.screen.out
        result = self.screen.mark(RESULTS, finding.result)
        if finding.leaning is not None:
            result.append(f", leans to {finding.leaning.replace('_', ' ')}")
        result.append(f"{self.screen.dot}{finding.evidence.word} evidence" if finding.evidence is not None else "")
        if finding.causes:
            result.append(f"{self.screen.dot}causes: {', '.join(finding.causes)}")
        out.print(result)
        self._authorization(finding)
        spoken = list(_once(finding.statements))
        if not spoken:
            out.print(Text("No text on file speaks of this part for this question."))
        for statement in spoken:
            out.print(self._statement(statement))
        for statement in _once(finding.set_aside):
            out.print(self._statement(statement, self._why_aside(statement, spoken)))

    def _authorization(self, finding: Finding) -> None:
        if finding.authorization is None:
            return
        said = finding.authorization
        line = Text.assemble("Authorization: ", self.screen.mark(AUTHORIZATIONS, said.state))
        if said.open_facts:
            line.append(f", depends on {', '.join(said.open_facts)}")
        for policy in dict.fromkeys(statement.policy.policy.id for statement in said.statements):
            line.append(f"{self.screen.dot}{policy}", style="dim")
        self.screen.out.print(line)
        for statement in _once(said.statements):
            program = statement.speaker.authorization if statement.speaker is not None else None
            if program is not None:
                root = Tree(Text("needed when"), guide_style="dim")
                self._grow(root, program.nodes[0], _states(program, program.evaluate(self.facts, self.on)[2]))
                self.screen.out.print(root)

    def _statement(self, statement: Statement, aside: str | None = None) -> Tree:
        """A text with its edition, grade and criteria."""
        policy, edition = statement.policy.policy, statement.edition
        title = Text(policy.title, style="bold" if aside is None else "dim")
        until = f" until {edition.ends}" if edition.ends else ""
        said = TRUTHS.get(statement.truth, "leaves it open")
        facts = (
            policy.id,
            f"edition of {day_text(edition.starts)}{until}",
            f"{statement.grade.word} evidence",
            f"for {statement.indication}",
        )
        title.append(f"\n{self.screen.dot.join(facts)}", style="dim")
        title.append(f"\n{f'Set aside: {aside}' if aside is not None else said}")
        if edition.edition.changed:
            title.append(f"\nChanged in this edition: {edition.edition.changed}", style="dim")
        tree = Tree(title, guide_style="dim")
        if statement.entry is None:
            line = self._line("unmet", "other_indications", "The text names the indications it covers and excludes all others.")
            tree.add(_label(line, self._cites(statement.sources)))
            return tree
        self._entry(tree, statement)
        return tree

    def _entry(self, tree: Tree, statement: Statement) -> None:
        entry = statement.entry
        if entry is None:
            return
        coverage = entry.coverage
        stance = STANCES[coverage.stance]
        if coverage.stance is not Stance.COVERED_WHEN:
            tree.add(_label(self._line(stance, coverage.stance.value, coverage.says), self._cites(coverage.sources)))
        elif coverage.says:
            tree.add(Text(coverage.says))
        states = _states(entry.program, statement.trace)
        if entry.criteria is not None:
            self._grow(tree, entry.criteria, states)
        if entry.exclusions:
            branch = tree.add(Text("Not covered when any of these holds", style="bold"))
            for node in entry.exclusions:
                self._grow(branch, node, states, exclusion=True)

    def _grow(self, tree: Tree, node: Node, states: Mapping[int, Truth], exclusion: bool = False) -> None:
        truth = states[id(node)]
        names = ("excluded", "not_excluded") if exclusion else ("met", "unmet")
        state = "unread" if isinstance(node, Unread) else names[0] if truth is TRUE else names[1] if truth is FALSE else "unknown"
        says = (node.says or KINDS[node.kind]) if isinstance(node, Group) else node.says
        line = self._line(state, node.id or "", says)
        if isinstance(node, Group) and node.says:
            line.append(f" ({KINDS[node.kind]})", style="dim")
        below = [] if isinstance(node, Group) else [self._test(node), self._cites(node.sources)]
        branch = tree.add(_label(line, *below))
        for child in node.children if isinstance(node, Group) else ():
            self._grow(branch, child, states)

    def _line(self, state: str, name: str, says: str) -> Text:
        line = self.screen.mark(STATES, state)
        return Text.assemble(line, f": {says}", (f" [{name}]" if name else "", "dim"))

    def _test(self, node: Node) -> str:
        if not isinstance(node, Test):
            return ""
        known = self.facts.get(node.fact)
        given = "not known" if known is None else f"given {value_words(known)}"
        return f"{node.fact} {OPS[node.op]} {value_words(node.value)}; {given}"

    def _cites(self, sources: tuple[Source, ...]) -> str:
        told = [f"{s.title} ({f'text of {s.as_of}' if s.as_of else 'undated'}, {self._grade(s)})" for s in sources]
        return "; ".join(told)

    def _grade(self, source: Source) -> str:
        return grade_of(source, self.on, self.engine.limits).word

    def _why_aside(self, statement: Statement, spoken: Iterable[Statement]) -> str:
        winners = dict.fromkeys(s.policy.policy.id for s in spoken if s.policy.specificity > statement.policy.specificity)
        which = ", ".join(winners) or "a more specific text"
        return f"{which} {'speaks' if len(winners) <= 1 else 'speak'} more closely to this plan, on evidence at least as good."


def _label(line: Text, *below: str) -> RenderableType:
    """A line with what belongs to it, indented, below."""
    return Lines(line, *(Padding(Text(words, style="dim"), (0, 0, 0, 2)) for words in below if words))


def value_words(value: Any) -> str:
    """A value of a fact in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | frozenset):
        return ", ".join(sorted(str(item) for item in value)) if isinstance(value, frozenset) else ", ".join(map(str, value))
    return value.isoformat() if isinstance(value, date) else str(value)


def _states(program: Program, trace: Iterable[Truth]) -> dict[int, Truth]:
    return {id(node): truth for node, truth in zip(program.nodes, trace, strict=True)}


def _once(statements: Iterable[Statement]) -> Iterator[Statement]:
    """Each text once for each indication, however many unsaid plans or states it was asked for."""
    seen = set()
    for statement in statements:
        key = (statement.policy.policy.id, statement.edition.starts, id(statement.entry), statement.indication)
        if key not in seen:
            seen.add(key)
            yield statement
