"""What a reply is instead of an eligibility answer: a stable key, plain words, and the sender's own code where it gave one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

NotReadKey: TypeAlias = Literal["malformed", "wrong_shape", "html", "error_body", "too_deep", "pending", "not_an_answer"]


@dataclass(frozen=True, slots=True)
class NotRead:
    """`says` continues "its answer can't be read: …" and holds no patient data."""

    key: NotReadKey
    says: str
    code: str | None = None
