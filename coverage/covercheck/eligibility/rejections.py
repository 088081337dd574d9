"""Rejection codes (X12 901) in our own words: what sort of trouble, what it means, what to do. None of them means "not covered"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from covercheck.eligibility.outcome import Failure, FailureKey, Wire
from covercheck.eligibility.report import Kind, Rejection


@dataclass(frozen=True, slots=True)
class Words:
    """A rejection code's sort, meaning and remedy."""

    kind: Kind
    says: str
    remedy: str


_LATER = "Ask again in a few minutes; it says nothing about the coverage."
_CARD = "Compare with the card, both sides, and ask the patient."
_CLINIC = "Compare the clinic's NPI and tax id with what this payer has on file; enrol if it has none."
_DATE = "Use a date of service the payer answers for: mostly the last 12 months to the end of this month."
_ENTRY = "Correct the request; see the rejected field."
_SETUP = "Check the payer's id and the enrolment at the clearinghouse."

REJECTIONS: Final[Mapping[str, Words]] = MappingProxyType({
    "04": Words("temporary", "more questions were asked than the contract allows", "Ask at a slower pace."),
    "15": Words("our_fault", "data the payer requires is missing", _ENTRY),
    "33": Words("our_fault", "the request has an error of form", _ENTRY),
    "35": Words("provider_data", "the payer has the clinic out of network", "Ask the payer about the network; it is no decision."),
    "41": Words("set_up", "the clinic may not ask this payer", "Enrol the clinic for eligibility questions with this payer."),
    "42": Words("temporary", "the payer can't answer at the moment", _LATER),
    "43": Words("provider_data", "the clinic's identification is wrong or missing", _CLINIC),
    "44": Words("provider_data", "the clinic's name is wrong or missing", _CLINIC),
    "45": Words("provider_data", "the clinic's specialty is wrong or missing", _CLINIC),
    "46": Words("provider_data", "the clinic's phone number is wrong or missing", _CLINIC),
    "47": Words("provider_data", "the clinic's state is wrong or missing", _CLINIC),
    "48": Words("provider_data", "the referring clinician's identification is wrong or missing", _CLINIC),
    "49": Words("provider_data", "the clinic is not the primary care provider", "Ask the payer who is, and whether a referral is needed."),
    "50": Words("provider_data", "the clinic may not ask for eligibility", _CLINIC),
    "51": Words("provider_data", "the payer does not know the clinic", _CLINIC),
    "52": Words("request", "the service dates are not within the clinic's enrolment", _DATE),
    "53": Words("request", "the benefit asked about does not fit the kind of provider", _ENTRY),
    "54": Words("request", "the kind of code asked about is not accepted", _ENTRY),
    "55": Words("request", "the code asked about is not accepted", _ENTRY),
    "56": Words("request", "a date is wrong", _DATE),
    "57": Words("request", "the service date is wrong or missing", _DATE),
    "58": Words("patient_data", "the birth date is wrong or missing", _CARD),
    "60": Words("request", "the birth date lies after the service date", _CARD),
    "61": Words("request", "the date of death lies before the service date", _CARD),
    "62": Words("request", "the service date lies too far back for this payer", _DATE),
    "63": Words("request", "the service date lies too far ahead for this payer", _DATE),
    "64": Words("patient_data", "the patient's id is wrong or missing", _CARD),
    "65": Words("patient_data", "the patient's name is wrong or missing", _CARD),
    "66": Words("patient_data", "the patient's gender is wrong or missing", _CARD),
    "67": Words("patient_data", "the patient was not found", _CARD),
    "68": Words("patient_data", "the patient's id stands for more than one person", "Ask again with more: full name and birth date."),
    "69": Words("request", "the service does not fit the patient's age", _ENTRY),
    "70": Words("request", "the service does not fit the patient's gender", _ENTRY),
    "71": Words("patient_data", "the birth date does not match the payer's", _CARD),
    "72": Words("patient_data", "the member id is wrong or missing", _CARD),
    "73": Words("patient_data", "the subscriber's name is wrong or missing", _CARD),
    "74": Words("patient_data", "the subscriber's gender is wrong or missing", _CARD),
    "75": Words("patient_data", "the subscriber was not found", _CARD),
    "76": Words("patient_data", "the member id stands for more than one person", "Ask again with more: full name and birth date."),
    "77": Words("patient_data", "the subscriber was found, the patient was not", _CARD),
    "78": Words("patient_data", "the subscriber is not in the group named", _CARD),
    "79": Words("set_up", "the payer's or the partner's id is not accepted", _SETUP),
    "80": Words("temporary", "the payer did not answer in time", _LATER),
    "97": Words("provider_data", "the clinic's address is wrong or missing", _CLINIC),
    "98": Words("request", "the payer holds the service for experimental", "Call the payer; ask for the policy that says so."),
    "AA": Words("request", "an authorization number is not found", _ENTRY),
    "AE": Words("request", "the primary care provider must authorize it first", "Ask the payer who that is, and for the referral."),
    "AF": Words("request", "the diagnosis code is wrong or missing", _ENTRY),
    "AG": Words("request", "the procedure code is wrong or missing", _ENTRY),
    "AO": Words("request", "more on the patient's condition is required", _ENTRY),
    "CI": Words("request", "certification information does not match the patient", _ENTRY),
    "E8": Words("request", "it needs a medical review first", "Call the payer."),
    "IA": Words("request", "an authorization number is wrong", _ENTRY),
    "MA": Words("request", "an authorization number is missing", _ENTRY),
    "T4": Words("our_fault", "the payer's name or id is missing", _SETUP),
})  # fmt: skip
UNLISTED: Final = Words("request", "the payer refused for a reason with no listed meaning", "Call the payer and quote the code.")
FOLLOW_UPS: Final[Mapping[str, str]] = MappingProxyType({
    "C": "correct it and ask again", "N": "it does not want the same question again", "P": "send the original question again",
    "R": "it may be asked again", "S": "do not ask again: it was passed on", "W": "wait 30 days", "X": "wait 10 days",
    "Y": "do not ask again: an answer will follow",
})  # fmt: skip
RETRIED: Final = frozenset({"42", "80"})
_KEYS: Final[Mapping[Kind, FailureKey]] = MappingProxyType({
    "temporary": "rejected_temporary", "patient_data": "rejected_patient_data", "provider_data": "rejected_provider_data",
    "request": "rejected_request", "set_up": "rejected_set_up", "our_fault": "rejected_request",
})  # fmt: skip


