"""The failures adapters and the desk share, in words that name no patient."""

from __future__ import annotations

from covercheck.eligibility.outcome import Failure, Wire

LATER = "Ask again later, or ask the payer by phone or portal."


def connection(says: str = "The payer's system could not be reached.", wire: Wire | None = None) -> Failure:
    """The line broke or never stood; asking again is safe."""
    return Failure("connection", says, LATER, retry=True, wire=wire)


def throttled(wait: float | None, wire: Wire | None = None) -> Failure:
    """HTTP 429."""
    return Failure("throttled", "The payer's system takes no more questions at the moment.", LATER, True, wait, wire=wire)


def unavailable(wait: float | None, wire: Wire | None = None) -> Failure:
    """HTTP 503."""
    return Failure("unavailable", "The payer's system is down.", LATER, True, wait, wire=wire)


def refused(status: int, wire: Wire | None = None) -> Failure:
    """Any other HTTP status that is no answer."""
    says = f"The payer's system refused the question (HTTP {status})."
    return Failure("refused", says, "Check endpoint and enrolment in the payer's settings, or ask by phone.", wire=wire)


def credentials(name: str) -> Failure:
    """HTTP 401 and 403, or no secret at all."""
    return Failure("credentials", "The payer's system did not accept who is asking.", f"Set or renew the secret {name}.")


def unreadable(what: str, wire: Wire | None = None) -> Failure:
    """Bytes that are not the wire format."""
    return Failure("unreadable", f"The payer's answer could not be read: {what}.", LATER, wire=wire)


def not_an_answer(what: str, wire: Wire | None = None) -> Failure:
    """The wire format, but something other than an answer to this question."""
    remedy = "Have the set-up with the clearinghouse looked at; meanwhile ask by phone."
    return Failure("not_an_answer", f"The payer sent something other than an answer: {what}.", remedy, wire=wire)


def too_large(limit: int) -> Failure:
    """More bytes than are read."""
    return Failure("too_large", f"The payer's answer is longer than {limit} bytes and was not read.", LATER)


def deadline(seconds: float) -> Failure:
    """No answer in the time there was."""
    return Failure("deadline", f"The payer did not answer within {seconds:g} seconds.", LATER)


def adapter_failed(kind: str) -> Failure:
    """A fault of ours."""
    return Failure("adapter_failed", f"Asking the payer failed inside covercheck ({kind}).", "Report it; meanwhile ask by phone.")


def no_adapter() -> Failure:
    """Nothing but the mock adapter is set up, and the member is none of its own."""
    says = "No eligibility system is set up for this payer; the mock one knows only made-up members."
    remedy = "Set `eligibility` in the payer's file or COVERCHECK_ELIGIBILITY_ADAPTER, or ask by phone or portal."
    return Failure("no_adapter", says, remedy)


def no_payer_id() -> Failure:
    """A real system is set up, but not under which id it knows this payer."""
    says = "No id of this payer for electronic questions is on file."
    return Failure("no_adapter", says, "Add `edi_ids`, or `eligibility.payer_id`, to the payer's file.")


def adapter_off() -> Failure:
    """Switched off."""
    return Failure("adapter_off", "Asking this payer's systems is switched off.", "Ask by phone or portal.")


def breaker_open() -> Failure:
    """It failed too often of late."""
    says = "The payer's system failed again and again of late and is not asked for a while."
    return Failure("breaker_open", says, LATER)


def too_busy() -> Failure:
    """Too many questions are waiting already."""
    return Failure("too_busy", "Too many questions to this payer are waiting already.", LATER)


def another_trace() -> Failure:
    """An answer to some other question."""
    return Failure("another_trace", "The payer's answer belongs to another question and was not used.", LATER)


def another_person() -> Failure:
    """An answer for somebody else."""
    says = "The payer's answer is for another person and was not used."
    return Failure("another_person", says, "Compare id, name and birth date with the card, then ask again or call.")
