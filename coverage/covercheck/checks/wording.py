"""The sentences of an answer for staff: short, dated, without a promise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from covercheck.checks.answer import CheckResult, Cite, DecidingFact, Result
from covercheck.engine import Finding

DISCLAIMER = (
    "An estimate from published rules, not a promise of payment and not medical or legal advice. "
    "The plan's own document and the payer's decision on the claim stand above it."
)
SUMMARY_WORDS: dict[Result, str] = {
    "likely_covered": "likely covered",
    "likely_not_covered": "likely not covered",
    "depends": "depends on facts the clinic or patient has|depend on facts the clinic or patient has",
    "uncertain": "needs a call|need a call",
    "not_asked": "not asked at the patient's wish",
}
CAUSE_WORDS = {
    "no_rule": "no text of this payer on this part is on file",
    "policy_unread": "the payer has a text on it whose decision was not read",
    "criteria_unread": "some of the payer's criteria were not read",
    "case_by_case": "the payer decides case by case",
    "payer_fact": "it hangs on something only the payer knows",
    "sources_disagree": "the texts on file disagree",
    "evidence_old": "the text on file is too old for this date",
    "evidence_undated": "the text on file shows no date",
    "evidence_secondary": "it rests on someone's account, not on the payer's own text",
    "rule_failed": "a rule failed while it was evaluated",
    "coverage_inactive": "the plan is not active on this date",
}
ASK_ACUTE = "Acute suicidal thoughts are named. Ask for the indication mdd_acute_suicidality too, or add a code such as R45.851."
PLAN_EXCLUSION = (
    "The plan document is said to exclude this service. It stands above every text on file: take no part it names as covered, "
    "and ask the payer for the page of the exclusion."
)
NO_MENTAL_HEALTH = (
    "The plan is said to have no mental health benefits. A text on visits and therapy speaks of plans that have them: "
    "take neither as covered before the payer has said so."
)
LINE_NOT_ON_FILE = "No text of {payer} on this line is on file; only the rules that bind the whole line speak."
STATE_NOT_ON_FILE = "On file, {payer} is a payer of {states}. Check which plan issued the card."
DIAGNOSIS_MISSING = "No diagnosis was given. The answer holds only where it is the same for every diagnosis."
LABEL_WORDS = {
    "allows": "The label allows this use. That is not the payer's decision.",
    "forbids": "The label rules this use out for this patient, whatever the payer pays for. Ask the prescriber.",
    "off_label": "This is not a use the label names. That alone does not make it covered or not covered.",
    "unknown": "Whether the label allows this use is open until the facts named here are known. That is not the payer's decision.",
}
AUTHORIZATION_WORDS = {
    "needed": "Authorization is needed before treatment.",
    "not_needed": "The text asks for no prior authorization. Confirm at claim.",
    "on_file": "You say an authorization is on file. Check its dates, units, codes and clinician.",
    "unknown": "Whether authorization is needed is not known. Do not take it as not needed.",
}

NAMED: Final = 3


def summary_of(results: Sequence[Result]) -> str:
    """`1 of 5 parts likely covered, 2 likely not covered, 2 need a call`."""
    counts = Counter(results)
    total = len(results)
    told: list[str] = []
    for result, words in SUMMARY_WORDS.items():
        count = counts.get(result, 0)
        if count:
            one, _, many = words.partition("|")
            named = f"{count} of {total} part{'s' if total > 1 else ''}" if not told else str(count)
            told.append(f"{named} {one if count == 1 or not many else many}")
    return ", ".join(told)


def common_result(results: Sequence[Result]) -> CheckResult:
    """The parts' common result, else `mixed`."""
    return results[0] if len(set(results)) == 1 else "mixed"


def why(finding: Finding, cite: Cite | None, failing: Sequence[str], facts: Sequence[DecidingFact]) -> str:
    """One sentence on why the part is answered so."""
    where = _where(cite)
    match finding.result:
        case "likely_covered":
            return f"{where} covers this part, and what it asks for is met."
        case "likely_not_covered":
            return f"{where} does not cover it here: {_listed(failing)}." if failing else f"{where} does not cover this part."
        case "depends":
            return f"{where} decides once this is known: {_listed([fact.label for fact in facts])}."
    causes = _listed([_cause(cause, facts) for cause in finding.causes]) or "what is on file does not settle it"
    leaning = {"covered": " What is on file leans towards covered.", "not_covered": " What is on file leans towards not covered."}
    said = leaning.get(finding.leaning or "", "")
    if finding.leaning == "not_covered" and failing:
        said = f" What is on file leans towards not covered: {_listed(failing)}."
    return f"Ask the payer: {causes}.{said}"


def _cause(cause: str, facts: Sequence[DecidingFact]) -> str:
    theirs = [fact.label for fact in facts if fact.known_by == "payer"][:NAMED]
    if cause == "payer_fact" and theirs:
        return f"it hangs on what only the payer knows ({', '.join(theirs)})"
    return CAUSE_WORDS[cause]


def _where(cite: Cite | None) -> str:
    if cite is None:
        return "The text on file"
    dated = f" (text of {cite.as_of})" if cite.as_of else " (undated)"
    return f"{cite.title}{dated}"


def _listed(items: Sequence[str]) -> str:
    shown = [item.rstrip(".") for item in dict.fromkeys(items)][:4]
    more = len(dict.fromkeys(items)) - len(shown)
    return "; ".join(shown) + (f"; and {more} more" if more else "")
