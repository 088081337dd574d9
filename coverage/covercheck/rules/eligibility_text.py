"""What a payer's folder says of asking its systems: adapter settings in `payer.yaml`, made-up members in `members.yaml`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, StringConstraints, model_validator

from covercheck.rules.fields import Day, Sentence, TextModel, Url, Word

EdiId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 _.\-]+$", min_length=1, max_length=80)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{1,3}$")]
Codes = Annotated[tuple[Code, ...], Field(max_length=99)]
Money = Annotated[Decimal, Field(ge=0, le=10_000_000, decimal_places=2)]
Share = Annotated[Decimal, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(ge=0, le=600)]
Statement = Literal[
    "active", "active_pending", "inactive", "inactive_pending", "coinsurance", "copay", "deductible", "out_of_pocket", "exclusion",
    "limitation", "not_covered", "unlimited", "contact_other", "other_payer", "managed_care", "primary_care", "cannot_process",
    "disclaimer", "description",
]  # fmt: skip
Fault = Literal[
    "down", "throttled", "unavailable", "reset", "truncated", "garbled", "slow_drip", "wrong_content_type", "wrong_trace", "another_person",
]  # fmt: skip


def is_safe_endpoint(address: str) -> bool:
    """https, or an address of this machine itself."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost"))


class EligibilityText(TextModel):
    """How to ask this payer. Left out, the service's own setting holds, which is the mock adapter until it is changed."""

    adapter: Literal["mock", "x12", "json", "fhir", "off"] | None = None
    endpoint: Url | None = None
    envelope: Literal["raw", "core_mime"] = "raw"
    vendor: Word = "stedi"
    payer_id: EdiId | None = None
    sender_id: EdiId | None = None
    receiver_id: EdiId | None = None
    secret: Word | None = None
    service_types: Codes | None = None
    in_flight: Annotated[int, Field(ge=1, le=1_000)] | None = None
    per_minute: Annotated[int, Field(ge=1, le=100_000)] | None = None

    @model_validator(mode="after")
    def _needs_an_address(self) -> EligibilityText:
        if self.adapter in ("x12", "json", "fhir") and self.endpoint is None:
            raise ValueError(f"the adapter {self.adapter} needs an `endpoint`")
        if self.endpoint is not None and not is_safe_endpoint(self.endpoint):
            raise ValueError("patient data goes over https alone; plain http is for this machine's own addresses")
        return self


class PartyText(TextModel):
    """An organization named beside a statement. `role` as X12 98, such as VN (vendor) or PRP (primary payer)."""

    role: Code
    name: Sentence
    phone: Annotated[str, StringConstraints(pattern=r"^[0-9]{10}$")] | None = None


class StatementText(TextModel):
    """One thing the payer states of a made-up member."""

    is_: Statement = Field(alias="is")
    service_types: Codes = ()
    plan: Annotated[str, StringConstraints(min_length=1, max_length=50)] | None = None
    level: Code | None = None
    insurance_type: Code | None = None
    period: Code | None = None
    amount: Money | None = None
    share: Share | None = None
    visits: Annotated[int, Field(ge=0, le=1_000)] | None = None
    authorization: Literal["needed", "not_needed", "unknown"] | None = None
    network: Literal["in", "out", "both", "unknown"] | None = None
    begins: Day | None = None
    ends: Day | None = None
    message: Annotated[str, StringConstraints(min_length=1, max_length=264)] | None = None
    party: PartyText | None = None


class MemberText(TextModel):
    """A made-up member. `wait_seconds`, `fault` and `reject` make the payer slow, broken or unwilling for this member alone."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2,20}$")]
    says: Sentence
    first_name: Annotated[str, StringConstraints(min_length=1, max_length=35)]
    last_name: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    date_of_birth: date
    gender: Literal["F", "M", "U"] | None = None
    group: EdiId | None = None
    network: Literal["in", "out"] | None = None
    begins: Day | None = None
    ends: Day | None = None
    statements: tuple[StatementText, ...] = ()
    wait_seconds: Seconds = 0.0
    fault: Fault | None = None
    reject: Code | None = None


class MembersFile(TextModel):
    """`members.yaml` as a whole: never a real person."""

    members: tuple[MemberText, ...] = ()

    @model_validator(mode="after")
    def _ids_differ(self) -> MembersFile:
        ids = [member.id for member in self.members]
        if len(set(ids)) != len(ids):
            raise ValueError("two members have the same id")
        return self
