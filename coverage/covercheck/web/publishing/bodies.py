"""What is sent to write, approve and publish rules."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Words = Annotated[str, Field(min_length=1, max_length=1_000)]
Moment = Annotated[
    AwareDatetime,
    Field(strict=False, description="with its offset from UTC; left out: at once", examples=["2027-01-01T00:00:00-05:00"]),
]


class DraftBody(BaseModel):
    """`POST /v1/rulebook/drafts`. Paths as in the folder of rule files; a file is sent whole."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    note: Words = Field(
        description="what changed and on what ground", examples=["Aetna CPB 0938, revised 2026-11-20: two failures, not one"]
    )
    base: int | None = Field(default=None, ge=1, le=2**31 - 1, description="the release it changes; left out: the newest")
    written: dict[str, str] = Field(default_factory=dict, description="the new text of files, by path")
    removed: Annotated[tuple[Annotated[str, Field(max_length=300)], ...], Field(strict=False, max_length=500)] = Field(
        default=(), description="paths of files that are no more"
    )


class ApprovalBody(BaseModel):
    """`POST /v1/rulebook/drafts/{id}/approve`."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    reason: Words = Field(description="why it is right", examples=["Read against the bulletin, pages 2 to 4"])


class PublicationBody(BaseModel):
    """`POST /v1/rulebook/drafts/{id}/publish`."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    effective_at: Moment | None = None


class RollbackBody(BaseModel):
    """`POST /v1/rulebook/releases/{number}/rollback`."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    reason: Words = Field(
        description="what is wrong with what is in force", examples=["Release 7 lost the exception for acute suicidality"]
    )
    effective_at: Moment | None = None


class ImpactBody(BaseModel):
    """`POST /v1/rulebook/drafts/{id}/impact`."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    days: int = Field(default=90, ge=1, le=3_650, description="recorded checks of so many days")