def words_of(code: str) -> Words:
    """A code's meaning; one that is not listed is kept and says so."""
    return REJECTIONS.get(code.upper(), UNLISTED)


def failure_of(rejections: Sequence[Rejection], wire: Wire | None = None) -> Failure:
    """One failure for all rejections of an answer. Only when each is a passing one (42 and 80; 79 only beside 42) may it be asked again."""
    codes = {rejection.code for rejection in rejections}
    passing = bool(codes & RETRIED) and codes <= RETRIED | {"79"}
    worst = _first(rejection for rejection in rejections if not passing or rejection.code in RETRIED)
    told = "; ".join(dict.fromkeys(f"{words_of(r.code).says} (AAA {r.code})" for r in rejections))
    words = words_of(worst.code)
    hint = FOLLOW_UPS.get(worst.follow_up or "")
    remedy = f"{words.remedy} The payer's hint: {hint}." if hint else words.remedy
    may_repeat = passing and not any(rejection.follow_up in ("N", "S", "Y", "W", "X") for rejection in rejections)
    return Failure(_KEYS[words.kind], f"The payer refused to answer: {told}.", remedy, may_repeat, None, tuple(rejections), wire)


_ORDER: Final = ("patient_data", "provider_data", "request", "set_up", "our_fault", "temporary")


def _first(rejections: Iterable[Rejection]) -> Rejection:
    """The rejection a person must act on first."""
    return min(rejections, key=lambda rejection: _ORDER.index(words_of(rejection.code).kind))
