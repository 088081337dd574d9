"""Whether an answer is one to this question, for this person. One that is not is refused, however good it looks."""

from __future__ import annotations

import unicodedata

from covercheck.eligibility import failures
from covercheck.eligibility.adapter import Heard
from covercheck.eligibility.inquiry import Inquiry, Person
from covercheck.eligibility.outcome import Failure
from covercheck.eligibility.rejections import failure_of
from covercheck.eligibility.report import PersonReport, Report, Trace

AGREES, DIFFERS = "agrees", "differs"


def verified(heard: Heard, inquiry: Inquiry) -> tuple[Report, PersonReport] | Failure:
    """The report with the person it is about, or why it can't be used: wrong trace, a rejection, nobody, another person."""
    report = heard.report
    if not _trace_fits(report, inquiry.trace):
        return failures.another_trace()
    if report.rejections:
        return failure_of(report.rejections, heard.wire)
    if not report.persons:
        return failures.not_an_answer("it names nobody", heard.wire)
    fitting = [person for person in report.persons if is_same(person, inquiry.patient)]
    rejections = tuple(rejection for person in fitting or report.persons for rejection in person.rejections)
    if rejections:
        return failure_of(rejections, heard.wire)
    if not fitting:
        return failures.another_person()
    return report, max(fitting, key=lambda person: (bool(person.benefits), person.level == "dependent"))


def _trace_fits(report: Report, sent: str) -> bool:
    """One of the echoed traces is ours; where none is echoed, the answer's number must not be another's."""
    traces: list[Trace] = [trace for person in report.persons for trace in person.traces if trace.echo]
    if traces:
        return any(trace.number == sent for trace in traces)
    return report.number is None or report.number == sent


def is_same(found: PersonReport, asked: Person) -> bool:
    """The person answered for is the one asked about. A birth date that differs is another person; so is another id, unless name and
    birth date agree (payers renumber); so is another full name, unless id and birth date agree or the payer marks a change."""
    born = _agree(found.date_of_birth, asked.date_of_birth)
    number = _agree(_plain(found.id), _plain(asked.id))
    last = _agree(_plain(found.last_name), _plain(asked.last_name))
    first = _agree(_plain(found.first_name), _plain(asked.first_name), beginning=True)
    if born == DIFFERS:
        return False
    if number == DIFFERS:
        return born == AGREES and last == AGREES and first != DIFFERS
    if last == DIFFERS and first == DIFFERS:
        return found.changed and number == AGREES
    if DIFFERS in (last, first):
        return number == AGREES and (born == AGREES or found.changed)
    return number == AGREES or (last == AGREES and first != DIFFERS)


def _agree(one: object, other: object, beginning: bool = False) -> str | None:
    """Whether they agree; None where one of the two was not said. A given name may be cut or carry a middle name behind it."""
    if not one or not other:
        return None
    cut = beginning and (str(one).startswith(str(other)) or str(other).startswith(str(one)))
    return AGREES if one == other or cut else DIFFERS


def _plain(text: str | None) -> str | None:
    """Letters and digits alone, without case and accents."""
    if text is None:
        return None
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in folded if letter.isalnum() and letter.isascii())
