"""What an answer says of a part, without its words and citations: two answers with equal gists mean the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from covercheck.checks.answer import Leaning, PartAnswer, Result


@dataclass(frozen=True, slots=True)
class Gist:
    """One part, in no order. `deciding`: each deciding fact with what follows from its ranges; `codes`: each with how to use it."""

    part: str
    result: Result
    leaning: Leaning | None
    evidence: str | None
    causes: tuple[str, ...]
    authorization: str | None
    benefit: str
    codes: tuple[tuple[str, str], ...]
    traps: tuple[str, ...]
    deciding: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    label: str | None
    assumes: tuple[str, ...]
    next_step: str
    valid_until: str


WORDS: Final = {
    "result": "result",
    "leaning": "leaning",
    "evidence": "evidence",
    "causes": "why it is uncertain",
    "authorization": "prior authorization",
    "benefit": "benefit",
    "codes": "codes",
    "traps": "traps",
    "deciding": "what still decides",
    "label": "what the label says",
    "assumes": "assumptions",
    "next_step": "next step",
    "valid_until": "valid until",
}


def gist_of(part: PartAnswer) -> Gist:
    """The gist of one part."""
    return Gist(
        part=part.part,
        result=part.result,
        leaning=part.leaning,
        evidence=part.evidence,
        causes=tuple(sorted(part.causes)),
        authorization=part.prior_authorization.state if part.prior_authorization is not None else None,
        benefit=part.benefit,
        codes=tuple(sorted((code.code, code.use) for code in part.codes)),
        traps=tuple(sorted(trap.key for trap in part.traps)),
        deciding=tuple(sorted((fact.fact, tuple((then.when, str(then.result)) for then in fact.then)) for fact in part.deciding_facts)),
        label=part.label_says.state if part.label_says is not None else None,
        assumes=tuple(sorted(part.assumes)),
        next_step=part.next_step,
        valid_until=part.valid_until,
    )


def gist_of_data(part: Mapping[str, Any]) -> Gist:
    """The gist of one part of an answer as it was kept, in JSON."""
    authorization, label = part["prior_authorization"], part["label_says"]
    ranges = ((fact["fact"], tuple((then["when"], str(then["result"])) for then in fact["then"])) for fact in part["deciding_facts"])
    return Gist(
        part=part["part"],
        result=part["result"],
        leaning=part["leaning"],
        evidence=part["evidence"],
        causes=tuple(sorted(part["causes"])),
        authorization=authorization["state"] if authorization is not None else None,
        benefit=part["benefit"],
        codes=tuple(sorted((code["code"], code["use"]) for code in part["codes"])),
        traps=tuple(sorted(trap["key"] for trap in part["traps"])),
        deciding=tuple(sorted(ranges)),
        label=label["state"] if label is not None else None,
        assumes=tuple(sorted(part["assumes"])),
        next_step=part["next_step"],
        valid_until=part["valid_until"],
    )


def gists_of(parts: Iterable[PartAnswer]) -> tuple[Gist, ...]:
    """Of every part, in order."""
    return tuple(map(gist_of, parts))


def differences(before: Gist, after: Gist) -> Iterator[tuple[str, str, str]]:
    """What differs, each as (what, before, after) in words."""
    for entry in fields(Gist)[1:]:
        old, new = getattr(before, entry.name), getattr(after, entry.name)
        if old != new:
            yield WORDS[entry.name], _plain(entry.name, old, new), _plain(entry.name, new, old)


def _plain(name: str, value: object, other: object) -> str:
    """A value; of several, those that the other has not, or that it lacks what the other has."""
    if value is None or value == ():
        return "none"
    if not isinstance(value, tuple):
        return str(value).replace("_", " ")
    against = other if isinstance(other, tuple) else ()
    own = [item for item in value if item not in against]
    if not own:
        return "not that"
    if name == "codes":
        return ", ".join(f"{code} ({use.replace('_', ' ')})" for code, use in own)
    if name == "deciding":
        others = dict(against)
        return ", ".join(f"{fact} ({_ranges(then, others.get(fact, ()))})" for fact, then in own)
    return ", ".join(str(item).replace("_", " ") for item in own)


def _ranges(then: tuple[tuple[str, str], ...], other: tuple[tuple[str, str], ...]) -> str:
    """What follows from the ranges of a fact, where the other says something else."""
    own = [pair for pair in then if pair not in other] or list(then)
    return "; ".join(f"{when}: {result.replace('_', ' ')}" for when, result in own)
