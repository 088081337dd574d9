"""Responses: prebuilt headers, documents kept with their ETag, compression where it pays."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from aiohttp import web
from multidict import CIMultiDict

MIN_COMPRESSED = 1_024
QUICK = 1
THOROUGH = 9
JSON = "application/json"
HTML = "text/html; charset=utf-8"
_NO_WEIGHT = re.compile(r"q=0(\.0*)?")
API_POLICY = "default-src 'none'; frame-ancestors 'none'"


@dataclass(frozen=True, slots=True)
class Headers:
    """Headers of every response, made once: versions and what browsers must not do."""

    common: CIMultiDict[str]
    answer: CIMultiDict[str]
    problem: CIMultiDict[str]

    @classmethod
    def of(cls, version: str, digest: str) -> Headers:
        """The headers of this release and rulebook."""
        common = CIMultiDict(
            {
                "X-Covercheck-Version": version,
                "X-Covercheck-Rulebook": digest,
                "X-Content-Type-Options": "nosniff",
                "Referrer-Policy": "no-referrer",
                "Content-Security-Policy": API_POLICY,
                "Server": "covercheck",
            }
        )
        answer = CIMultiDict({**common, "Content-Type": JSON, "Cache-Control": "no-store", "Vary": "Accept-Encoding"})
        problem = CIMultiDict({**common, "Content-Type": "application/problem+json", "Cache-Control": "no-store"})
        return cls(common, answer, problem)


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes that stay the same while the rulebook does, with a strong ETag for each coding."""

    body: bytes
    zipped: bytes | None
    tag: str
    headers: Mapping[str, str]

    @classmethod
    def of(cls, body: bytes, content_type: str, policy: str = API_POLICY, *, keep: bool = True) -> Document:
        """A document; `keep: False` for one made for a single request, which is compressed only if asked for."""
        zipped = gzipped(body, THOROUGH) if keep and len(body) >= MIN_COMPRESSED else None
        headers = {
            "Content-Type": content_type,
            "Content-Security-Policy": policy,
            "Cache-Control": "no-cache",
            "Vary": "Accept-Encoding",
        }
        return cls(body, zipped, hashlib.sha256(body).hexdigest()[:32], headers)


@dataclass(slots=True)
class Shelf:
    """Documents made at first use and kept; only for names whose number is bounded."""

    kept: dict[str, Document] = field(default_factory=dict)

    def get(self, name: str, make: Callable[[], Document]) -> Document:
        """The document of this name."""
        found = self.kept.get(name)
        if found is None:
            found = self.kept[name] = make()
        return found


def gzipped(body: bytes, level: int) -> bytes:
    """The body in gzip coding, the same bytes each time."""
    packer = zlib.compressobj(level, zlib.DEFLATED, 31)
    return packer.compress(body) + packer.flush()


@lru_cache(maxsize=64)
def accepts_gzip(header: str) -> bool:
    """Whether an Accept-Encoding header allows gzip: by name, or by `*`, and not with weight 0."""
    weights: dict[str, str] = {}
    for item in header.lower().split(","):
        name, _, weight = item.partition(";")
        weights[name.strip()] = weight.replace(" ", "")
    return _NO_WEIGHT.fullmatch(weights.get("gzip", weights.get("*", "q=0"))) is None


def document_reply(request: web.Request, headers: Headers, document: Document) -> web.Response:
    """The document, or 304 where the client has it already."""
    sent = headers.common.copy()
    sent.update(document.headers)
    packed = document.zipped is not None and accepts_gzip(request.headers.get("Accept-Encoding", ""))
    tags = (document.tag, f"{document.tag}-gzip")
    sent["ETag"] = f'"{tags[packed]}"'
    held = request.if_none_match
    if held is not None and any(tag.value in (*tags, "*") for tag in held):
        del sent["Content-Type"]
        return web.Response(status=304, headers=sent)
    if packed:
        sent["Content-Encoding"] = "gzip"
    return web.Response(body=document.zipped if packed else document.body, headers=sent)


def answer_reply(request: web.Request, headers: Headers, body: bytes) -> web.Response:
    """A fresh answer, compressed lightly where the client takes it."""
    if len(body) >= MIN_COMPRESSED and accepts_gzip(request.headers.get("Accept-Encoding", "")):
        response = web.Response(body=gzipped(body, QUICK), headers=headers.answer)
        response.headers["Content-Encoding"] = "gzip"
        return response
    return web.Response(body=body, headers=headers.answer)
