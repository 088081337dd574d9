"""From the text of a policy to linked, typed rules; every slip becomes a problem with its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from covercheck.rules.facts import Fact, FactCatalogue, FactType, Value, parse_text
from covercheck.rules.payer_file import TherapyFile
from covercheck.rules.policy import (
    Approval,
    Authorization,
    CodeUse,
    Coverage,
    Edition,
    Group,
    Node,
    Policy,
    Source,
    Test,
    Unread,
)
from covercheck.rules.policy_file import CoverageText, CriterionText, EditionText, PolicyText, Stance, day_text
from covercheck.rules.problems import Problem
from covercheck.rules.suggest import nearest
from covercheck.rules.text_yaml import Document, Path

_ORDERED = frozenset({"at_least", "at_most", "more_than", "less_than"})
_OPS_OF_TYPE = {
    FactType.YES_NO: frozenset({"is"}),
    FactType.COUNT: _ORDERED | {"is"},
    FactType.NUMBER: _ORDERED | {"is"},
    FactType.DATE: _ORDERED | {"is"},
    FactType.CHOICE: frozenset({"is", "any_of", "none_of"}),
    FactType.CODE: frozenset({"is", "any_of", "none_of"}),
    FactType.CODES: frozenset({"any_of", "none_of"}),
}
_STANCE_SAYS = {
    Stance.COVERED: "The text says this part is a covered benefit.",
    Stance.COVERED_WHEN: "The text covers this part under conditions.",
    Stance.UNREAD: "The payer has a text on this part, but its decision was not read.",
}


@dataclass(slots=True)
class Linker:
    """Links one policy file; collects problems instead of raising."""

    document: Document
    facts: FactCatalogue
    therapies: TherapyFile
    problems: list[Problem] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict)
    ids: dict[str, tuple[object, ...]] = field(default_factory=dict)

    def refuse(self, path: Path, key: str, message: str, remedy: str) -> None:
        """Note a problem at the place of this path."""
        self.problems.append(Problem(self.document.place(path), key, message, remedy))

    def policy(self, text: PolicyText) -> Policy:
        """The whole policy; use it only when no problem was noted."""
        self.sources = {key: Source(key, s.title, s.url, s.quality, s.as_of, s.read_on, s.review_days) for key, s in text.sources.items()}
        for index, line in enumerate(text.lines):
            self.known(("lines", index), "line", line, self.therapies.lines)
        editions = tuple(self.edition(e, ("editions", i)) for i, e in enumerate(text.editions))
        payer = text.policy.partition("/")[0]
        return Policy(
            text.policy,
            payer,
            text.title,
            text.lines,
            text.states,
            text.plans,
            text.note,
            self.sources,
            editions,
            text.cases,
            self.document.file,
            text.advisory,
            text.payers,
            text.except_plans,
        )

    def edition(self, text: EditionText, path: Path) -> Edition:
        """One edition; criterion ids are unique within it unless they repeat the same test."""
        self.ids = {}
        sources = self.cited(text.cite, (*path, "cite"), ())
        coverage = tuple(self.coverage(c, (*path, "coverage", i), sources) for i, c in enumerate(text.coverage))
        self.one_entry_for_each(coverage, path)
        return Edition(text.effective, text.until, text.superseded, text.changed, sources, coverage, text.other_indications, path)

    def one_entry_for_each(self, coverage: Iterable[Coverage], path: Path) -> None:
        """Two entries of an edition may not speak of the same part and indication."""
        seen: set[tuple[str, str | None]] = set()
        for entry in coverage:
            for pair in ((part, indication) for part in entry.parts for indication in entry.indications or (None,)):
                if pair in seen:
                    what = f"{pair[0]} for {pair[1] or 'every indication'}"
                    self.refuse(
                        entry.path, "coverage_twice", f"two entries speak of {what}", "join them with any/all, or name other indications"
                    )
                seen.add(pair)

    def coverage(self, text: CoverageText, path: Path, inherited: tuple[Source, ...]) -> Coverage:
        """One entry with all its trees."""
        for index, part in enumerate(text.parts):
            self.known((*path, "parts", index), "part", part, self.therapies.parts)
        for index, indication in enumerate(text.indications or ()):
            self.known((*path, "indications", index), "indication", indication, self.therapies.indications)
        sources = self.cited(text.cite, (*path, "cite"), inherited)
        criteria = self.node(text.criteria, (*path, "criteria"), sources) if text.criteria else None
        continuation: Node | None = None
        if text.continuation is not None:
            continuation = criteria if text.continuation.same_as_initial else None
            if text.continuation.criteria is not None:
                continuation = self.node(text.continuation.criteria, (*path, "continuation"), sources, unread_id="continuation-unread")
        when = text.prior_authorization.required_when
        authorization = Authorization(
            text.prior_authorization.state, self.node(when, (*path, "prior_authorization", "required_when"), sources) if when else None
        )
        approval = Approval(text.approval.initial_days, text.approval.renewal_days, text.approval.note) if text.approval else None
        return Coverage(
            parts=text.parts,
            indications=text.indications,
            stance=text.stance,
            says=text.says or _STANCE_SAYS[text.stance],
            authorization=authorization,
            benefit=text.benefit,
            criteria=criteria,
            continuation=continuation,
            excluded_when=tuple(self.node(c, (*path, "excluded_when", i), sources) for i, c in enumerate(text.excluded_when)),
            approval=approval,
            codes=tuple(self.code_use(text, i, path, sources) for i in range(len(text.codes))),
            sources=sources,
            path=path,
        )

    def code_use(self, text: CoverageText, index: int, path: Path, sources: tuple[Source, ...]) -> CodeUse:
        """One billing code of an entry."""
        use = text.codes[index]
        here = (*path, "codes", index)
        if use.cite:
            sources = self.cited(use.cite, (*here, "cite"), sources)
        when = self.node(use.when, (*here, "when"), sources) if use.when else None
        return CodeUse(use.code, use.use, when, use.from_, use.until, use.note)

    def node(self, text: CriterionText, path: Path, inherited: tuple[Source, ...], unread_id: str = "unread") -> Node:
        """A criterion and everything below it."""
        sources = self.cited(text.cite, (*path, "cite"), inherited)
        if text.unread is not None:
            node: Node = Unread(text.id or unread_id, text.unread, sources, path)
            self.unique(node.id or "", ("unread", text.unread), path)
            return node
        if text.fact is not None:
            return self.test(text, path, sources)
        if text.not_ is not None:
            return Group("not", (self.node(text.not_, (*path, "not"), sources),), sources, text.id, text.says, path)
        kind = "all" if text.all is not None else "any"
        children = tuple(self.node(c, (*path, kind, i), sources) for i, c in enumerate(text.all or text.any or ()))
        if text.id is not None:
            self.unique(text.id, (kind, text.says, len(children)), path)
        return Group("all" if kind == "all" else "any", children, sources, text.id, text.says, path)

    def test(self, text: CriterionText, path: Path, sources: tuple[Source, ...]) -> Test:
        """A leaf with its value typed by the fact catalogue."""
        name = text.fact or ""
        op, written = next(iter(text.tests.items()))
        value: Value | tuple[str, ...] = False
        if self.known((*path, "fact"), "fact", name, self.facts):
            fact = self.facts[name]
            value = self.typed(fact, op, written, (*path, op))
            self.unique(text.id or "", (name, op, value), path)
            return Test(text.id or "", name, op, value, text.says or default_says(fact, op, value), sources, path)
        return Test(text.id or "", name, op, value, text.says or "", sources, path)

    def typed(self, fact: Fact, op: str, written: str | tuple[str, ...], path: Path) -> Value | tuple[str, ...]:
        """The value of a test, typed; a list for any_of and none_of."""
        if op not in _OPS_OF_TYPE[fact.type]:
            allowed = ", ".join(sorted(_OPS_OF_TYPE[fact.type]))
            self.refuse(path, "test_does_not_fit", f"`{op}` does not fit a {fact.type} fact", f"use one of {allowed}")
            return False
        try:
            if isinstance(written, str):
                return parse_text(fact, written)
            if fact.type in (FactType.CODES, FactType.CODE):
                return tuple(item.upper() for item in written)
            return tuple(str(parse_text(fact, item)) for item in written)
        except ValueError as error:
            self.refuse(path, "value_wrong", f"{written!r}: {error}", f"write a value that fits `{fact.label}`")
            return False

    def known(self, path: Path, what: str, name: str, names: Iterable[str]) -> bool:
        """Whether the name exists; else a problem with the nearest one."""
        if name in names:
            return True
        near = nearest(name, names)
        self.refuse(
            path, f"unknown_{what}", f"no {what} is named {name!r}", f"did you mean {near[0]!r}?" if near else f"add the {what} first"
        )
        return False

    def cited(self, keys: tuple[str, ...], path: Path, inherited: tuple[Source, ...]) -> tuple[Source, ...]:
        """The sources behind the keys, or the inherited ones."""
        found = [self.sources[key] for key in keys if self.known(path, "source", key, self.sources)]
        return tuple(found) or inherited

    def unique(self, name: str, meaning: tuple[object, ...], path: Path) -> None:
        """An id stands once in an edition, or for the very same test."""
        if self.ids.setdefault(name, meaning) != meaning:
            self.refuse(path, "criterion_id_twice", f"the id {name!r} stands for two different criteria", "give one of them another id")


def default_says(fact: Fact, op: str, value: Value | tuple[str, ...]) -> str:
    """A sentence made from the fact's label where a leaf has none of its own."""
    words = {"at_least": "at least", "at_most": "at most", "more_than": "more than", "less_than": "less than", "is": "is"}
    if isinstance(value, bool):
        return f"{fact.label}: {'yes' if value else 'no'}"
    if isinstance(value, tuple):
        return f"{fact.label}: {'one of' if op == 'any_of' else 'none of'} {', '.join(value)}"
    shown = day_text(value) if not isinstance(value, int | float | str | frozenset) else str(value)
    return f"{fact.label}: {words.get(op, op)} {shown}"
