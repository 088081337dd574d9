"""Lint of contacts: a number needs a page of the payer's own, and the form of a number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from covercheck.engine import Engine
from covercheck.proof.finding import Finding
from covercheck.rules.rulebook import Payer
from covercheck.rules.text_yaml import Path

_PHONE = re.compile(r"(?:1-)?\d{3}-\d{3}-\d{4}(?: \(TTY:? [\d-]+\))?")
_COPIES = (
    "docslib.org",
    "fill.io",
    "pdfslide",
    "fdocuments",
    "zbook.org",
    "scribd.com",
    "docplayer",
    "pages.dev",
    "openpayer.com",
    "backworkai.com",
)


def contact_without_source(engine: Engine, payer: Payer) -> Iterator[Finding]:
    """A phone or fax number whose page is not named, or is someone's copy."""
    for index, contact in enumerate(payer.text.contacts):
        if contact.phone is None and contact.fax is None:
            continue
        url = contact.source.url
        if url is None or any(copy in url for copy in _COPIES):
            message = f"the number for {contact.purpose!r} does not come from the payer's own page"
            yield _error(
                "contact-without-source", engine, payer, ("contacts", index), message, "name the payer's own page, or remove the number"
            )


def phone_form(engine: Engine, payer: Payer) -> Iterator[Finding]:
    """A number in no valid North American form."""
    for index, contact in enumerate(payer.text.contacts):
        for kind in ("phone", "fax"):
            number: str | None = getattr(contact, kind)
            if number is not None and not _PHONE.fullmatch(number):
                message = f"{number!r} is not written as a phone number"
                yield _error("phone-form", engine, payer, ("contacts", index, kind), message, "write 1-800-555-0100 or 800-555-0100")


def _error(id_: str, engine: Engine, payer: Payer, path: Path, message: str, remedy: str) -> Finding:
    return Finding(id_, "error", engine.book.documents[f"{payer.id}/payer.yaml"].place(path), message, remedy)
