"""What all staff pages share: templates, styles, who looks, and protection against forms of other sites."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from urllib.parse import quote, urlsplit

import jinja2
from aiohttp import web

from covercheck import __version__
from covercheck.checks.memory.memory import Asker
from covercheck.records.errors import RecordsUnavailable
from covercheck.records.roles import Action
from covercheck.web.access import ACCESS, ASKER, CHALLENGE, refuse_unallowed
from covercheck.web.health import refused_findings
from covercheck.web.live import serving
from covercheck.web.problems import NOT_ALLOWED, NOT_FOUND, NOT_KEPT, Refused
from covercheck.web.replies import HTML, MIN_COMPRESSED, QUICK, accepts_gzip, gzipped
from covercheck.web.staff import words
from covercheck.web.staff.session import SESSION, idle_seconds, keep_session, read_session

POLICY: Final = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
SCRIPTED: Final = f"{POLICY}; script-src 'self'; connect-src 'self'"
SCRIPTS: Final = ("session", "call", "forget")
SIGN_IN_FIELDS: Final = frozenset({"token", "next", "resume"})
Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]
PAGE_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "Vary": "Accept-Encoding, Cookie",
    "Content-Type": HTML,
    "Referrer-Policy": "same-origin",  # with none at all browsers hide where a form stands
}
KEPT: Final = "public, max-age=31536000, immutable"
SAME_SITE: Final = frozenset({"same-origin", "none"})


@dataclass(frozen=True, slots=True)
class Frame:
    """Templates, the one stylesheet and the scripts, made with the application. `scripts`: their addresses by name."""

    environment: jinja2.Environment
    style: bytes
    style_name: str
    scripts: Mapping[str, str]
    bodies: Mapping[str, bytes]

    @classmethod
    def make(cls) -> Frame:
        """Read templates and style."""
        loader = jinja2.PackageLoader("covercheck.web")
        environment = jinja2.Environment(
            loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        environment.globals.update(words=words)
        environment.filters["day"] = lambda moment: str(moment)[:10]
        style = "".join(loader.get_source(environment, name)[0] for name in ("page.css", "staff/staff.css")).encode()
        written = {name: loader.get_source(environment, f"staff/{name}.js")[0].encode() for name in SCRIPTS}
        scripts = {name: _address(body, "js") for name, body in written.items()}
        return cls(environment, style, _address(style, "css"), scripts, {scripts[name]: body for name, body in written.items()})


def _address(body: bytes, kind: str) -> str:
    """A name that changes with the file."""
    return f"/static/{hashlib.sha256(body).hexdigest()[:16]}.{kind}"


FRAME = web.AppKey("frame", Frame)


async def get_static(request: web.Request) -> web.Response:
    """The stylesheet or a script; its name changes with it, so that it may be kept."""
    frame = request.app[FRAME]
    headers = serving(request).headers.common.copy()
    script = frame.bodies.get(request.path)
    if script is None and request.path.endswith(".js"):
        raise Refused(NOT_FOUND)
    headers["Cache-Control"] = KEPT if script is not None or request.path == frame.style_name else "no-store"
    body, media = (script, "text/javascript") if script is not None else (frame.style, "text/css")
    return web.Response(body=body, content_type=media, charset="utf-8", headers=headers)


def page(request: web.Request, template: str, status: int = 200, *, scripted: bool = False, **values: Any) -> web.Response:
    """A page, never kept by caches: it may be about a patient. `scripted`: it may run our own scripts, and no others."""
    frame, asker = request.app[FRAME], request.get(ASKER)
    signed_in = read_session(request) is not None
    known: dict[str, Any] = {
        "style": frame.style_name,
        "scripts": frame.scripts,
        "version": __version__,
        "book": serving(request).checker.book,
        "asker": asker,
        "signed_in": signed_in,
        "idle_seconds": idle_seconds(request) if signed_in else None,
        "path": request.path,
        "refused_rules": refused_findings(request.app),
        "is_reported": "reported" in request.query,
    }
    body = frame.environment.get_template(f"staff/{template}").render({**known, **values}).encode()
    headers = serving(request).headers.common.copy()
    headers.update(PAGE_HEADERS)
    if scripted:
        headers["Content-Security-Policy"] = SCRIPTED
    if len(body) >= MIN_COMPRESSED and accepts_gzip(request.headers.get("Accept-Encoding", "")):
        headers["Content-Encoding"] = "gzip"
        body = gzipped(body, QUICK)
    return web.Response(status=status, body=body, headers=headers)


def fragment(request: web.Request, template: str, **values: Any) -> str:
    """A piece of a page, for our own script to put in its place."""
    return request.app[FRAME].environment.get_template(f"staff/{template}").render(values)


def see(request: web.Request, address: str) -> web.Response:
    """Go and look there: after a form was taken, so that reloading sends nothing twice."""
    headers = serving(request).headers.common.copy()
    headers.update({"Location": address, "Cache-Control": "no-store"})
    return web.Response(status=303, headers=headers)


def for_people(handler: Handler) -> Handler:
    """A page's handler: what is refused is told as a page too, and a session lives on while it is used."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            response = await handler(request)
        except Refused as refused:
            response = page(request, "refused.html", refused.kind.status, kind=refused.kind, detail=str(refused.detail))
        except RecordsUnavailable as error:
            response = page(request, "refused.html", NOT_KEPT.status, kind=NOT_KEPT, detail=str(error))
            response.headers["Retry-After"] = "5"
        token = read_session(request)
        if token is not None and SESSION not in response.cookies:
            keep_session(request, response, token)
        return response

    return handle


async def admitted(request: web.Request, action: Action) -> web.Response | None:
    """Who looks is noted in the request; a response where nobody is let in: the way to sign in, with all that was typed."""
    asker = await _asker(request)
    if asker is None:
        if request.method == "POST":
            return ask_token(request, request.path, typed(await request.post()))
        return see(request, f"/sign-in?next={quote(request.path, safe='/')}")
    refuse_unallowed(request, asker, action)
    request[ASKER] = asker
    return None


def ask_token(request: web.Request, resume: str, kept: list[tuple[str, str]], error: str | None = None) -> web.Response:
    """The sign-in form in the place of a form's answer: what was typed stands in it, and is sent on to `resume` after signing in."""
    response = page(request, "sign_in.html", 422 if error else 401, next="/", resume=resume, kept=kept, error=error, out=False)
    if error is None:
        response.headers["WWW-Authenticate"] = CHALLENGE["WWW-Authenticate"]
    return response


def typed(form: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Every field of a form in its order, also those that stand twice; files and the fields of the sign-in form left out."""
    return [(name, value) for name, value in form.items() if isinstance(value, str) and name not in SIGN_IN_FIELDS]


async def _asker(request: web.Request) -> Asker | None:
    text = read_session(request)
    if text is not None:
        found = await request.app[ACCESS].asker_of(text)
        return found if isinstance(found, Asker) else None
    return await request.app[ACCESS].nobody()


def check_origin(request: web.Request) -> None:
    """Refuse a form that a page of another site sends; browsers tell where it stood."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in SAME_SITE:
            raise Refused(NOT_ALLOWED, "The form stands on another site.")
        return
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise Refused(NOT_ALLOWED, "The form stands on another site.")


def texts(form: Mapping[str, Any]) -> dict[str, str]:
    """A form's fields as texts, trimmed; the first where one stands twice, files left out."""
    return {name: value.strip() for name, value in form.items() if isinstance(value, str)}
