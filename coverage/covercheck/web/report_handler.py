"""Reports to the keepers of the rules: something looks wrong; and what was done about it."""

from __future__ import annotations

import os
from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Literal

import orjson
from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from covercheck.checks.request import Fault
from covercheck.records.reports import ReportRecord
from covercheck.records.vault import Sealed
from covercheck.web.access import ASKER, deed
from covercheck.web.keys import CLOCK, MEMORY
from covercheck.web.live import serving
from covercheck.web.problems import REFUSED, REPORT_CLOSED, UNKNOWN_REPORT, Refused
from covercheck.web.publishing.sending import read_as
from covercheck.web.record_handler import note
from covercheck.web.replies import answer_reply


class ReportBody(BaseModel):
    """`POST /v1/reports`. It is about rules: it names no person."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    payer: str = Field(min_length=1, max_length=200, description="the payer's id or name", examples=["aetna"])
    says: str = Field(min_length=1, max_length=2_000, description="what is wrong", examples=["Since July one failure is enough"])
    source: str | None = Field(default=None, max_length=500, description="where it says otherwise: document, page, date, address")
    part: str | None = Field(default=None, min_length=1, max_length=200, description="which part of the therapy")
    check_id: str | None = Field(default=None, min_length=1, max_length=64, description="the answer that shows it")


class ClosingBody(BaseModel):
    """`POST /v1/reports/{id}/close`."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    note: str = Field(min_length=1, max_length=1_000, description="what was done", examples=["Mended in release 8"])


@dataclass(frozen=True, slots=True)
class ClosingView:
    """Who closed it, when, and what was done."""

    by: str
    at: str
    note: str


@dataclass(frozen=True, slots=True)
class ReportView:
    """One report. `rulebook`: the rules in force when it was written."""

    id: str
    state: Literal["open", "closed"]
    payer: str
    part: str | None
    says: str
    source: str | None
    check_id: str | None
    rulebook: str
    org: str
    reporter: str
    reported_at: str
    closing: ClosingView | None


@dataclass(frozen=True, slots=True)
class ReportList:
    """Open ones first, each newest first."""

    reports: tuple[ReportView, ...]


async def post_report(request: web.Request) -> web.Response:
    """Keep a report."""
    told = await report(request, await read_as(request, ReportBody))
    return answer_reply(request, serving(request).headers, orjson.dumps(told))


async def report(request: web.Request, body: ReportBody) -> ReportView:
    """A report as it was kept; raises Refused with every fault."""
    app, asker, now = request.app, request[ASKER], request.app[CLOCK]()
    checker, records = serving(request).checker, request.app[MEMORY].records
    payer = checker.directory.find(body.payer)
    faults = list(_faults(body, payer, checker.book.therapies.parts))
    if body.check_id is not None and await app[MEMORY].find(asker, body.check_id) is None:
        faults.append(Fault("/check_id", "wrong_value", "no check of yours has this id"))
    if faults or payer is None:
        raise Refused(REFUSED, faults=faults)
    name = "rep_" + os.urandom(13).hex()
    sealed = records.vault.seal(orjson.dumps({"says": body.says, "source": body.source}), asker.org, f"{name}/report")
    kept = ReportRecord(name, asker.org, asker.token, now, payer, body.part, body.check_id, checker.book.digest, sealed.key_id, sealed.data)
    await records.reports.save(kept, [deed(request, asker, "report.write", name, now)])
    return view_of(request, kept)


async def get_reports(request: web.Request) -> web.Response:
    """What was reported."""
    return answer_reply(request, serving(request).headers, orjson.dumps(ReportList(await reported(request))))


async def reported(request: web.Request) -> tuple[ReportView, ...]:
    """What was reported; the look at it is in the audit."""
    found = await request.app[MEMORY].records.reports.list()
    await note(request, "report.read", f"{len(found)} reports")
    return tuple(view_of(request, one) for one in found)


async def post_closing(request: web.Request) -> web.Response:
    """Close a report."""
    body = await read_as(request, ClosingBody)
    return answer_reply(request, serving(request).headers, orjson.dumps(await close(request, body.note)))


async def close(request: web.Request, words: str) -> ReportView:
    """The report of the address, closed; raises Refused where there is none, or it was closed before."""
    app, asker, now = request.app, request[ASKER], request.app[CLOCK]()
    store, report_id = app[MEMORY].records.reports, request.match_info["id"]
    if await store.find(report_id) is None:
        raise Refused(UNKNOWN_REPORT)
    if not await store.close(report_id, asker.token, words, now):
        raise Refused(REPORT_CLOSED)
    await note(request, "report.close", report_id)
    found = await store.find(report_id)
    assert found is not None
    return view_of(request, found)


def view_of(request: web.Request, kept: ReportRecord) -> ReportView:
    """A report in the clear; raises RecordsUnavailable where its key is missing."""
    raw = request.app[MEMORY].records.vault.open(Sealed(kept.key_id, kept.data), kept.org, f"{kept.id}/report")
    told = orjson.loads(raw)
    closing = None
    if kept.closed_at is not None:
        closing = ClosingView(kept.closer or "", kept.closed_at.isoformat(timespec="seconds"), kept.note or "")
    return ReportView(
        kept.id,
        "open" if closing is None else "closed",
        kept.payer,
        kept.part,
        told["says"],
        told["source"],
        kept.check_id,
        kept.rulebook,
        kept.org,
        kept.reporter,
        kept.reported_at.isoformat(timespec="seconds"),
        closing,
    )


def _faults(body: ReportBody, payer: str | None, parts: Container[str]) -> Iterator[Fault]:
    if payer is None:
        yield Fault("/payer", "unknown_payer", "no payer has this name")
    if body.part is not None and body.part not in parts:
        yield Fault("/part", "unknown_part", "no part has this name")
