"""`/sign-in`: a token, pasted once; what was typed into a form whose session had ended goes on from here."""

from __future__ import annotations

from aiohttp import web

from covercheck.checks.memory.memory import Asker
from covercheck.web.access import ACCESS
from covercheck.web.live import serving
from covercheck.web.staff.frame import ask_token, check_origin, page, see, texts, typed
from covercheck.web.staff.session import end_session, keep_session, read_session


async def get_sign_in(request: web.Request) -> web.Response:
    """The form; after signing out it also forgets what the browser keeps of calls."""
    out = request.query.get("signed") == "out"
    return page(
        request, "sign_in.html", scripted=out, next=_own(request.query.get("next")) or "/", resume=None, kept=(), error=None, out=out
    )


async def post_sign_in(request: web.Request) -> web.Response:
    """A session for a token that lets in. A form that waits in hidden fields is sent on as it was typed, never by its address."""
    check_origin(request)
    raw = await request.post()
    form, resume = texts(raw), _own(str(raw.get("resume", "")))
    found = await request.app[ACCESS].asker_of(form.get("token", ""))
    if not isinstance(found, Asker):
        if resume is not None:
            return ask_token(request, resume, typed(raw), found.key)
        return page(request, "sign_in.html", 422, next=_own(form.get("next")) or "/", resume=None, kept=(), error=found.key, out=False)
    response = _send_on(request, resume) if resume is not None else see(request, _own(form.get("next")) or "/")
    keep_session(request, response, form["token"])
    return response


async def post_sign_out(request: web.Request) -> web.Response:
    """The end of the session."""
    check_origin(request)
    response = see(request, "/sign-in?signed=out")
    end_session(response)
    return response


async def post_stay(request: web.Request) -> web.Response:
    """A sign of life: the session, if there still is one, begins its time anew."""
    check_origin(request)
    headers = serving(request).headers.common.copy()
    headers["Cache-Control"] = "no-store"
    return web.Response(status=401 if read_session(request) is None else 204, headers=headers)


def _send_on(request: web.Request, address: str) -> web.Response:
    """The browser sends the same fields once more, to where they were meant for."""
    headers = serving(request).headers.common.copy()
    headers.update({"Location": address, "Cache-Control": "no-store"})
    return web.Response(status=307, headers=headers)


def _own(written: str | None) -> str | None:
    """A page of this service; None for an address elsewhere."""
    is_own = written and written.startswith("/") and not written.startswith(("//", "/\\")) and written.isprintable()
    return written if is_own else None
