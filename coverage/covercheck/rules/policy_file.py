"""What a policy file may say: models of the text, before facts and sources are linked."""

from __future__ import annotations

import itertools
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from covercheck.rules.fields import (
    Cites,
    Day,
    DayOrUnknown,
    Flag,
    PolicyId,
    Sentence,
    Slug,
    StatesOrAll,
    TextModel,
    Url,
    Word,
    Words,
)

TESTS = ("at_least", "at_most", "more_than", "less_than", "is", "any_of", "none_of")


class Stance(StrEnum):
    """What a document says of a part."""

    COVERED = "covered"
    COVERED_WHEN = "covered_when"
    NOT_COVERED = "not_covered"
    CASE_BY_CASE = "case_by_case"
    UNREAD = "unread"


class Quality(StrEnum):
    """Whether the payer's own text was read, or someone's account of it."""

    PRIMARY = "primary"
    SECONDARY = "secondary"


class SourceText(TextModel):
    """Where we read it."""

    title: Sentence
    url: Url | None = None
    quality: Quality
    as_of: Day | None = None
    read_on: Day
    review_days: Annotated[int, Field(ge=1, le=3_650)] = 180
    note: Sentence | None = None


class CriterionText(TextModel):
    """A leaf test, an unread criterion, or a group of them."""

    id: Slug | None = None
    says: Sentence | None = None
    cite: Cites = ()
    note: Sentence | None = None
    fact: Word | None = None
    at_least: str | None = None
    at_most: str | None = None
    more_than: str | None = None
    less_than: str | None = None
    is_: str | None = Field(default=None, alias="is")
    any_of: Words | None = None
    none_of: Words | None = None
    unread: Sentence | None = None
    all: tuple[CriterionText, ...] | None = Field(default=None, min_length=1)
    any: tuple[CriterionText, ...] | None = Field(default=None, min_length=1)
    not_: CriterionText | None = Field(default=None, alias="not")

    @property
    def tests(self) -> dict[str, str | tuple[str, ...]]:
        """The tests that are written on this leaf, by name."""
        written = {name: getattr(self, "is_" if name == "is" else name) for name in TESTS}
        return {name: value for name, value in written.items() if value is not None}

    @model_validator(mode="after")
    def _exactly_one_shape(self) -> CriterionText:
        shapes = [self.fact is not None, self.unread is not None, self.all is not None, self.any is not None, self.not_ is not None]
        if sum(shapes) != 1:
            raise ValueError("a criterion is exactly one of `fact`, `unread`, `all`, `any`, `not`")
        if self.fact is not None and len(self.tests) != 1:
            raise ValueError(f"a leaf has exactly one test of {', '.join(TESTS)}")
        if self.fact is None and self.tests:
            raise ValueError("a test needs its `fact`")
        if self.fact is not None and self.id is None:
            raise ValueError("a leaf needs an `id`")
        return self


def _authorization(value: Any) -> Any:
    return {"state": value} if isinstance(value, str) else {"state": "required_when", **value} if isinstance(value, dict) else value


class AuthorizationText(TextModel):
    """Whether the payer wants to be asked first: always, never, unknown, or when criteria hold."""

    state: Literal["required", "not_required", "unknown", "required_when"]
    required_when: CriterionText | None = None

    @model_validator(mode="after")
    def _when_has_criteria(self) -> AuthorizationText:
        if (self.state == "required_when") != (self.required_when is not None):
            raise ValueError("write required, not_required, unknown, or `required_when: <criteria>`")
        return self


def _continuation(value: Any) -> Any:
    return {"same_as_initial": "true"} if value == "same_as_initial" else {"criteria": value} if isinstance(value, dict) else value


class ContinuationText(TextModel):
    """Criteria for going on: a tree, or the initial ones again."""

    same_as_initial: Flag = False
    criteria: CriterionText | None = None


class ApprovalText(TextModel):
    """How long an approval lasts, in days, and what else the text says of its size."""

    initial_days: Annotated[int, Field(ge=1)] | None = None
    renewal_days: Annotated[int, Field(ge=1)] | None = None
    note: Sentence | None = None


class CodeUseText(TextModel):
    """How this payer takes a billing code."""

    code: Slug
    use: Literal["bill", "do_not_bill"] = "bill"
    when: CriterionText | None = None
    from_: Day | None = Field(default=None, alias="from")
    until: Day | None = None
    note: Sentence | None = None
    cite: Cites = ()


