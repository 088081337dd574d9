"""Everything loaded from the rule files, immutable, named by its digest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from covercheck.rules.eligibility_text import MemberText
from covercheck.rules.facts import FactCatalogue
from covercheck.rules.payer_file import CodeFile, PayerText, TherapyFile
from covercheck.rules.policy import Node, Policy
from covercheck.rules.problems import Place
from covercheck.rules.text_yaml import Document, Path


@dataclass(frozen=True, slots=True)
class Payer:
    """A payer with its policies."""

    id: str
    text: PayerText
    policies: tuple[Policy, ...]
    members: tuple[MemberText, ...] = ()


@dataclass(frozen=True, slots=True)
class DefaultCode:
    """A code to show for a part where the payer's own text names none; `lines` empty: for every line."""

    part: str
    lines: tuple[str, ...]
    code: str
    use: Literal["bill", "do_not_bill"]
    when: Node | None
    note: str | None


@dataclass(frozen=True, slots=True, repr=False)
class Rulebook:
    """All payers, the law of the land and the shared tables; `digest` is the SHA-256 over paths and bytes."""

    digest: str
    facts: FactCatalogue
    therapies: TherapyFile
    codes: CodeFile
    default_codes: tuple[DefaultCode, ...]
    payers: Mapping[str, Payer]
    law: tuple[Policy, ...]
    documents: Mapping[str, Document]
    files: Mapping[str, bytes] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Rulebook({self.digest[:15]}, {len(self.payers)} payers)"

    def policies(self) -> tuple[Policy, ...]:
        """Every policy: each payer's, then the law's."""
        return tuple(policy for payer in self.payers.values() for policy in payer.policies) + self.law

    def place(self, policy: Policy, path: Path) -> Place:
        """Where in its file a piece of a policy stands."""
        return self.documents[policy.file].place(path)
