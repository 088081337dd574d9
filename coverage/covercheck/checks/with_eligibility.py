"""A part's answer after the payer's systems were heard: inactive coverage, authorization, cost, fewer assumptions."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from covercheck.checks.answer import AuthorizationAnswer, Cite, PartAnswer, Reason
from covercheck.checks.learned import Learned, PartLearned
from covercheck.checks.part import Prepared, prepare

PLAIN_VISITS: Final = ("evaluation", "psychotherapy")
NOT_ACTIVE: Final = "the coverage is not active on {day}"
NEEDED: Final = "The payer's eligibility answer asks for authorization of this kind of service."
NOT_NEEDED: Final = "The payer's eligibility answer asks for no authorization of this kind of service. Confirm for the codes."


def with_eligibility(prepared: Prepared, learned: Learned, day: str) -> Prepared:
    """The answer with what was learned of its part; the same where nothing was."""
    known = learned.parts.get(prepared.answer.part)
    if known is None or learned.cite is None or prepared.answer.result == "not_asked":
        return prepared
    answer = replace(prepared.answer, cost_share=known.costs, administrator=known.administrator)
    if known.standing == "inactive":
        return prepare(_inactive(answer, learned.cite, day), prepared.finding)
    if known.standing == "active":
        answer = replace(answer, assumes=tuple(name for name in answer.assumes if name != "coverage_active"))
    answer = _authorized(answer, known, learned.cite)
    if known.not_covered and answer.result == "likely_covered":
        answer = _disputed(answer, learned.cite)
    return prepare(answer, prepared.finding)


def _inactive(answer: PartAnswer, cite: Cite, day: str) -> PartAnswer:
    says = NOT_ACTIVE.format(day=day)
    return replace(
        answer,
        result="likely_not_covered",
        leaning=None,
        evidence="strong",
        causes=("coverage_inactive",),
        says=f"{cite.title} ({cite.as_of}): {says}. What the plan's rules say of this part no longer matters.",
        prior_authorization=None,
        reasons=(Reason("eligibility#coverage", "unmet", says, cite), *answer.reasons),
        deciding_facts=(),
        assumes=(),
        cost_share=(),
        next_step="find_new_plan",
    )


def _authorized(answer: PartAnswer, known: PartLearned, cite: Cite) -> PartAnswer:
    """A stated need counts for every part; a stated "no need" only for plain visits, and only where no text says otherwise."""
    own = answer.prior_authorization
    if own is None or own.state == "on_file":
        return answer
    if known.authorization == "needed" and own.state != "needed":
        step = "start_authorization" if answer.result == "likely_covered" else answer.next_step
        return replace(answer, prior_authorization=AuthorizationAnswer("needed", NEEDED, cite=cite), next_step=step)
    if known.authorization == "not_needed" and own.state == "unknown" and not own.depends_on and answer.part in PLAIN_VISITS:
        return replace(answer, prior_authorization=AuthorizationAnswer("not_needed", NOT_NEEDED, cite=cite))
    return answer


def _disputed(answer: PartAnswer, cite: Cite) -> PartAnswer:
    """The text covers, the payer's own answer says that this kind of service is not: neither is taken."""
    says = "the payer's eligibility answer reports this kind of service as not covered"
    return replace(
        answer,
        result="uncertain",
        leaning=None,
        causes=("sources_disagree",),
        says=f"Ask the payer: {says}, while the text on file covers it.",
        reasons=(Reason("eligibility#service", "unmet", says, cite), *answer.reasons),
        next_step="call_insurer",
    )
