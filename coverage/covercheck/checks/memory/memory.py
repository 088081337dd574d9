"""Keeps checks and calls, and finds what is known of a member, in the words of the domain."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

import orjson

from covercheck import __version__
from covercheck.checks.check import Checker, Rest, Written
from covercheck.checks.evidence.items import Evidence, items_of
from covercheck.checks.evidence.record import RecordedCall
from covercheck.checks.find_payer import name_key
from covercheck.checks.memory.books import limits_text, packed
from covercheck.checks.memory.bygone import Bygone
from covercheck.checks.memory.heard import Heard, heard_from_bytes, heard_to_bytes
from covercheck.checks.question import Question
from covercheck.checks.request import CheckRequest, parse_request
from covercheck.engine.memo import Memo
from covercheck.records.audit import Entry
from covercheck.records.checks import AnswerRecord, CheckRecord
from covercheck.records.corrections import CorrectionRecord
from covercheck.records.errors import RecordsUnavailable
from covercheck.records.evidence import CallRecord, EvidenceRecord
from covercheck.records.opening import Records
from covercheck.records.repeats import KeyTaken, Repeat
from covercheck.records.roles import Role, sees_own_only
from covercheck.records.vault import Sealed, last4, pack

SHARED_KEPT: Final = 200


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: organisation, token and role. Without tokens there is one asker, `local`, who may do everything."""

    org: str
    token: str
    role: Role

    @property
    def own_only(self) -> str | None:
        """The token whose checks alone may be seen; None where all of the organisation's may."""
        return self.token if sees_own_only(self.role) else None


@dataclass(frozen=True, slots=True)
class KeptCheck:
    """A recorded check, opened."""

    record: CheckRecord
    question: bytes
    answer: bytes
    heard: Heard

    @property
    def request(self) -> CheckRequest:
        """The question as it was asked."""
        return parse_request(self.question)


@dataclass(slots=True)
class _Shared:
    """The common part of answers of one organisation and day; `is_stored` once it is durable."""

    record: AnswerRecord
    is_stored: bool = False


