"""A session of the pages: the pasted token, sealed in a cookie that scripts can't read, until it was silent too long."""

from __future__ import annotations

import base64
import binascii
import os
from typing import Final

from aiohttp import web
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from covercheck.web.keys import CLOCK, MEMORY, SETTINGS

SESSION: Final = "covercheck_session"
NONCE: Final = 12
BOUND: Final = b"covercheck session"


def read_session(request: web.Request) -> str | None:
    """The token of the session; None where there is none, or it was silent too long."""
    written = request.cookies.get(SESSION)
    if not written:
        return None
    try:
        sealed = base64.urlsafe_b64decode(written)
        told = AESGCM(request.app[MEMORY].records.vault.link_key).decrypt(sealed[:NONCE], sealed[NONCE:], BOUND).decode()
    except (binascii.Error, ValueError, InvalidTag):
        return None
    moment, _, token = told.partition(" ")
    return token if request.app[CLOCK]().timestamp() - int(moment) < idle_seconds(request) else None


def idle_seconds(request: web.Request) -> float:
    """The silence that ends a session."""
    return request.app[SETTINGS].session_minutes * 60


def keep_session(request: web.Request, response: web.StreamResponse, token: str) -> None:
    """Begin or prolong a session."""
    nonce = os.urandom(NONCE)
    told = f"{int(request.app[CLOCK]().timestamp())} {token}".encode()
    sealed = nonce + AESGCM(request.app[MEMORY].records.vault.link_key).encrypt(nonce, told, BOUND)
    is_local = request.app[SETTINGS].is_local
    response.set_cookie(SESSION, base64.urlsafe_b64encode(sealed).decode(), httponly=True, samesite="Strict", secure=not is_local, path="/")


def end_session(response: web.StreamResponse) -> None:
    """Forget it."""
    response.del_cookie(SESSION, path="/")