class CoverageText(TextModel):
    """What one edition says of some parts."""

    parts: Annotated[tuple[Word, ...], Field(min_length=1)]
    indications: tuple[Word, ...] | None = None
    stance: Stance
    says: Sentence | None = None
    note: Sentence | None = None
    cite: Cites = ()
    prior_authorization: Annotated[AuthorizationText, BeforeValidator(_authorization)] = AuthorizationText(state="unknown")
    benefit: Literal["medical", "pharmacy", "either", "unknown"] = "unknown"
    criteria: CriterionText | None = None
    continuation: Annotated[ContinuationText | None, BeforeValidator(_continuation)] = None
    excluded_when: tuple[CriterionText, ...] = ()
    approval: ApprovalText | None = None
    codes: tuple[CodeUseText, ...] = ()

    @model_validator(mode="after")
    def _criteria_fit_stance(self) -> CoverageText:
        if self.stance is Stance.COVERED_WHEN and self.criteria is None:
            raise ValueError("`covered_when` needs `criteria`")
        if self.stance is not Stance.COVERED_WHEN and self.criteria is not None:
            raise ValueError(f"`criteria` go with `covered_when`, not with `{self.stance}`")
        if self.stance is Stance.COVERED_WHEN and self.continuation is None:
            raise ValueError("`covered_when` needs `continuation`: criteria, same_as_initial, or {unread: why}")
        if self.stance in (Stance.NOT_COVERED, Stance.CASE_BY_CASE) and self.says is None:
            raise ValueError(f"`{self.stance}` needs `says`: one sentence on what the text says")
        return self


class EditionText(TextModel):
    """A document's wording in force between two dates."""

    effective: DayOrUnknown
    until: Day | None = None
    superseded: Flag = False
    changed: Sentence | None = None
    note: Sentence | None = None
    cite: Annotated[Cites, Field(min_length=1)]
    coverage: Annotated[tuple[CoverageText, ...], Field(min_length=1)]
    other_indications: Literal["silent", "not_covered"] = "silent"

    @model_validator(mode="after")
    def _dates_in_order(self) -> EditionText:
        if self.effective is not None and self.until is not None and self.until < self.effective:
            raise ValueError("`until` lies before `effective`")
        return self


class PlanText(TextModel):
    """The plan a case asks about."""

    name: str | None = None
    market: Literal["individual", "small_group", "large_group"] | None = None
    funding: Literal["insured", "self_funded"] | None = None


class ExpectText(TextModel):
    """What a case demands of the answer; what is left out is not looked at."""

    result: Literal["likely_covered", "likely_not_covered", "depends", "uncertain"]
    leaning: Literal["covered", "not_covered", "none"] | None = None
    evidence: Literal["strong", "fair", "weak"] | None = None
    benefit: Literal["medical", "pharmacy", "either", "unknown"] | None = None
    because: tuple[str, ...] = ()
    causes: tuple[str, ...] | None = None
    deciding_facts: tuple[str, ...] | None = None
    prior_authorization: Literal["needed", "not_needed", "on_file", "unknown"] | None = None
    codes: dict[str, Literal["bill", "do_not_bill"]] = Field(default_factory=dict)


class CaseText(TextModel):
    """A question with the answer it must get."""

    name: Sentence
    on: Day
    part: Word
    line: Word | None = None
    state: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    plan: PlanText = PlanText()
    diagnoses: tuple[str, ...] = ()
    indication: Word | None = None
    phase: Literal["initial", "continuation"] = "initial"
    facts: dict[Word, str | tuple[str, ...]] = Field(default_factory=dict)
    alone: Flag = False
    expect: ExpectText


class PolicyText(TextModel):
    """A payer's published document: `payers/<payer>/<policy>.yaml`."""

    policy: PolicyId
    title: Sentence
    lines: Annotated[tuple[Word, ...], Field(min_length=1)]
    states: StatesOrAll
    plans: tuple[Sentence, ...] = ()
    except_plans: tuple[Sentence, ...] = ()
    payers: tuple[Slug, ...] = ()
    advisory: Flag = False
    note: Sentence | None = None
    sources: Annotated[dict[Slug, SourceText], Field(min_length=1)]
    editions: Annotated[tuple[EditionText, ...], Field(min_length=1)]
    cases: tuple[CaseText, ...] = ()

    @model_validator(mode="after")
    def _dated_editions_do_not_overlap(self) -> PolicyText:
        dated = [(start, e.until) for e in self.editions if (start := e.effective) is not None]
        for (newer, _), (older, until) in itertools.pairwise(dated):
            if newer <= older:
                raise ValueError("editions stand newest first, each with its own `effective`")
            if until is not None and until >= newer:
                raise ValueError(f"the edition of {older} runs until {until}, into the edition of {newer}")
        return self


def day_text(value: date | None) -> str:
    """A date as rule files and answers write it."""
    return "unknown" if value is None else value.isoformat()
