"""Payers as the API shows them: what was read, when, how good it is, and what was not read."""

from __future__ import annotations

from dataclasses import dataclass

from covercheck.checks.find_payer import PayerDirectory
from covercheck.rules.payer_file import Contact
from covercheck.rules.rulebook import Payer, Rulebook
from covercheck.web.policy_view import PolicyView, policy_view


@dataclass(frozen=True, slots=True)
class PayerBrief:
    """A payer in a list. `states` null: all of them."""

    id: str
    name: str
    aliases: tuple[str, ...]
    edi_ids: tuple[str, ...]
    parent: str | None
    lines: tuple[str, ...]
    states: tuple[str, ...] | None
    policies: int
    href: str


@dataclass(frozen=True, slots=True)
class PayerList:
    """All payers, or those that a search found. `exact`: the one that has this id, name, alias or EDI id; the rest only look alike."""

    rulebook: str
    query: str | None
    exact: str | None
    payers: tuple[PayerBrief, ...]


@dataclass(frozen=True, slots=True)
class ContactSourceView:
    """The page a contact was read on."""

    title: str
    url: str | None
    as_of: str | None
    read_on: str


@dataclass(frozen=True, slots=True)
class ContactView:
    """Whom to ask at the payer. The number on the member's card goes before every number here."""

    purpose: str
    parts: tuple[str, ...]
    lines: tuple[str, ...]
    states: tuple[str, ...] | None
    phone: str | None
    fax: str | None
    hours: str | None
    url: str | None
    note: str | None
    source: ContactSourceView


@dataclass(frozen=True, slots=True)
class BehavioralHealthView:
    """Who runs the plan's mental health benefits."""

    administrator: str
    payer: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class LawView:
    """A rule that binds a whole line of business; its texts speak where the payer is silent."""

    id: str
    title: str
    lines: tuple[str, ...]
    states: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class PayerDetail:
    """A payer with everything on file. `binding`: rules of the land for its lines."""

    rulebook: str
    id: str
    name: str
    aliases: tuple[str, ...]
    edi_ids: tuple[str, ...]
    parent: str | None
    lines: tuple[str, ...]
    states: tuple[str, ...] | None
    behavioral_health: BehavioralHealthView
    contacts: tuple[ContactView, ...]
    notes: str | None
    policies: tuple[PolicyView, ...]
    binding: tuple[LawView, ...]


def payer_list(book: Rulebook) -> PayerList:
    """Every payer, by name."""
    ordered = sorted(book.payers.values(), key=lambda payer: payer.text.name.casefold())
    return PayerList(book.digest, None, None, tuple(map(_brief, ordered)))


def payer_search(book: Rulebook, directory: PayerDirectory, query: str) -> PayerList:
    """The payer that is meant, if one is, then those whose names look like it."""
    exact = directory.find(query)
    found = dict.fromkeys((*((exact,) if exact else ()), *directory.near(query)))
    return PayerList(book.digest, query, exact, tuple(_brief(book.payers[name]) for name in found))


def payer_detail(book: Rulebook, payer: Payer) -> PayerDetail:
    """Everything on file of one payer."""
    text = payer.text
    health = text.behavioral_health
    return PayerDetail(
        rulebook=book.digest,
        id=payer.id,
        name=text.name,
        aliases=text.aliases,
        edi_ids=text.edi_ids,
        parent=text.parent,
        lines=text.lines,
        states=text.states,
        behavioral_health=BehavioralHealthView(health.administrator, health.payer, health.note),
        contacts=tuple(map(_contact, text.contacts)),
        notes=text.notes,
        policies=tuple(policy_view(book, policy) for policy in payer.policies),
        binding=tuple(LawView(law.id, law.title, law.lines, law.states) for law in book.law if set(law.lines) & set(text.lines)),
    )


def _brief(payer: Payer) -> PayerBrief:
    text = payer.text
    return PayerBrief(
        payer.id, text.name, text.aliases, text.edi_ids, text.parent, text.lines, text.states, len(payer.policies), f"/v1/payers/{payer.id}"
    )


def _contact(contact: Contact) -> ContactView:
    source = contact.source
    as_of = source.as_of.isoformat() if source.as_of else None
    return ContactView(
        purpose=contact.purpose,
        parts=contact.for_,
        lines=contact.lines,
        states=contact.states,
        phone=contact.phone,
        fax=contact.fax,
        hours=contact.hours,
        url=contact.url,
        note=contact.note,
        source=ContactSourceView(source.title, source.url, as_of, source.read_on.isoformat()),
    )
