"""`/sign-in`: a token, pasted once."""

from __future__ import annotations

from aiohttp import web

from covercheck.checks.memory.memory import Asker
from covercheck.web.access import ACCESS
from covercheck.web.staff.frame import check_origin, page, see, texts
from covercheck.web.staff.session import end_session, keep_session


async def get_sign_in(request: web.Request) -> web.Response:
    """The form."""
    return page(request, "sign_in.html", next=_next(request.query.get("next")), error=None)


async def post_sign_in(request: web.Request) -> web.Response:
    """A session for a token that lets in."""
    check_origin(request)
    form = texts(await request.post())
    found = await request.app[ACCESS].asker_of(form.get("token", ""))
    if not isinstance(found, Asker):
        return page(request, "sign_in.html", 422, next=_next(form.get("next")), error=found.key)
    response = see(request, _next(form.get("next")))
    keep_session(request, response, form["token"])
    return response


async def post_sign_out(request: web.Request) -> web.Response:
    """The end of the session."""
    check_origin(request)
    response = see(request, "/sign-in")
    end_session(response)
    return response


def _next(written: str | None) -> str:
    """A page of this service, never an address elsewhere."""
    return written if written and written.startswith("/") and not written.startswith(("//", "/\\")) and written.isprintable() else "/"
