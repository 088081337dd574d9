"""API tokens: random, shown once, kept as a hash, told apart by their beginning."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal, TypeAlias

from cachetools import TTLCache
from sqlalchemy import Connection, insert, select, update

from covercheck.records.database import Database
from covercheck.records.roles import Role
from covercheck.records.tables import tokens

FORM: Final = re.compile(r"cck_([A-Za-z0-9]{8})_([A-Za-z0-9_-]{43})", re.ASCII)
LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
USED_AGAIN: Final = timedelta(minutes=1)
CACHE_SECONDS: Final = 5.0
CACHE_SIZE: Final = 10_000
Why: TypeAlias = Literal["malformed", "unknown", "expired", "revoked"]


@dataclass(frozen=True, slots=True)
class Token:
    """A token without its secret; `id` is the part that may be shown and logged."""

    id: str
    org: str
    role: Role
    name: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class TokenRefused:
    """Why a token does not let in."""

    key: Why


class TokenStore:
    """Tokens of all organisations. A revoked one ends everywhere within a few seconds."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: TTLCache[str, tuple[bytes, Token]] = TTLCache(CACHE_SIZE, CACHE_SECONDS)

    def create(self, org: str, role: Role, name: str, at: datetime, expires_at: datetime | None = None) -> tuple[Token, str]:
        """A new token and, this once, its text."""
        prefix = "".join(secrets.choice(LETTERS) for _ in range(8))
        secret = secrets.token_urlsafe(32)
        token = Token(prefix, org, role, name, at, expires_at, None, None)
        row: dict[str, Any] = {"id": prefix, "hash": _hash(secret), "org": org, "role": role, "name": name, "created_at": at}
        self._database.write(lambda connection: connection.execute(insert(tokens), {**row, "expires_at": expires_at}))
        return token, f"cck_{prefix}_{secret}"

    def list(self, org: str | None = None) -> tuple[Token, ...]:
        """All tokens, or those of one organisation, oldest first."""
        wanted = select(tokens).order_by(tokens.c.created_at)
        if org is not None:
            wanted = wanted.where(tokens.c.org == org)
        return self._database.read(lambda connection: tuple(_token(row) for row in connection.execute(wanted).mappings()))

    async def name_of(self, org: str, token_id: str) -> str | None:
        """What an organisation calls one of its tokens."""
        wanted = select(tokens.c.name).where(tokens.c.id == token_id, tokens.c.org == org)
        row = await self._database.run(lambda connection: connection.execute(wanted).first())
        return row.name if row is not None else None

    async def names(self, org: str) -> Mapping[str, str]:
        """What an organisation calls its tokens, by id."""
        wanted = select(tokens.c.id, tokens.c.name).where(tokens.c.org == org).order_by(tokens.c.name)
        return await self._database.run(lambda connection: {row.id: row.name for row in connection.execute(wanted)})

    def any(self) -> bool:
        """Whether there is one."""
        return self._database.read(lambda connection: connection.execute(select(tokens.c.id).limit(1)).first() is not None)

    def revoke(self, token_id: str, at: datetime) -> bool:
        """End a token; false where there is none, or it had ended."""
        self._known.pop(token_id, None)
        change = update(tokens).where(tokens.c.id == token_id, tokens.c.revoked_at.is_(None)).values(revoked_at=at)
        return self._database.write(lambda connection: connection.execute(change).rowcount == 1)

    async def verify(self, text: str, now: datetime) -> Token | TokenRefused:
        """The token of this text; raises RecordsUnavailable where that can't be looked up."""
        form = FORM.fullmatch(text)
        if form is None:
            return TokenRefused("malformed")
        prefix, secret = form.groups()
        found = self._known.get(prefix)
        if found is None:
            found = await self._database.run(lambda connection: _find(connection, prefix))
            if found is not None:
                self._known[prefix] = found
        if found is None or not hmac.compare_digest(found[0], _hash(secret)):
            return TokenRefused("unknown")
        token = found[1]
        if token.revoked_at is not None:
            return TokenRefused("revoked")
        if token.expires_at is not None and token.expires_at <= now:
            return TokenRefused("expired")
        return token

    def used(self, token: Token, at: datetime) -> bool:
        """Note its use, at most once a minute; whether it was noted."""
        if token.last_used_at is not None and at - token.last_used_at < USED_AGAIN:
            return False
        self._known.pop(token.id, None)
        self._database.write(lambda connection: connection.execute(update(tokens).where(tokens.c.id == token.id).values(last_used_at=at)))
        return True


def _find(connection: Connection, prefix: str) -> tuple[bytes, Token] | None:
    row = connection.execute(select(tokens).where(tokens.c.id == prefix)).mappings().first()
    return (bytes(row["hash"]), _token(row)) if row is not None else None


def _token(row: Any) -> Token:
    return Token(**{name: row[name] for name in Token.__slots__})


def _hash(secret: str) -> bytes:
    """The secret has 256 random bits: a plain hash can't be searched."""
    return hashlib.sha256(secret.encode()).digest()
