"""Pages for people and the OpenAPI document: made once, without scripts and without anything from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from functools import partial
from typing import Any

import jinja2
import orjson
from aiohttp import web
from markupsafe import Markup

from covercheck import __version__
from covercheck.rules.rulebook import Rulebook
from covercheck.web.live import serving
from covercheck.web.problems import KINDS, NOT_FOUND, Refused
from covercheck.web.replies import HTML, JSON, Document, document_reply


async def get_openapi(request: web.Request) -> web.Response:
    """The OpenAPI document."""
    live = serving(request)
    document = live.shelf.get("openapi", lambda: Document.of(orjson.dumps(live.describe()), JSON))
    return document_reply(request, live.headers, document)


async def get_docs(request: web.Request) -> web.Response:
    """The OpenAPI document as a page."""
    live = serving(request)
    book = live.checker.book
    document = live.shelf.get("docs", lambda: _page(book, "docs.html", spec=live.describe(), kinds=KINDS.values()))
    return document_reply(request, live.headers, document)


async def get_problem(request: web.Request) -> web.Response:
    """What a kind of problem means."""
    live = serving(request)
    kind = KINDS.get(request.match_info["name"])
    if kind is None:
        raise Refused(NOT_FOUND)
    document = live.shelf.get(f"problem {kind.name}", partial(_page, live.checker.book, "problem.html", kind=kind))
    return document_reply(request, live.headers, document)


def _page(book: Rulebook, template: str, **values: Any) -> Document:
    """A page whose policy allows its own inline style by hash, and nothing else."""
    loader = jinja2.PackageLoader("covercheck.web")
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["pretty"] = _pretty
    environment.filters["prose"] = _prose
    style, _, _ = loader.get_source(environment, "page.css")
    text = environment.get_template(template).render(style=Markup(style), version=__version__, book=book, **values)  # noqa: S704
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    return Document.of(text.encode(), HTML, policy)


def _pretty(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


def _prose(text: str) -> Markup:
    """Plain text with `code` in it."""
    pieces = text.split("`")
    marked = [Markup("<code>{}</code>").format(piece) if index % 2 else Markup.escape(piece) for index, piece in enumerate(pieces)]
    return Markup().join(marked)