class Memory:
    """One for each service or command."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.bygone = Bygone(records)
        self._shared: Memo[tuple[str, date, Rest], _Shared] = Memo(SHARED_KEPT)

    async def known(self, asker: Asker, question: Question, today: date, check_id: str | None = None) -> tuple[Evidence, ...]:
        """Recorded evidence that may count: of the same member, payer and plan, or of this check."""
        member = self._member(asker, question)
        if member is None and check_id is None:
            return ()
        found = await self.records.evidence.known(asker.org, question.asked.payer, plan_of(question), member, check_id, today)
        return tuple(self._item(record) for record in found)

    async def keep(
        self,
        asker: Asker,
        checker: Checker,
        question: Question,
        body: bytes,
        written: Written,
        check_id: str,
        now: datetime,
        heard: Heard,
        audit: Iterable[Entry],
        repeat: Repeat | None = None,
    ) -> KeyTaken | None:
        """Keep a check and, once, the rulebook it was answered by."""
        await self.records.checks.keep_book(checker.book.digest, lambda: packed(checker.book.files), now)
        if heard:
            answer = await asyncio.to_thread(pack, written.json)
            record = self._record(asker, checker, question, body, answer, written.rest, check_id, now, heard)
            return await self.records.checks.save(record, audit, repeat)
        shared = self._shared_of(asker.org, now.astimezone(UTC).date(), written.rest)
        record = self._record(asker, checker, question, body, pack(written.head), written.rest, check_id, now, heard, shared.record.hash)
        taken = await self.records.checks.save(record, audit, repeat, None if shared.is_stored else shared.record)
        shared.is_stored = True
        return taken

    def _shared_of(self, org: str, day: date, rest: Rest) -> _Shared:
        vault = self.records.vault

        def make() -> _Shared:
            name = vault.content_token(org, day.isoformat(), rest.json)
            sealed = vault.seal(rest.json, org, f"{name.hex()}/rest")
            return _Shared(AnswerRecord(org, name, day, sealed.key_id, sealed.data))

        return self._shared.get((org, day, rest), make)

    async def find(self, asker: Asker, check_id: str) -> KeptCheck | None:
        """A check that this asker may see."""
        record = await self.records.checks.find(asker.org, check_id, asker.own_only)
        return self.opened(record) if record is not None else None

    def question_of(self, record: CheckRecord) -> bytes:
        """What was asked, in the clear; enough of a list's records for this; raises RecordsUnavailable where its key is missing."""
        return self._open(record, record.question, "question")

    def opened(self, record: CheckRecord) -> KeptCheck:
        """A record in the clear; raises RecordsUnavailable where its key is missing."""
        question, answer = (self._open(record, data, name) for data, name in ((record.question, "question"), (record.answer, "answer")))
        if record.shared is not None:
            if record.rest is None:
                raise RecordsUnavailable("database_damaged", "What several answers have in common is gone.")
            answer += self.records.vault.open(record.rest, record.org, f"{record.shared.hex()}/rest")
        heard = self._open(record, record.heard, "heard") if record.heard is not None else None
        return KeptCheck(record, question, answer, heard_from_bytes(heard))

    async def record_call(
        self,
        asker: Asker,
        kept: KeptCheck,
        question: Question,
        call: RecordedCall,
        call_id: str,
        now: datetime,
        audit: Iterable[Entry],
    ) -> tuple[Evidence, ...]:
        """Keep a call about a check, with what it yields."""
        on = kept.record.date_of_service
        items = items_of(call, call_id, on, questions_in(kept.answer))
        sealed = self.records.vault.seal(call.model_dump_json(by_alias=True).encode(), asker.org, call_id)
        record = CallRecord(call_id, kept.record.id, asker.org, asker.token, now, call.on, call.supersedes, sealed.key_id, sealed.data)
        rows = [self._row(kept.record, item, call_id) for item in items]
        await self.records.evidence.save(record, rows, audit)
        return items

    async def calls_of(self, asker: Asker, check_id: str) -> tuple[tuple[CallRecord, RecordedCall], ...]:
        """The recorded calls of a check, oldest first."""
        found = await self.records.evidence.calls_of(asker.org, check_id)
        opened = ((record, self.records.vault.open(Sealed(record.key_id, record.data), record.org, record.id)) for record in found)
        return tuple((record, RecordedCall.model_validate_json(data)) for record, data in opened)

    async def correct(
        self, asker: Asker, kept: KeptCheck, note: str, correction_id: str, now: datetime, *, ends_evidence: bool, audit: Iterable[Entry]
    ) -> None:
        """Write beside a check what is wrong with it. The check stays as it was given."""
        sealed = self.records.vault.seal(note.encode(), asker.org, correction_id)
        record = CorrectionRecord(correction_id, kept.record.id, asker.org, asker.token, now, sealed.key_id, sealed.data)
        await self.records.corrections.save(record, ends_evidence=ends_evidence, audit=audit)

    async def corrections_of(self, asker: Asker, check_id: str) -> tuple[tuple[datetime, str], ...]:
        """When and what was corrected about a check, oldest first."""
        found = await self.records.corrections.of(asker.org, check_id)
        vault = self.records.vault
        return tuple((one.corrected_at, vault.open(Sealed(one.key_id, one.data), one.org, one.id).decode()) for one in found)

    def member_of(self, asker: Asker, payer: str, member_id: str) -> bytes:
        """The token by which a member's checks are found."""
        return self.records.vault.member_token(asker.org, payer, member_id)

    def _member(self, asker: Asker, question: Question) -> bytes | None:
        member = question.request.member
        return self.member_of(asker, question.asked.payer, member.id) if member is not None else None

    def _record(
        self,
        asker: Asker,
        checker: Checker,
        question: Question,
        body: bytes,
        answer: bytes,
        rest: Rest,
        check_id: str,
        now: datetime,
        heard: Heard,
        shared: bytes | None = None,
    ) -> CheckRecord:
        vault, asked = self.records.vault, question.asked
        told = heard_to_bytes(heard)
        sealed = vault.seal(body, asker.org, f"{check_id}/question")
        member = question.request.member
        return CheckRecord(
            id=check_id,
            org=asker.org,
            token=asker.token,
            asked_at=now,
            date_of_service=asked.on,
            payer=asked.payer,
            line=asked.line,
            state=asked.state,
            plan=plan_of(question),
            result=rest.result,
            parts=orjson.dumps(rest.parts).decode(),
            rulebook=checker.book.digest,
            version=__version__,
            valid_until=date.fromisoformat(rest.valid_until),
            key_id=sealed.key_id,
            question=sealed.data,
            answer=vault.seal(b"", asker.org, f"{check_id}/answer", packed=answer).data,
            heard=vault.seal(told, asker.org, f"{check_id}/heard").data if told is not None else None,
            member=self._member(asker, question),
            member_last4=last4(member.id) if member is not None else None,
            shared=shared,
            limits=limits_text(checker.engine.limits),
        )

    def _open(self, record: CheckRecord, data: bytes, name: str) -> bytes:
        return self.records.vault.open(Sealed(record.key_id, data), record.org, f"{record.id}/{name}")

    def _row(self, check: CheckRecord, item: Evidence, call_id: str) -> EvidenceRecord:
        place = _place(call_id, item)
        sealed = self.records.vault.seal(orjson.dumps(item.to_json()), check.org, place)
        return EvidenceRecord(
            call_id=call_id,
            check_id=check.id,
            org=check.org,
            payer=check.payer,
            plan=check.plan,
            part=item.part,
            kind=f"{item.kind}:{item.question}"[:32] if item.kind == "note" else item.kind,
            value=item.value,
            grade=item.grade,
            called_on=date.fromisoformat(item.called_on),
            valid_until=date.fromisoformat(item.valid_until),
            key_id=sealed.key_id,
            item=sealed.data,
            member=check.member,
        )

    def _item(self, record: EvidenceRecord) -> Evidence:
        data = self.records.vault.open(Sealed(record.key_id, record.item), record.org, f"{record.call_id}/{record.part}")
        return Evidence.from_json(orjson.loads(data))


def _place(call_id: str, item: Evidence) -> str:
    return f"{call_id}/{item.part}"


def plan_of(question: Question) -> str:
    """Which plan evidence holds for: line, state, and the plan's name or group as far as they were given."""
    asked, plan = question.asked, question.request.plan
    return "/".join((asked.line or "", asked.state or "", name_key(asked.plan_name or ""), name_key(plan.group or "")))[:200]


def questions_in(answer: bytes) -> dict[str, tuple[str, ...]]:
    """The questions of an answer's call prompt with the parts each speaks of."""
    call = orjson.loads(answer)["call"]
    return {question["id"]: tuple(question["parts"]) for question in call["questions"]} if call is not None else {}


def repeat_of(space: str, key: str, body: bytes, now: datetime, hours: float) -> Repeat:
    """An `Idempotency-Key` as it is kept: by its hash, since clients put names into keys."""
    name = hashlib.sha256(key.encode()).hexdigest()
    return Repeat(space, name, hashlib.sha256(body).digest(), now + timedelta(hours=hours))


def since_years(now: datetime, years: float) -> datetime:
    """The moment before which records are forgotten."""
    return now.astimezone(UTC) - timedelta(days=365.25 * years)
