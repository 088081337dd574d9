"""Every made-up member of a rulebook, found by payer and id."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from covercheck.checks.find_payer import PayerDirectory
from covercheck.eligibility.inquiry import Inquiry
from covercheck.eligibility.members import find_member, report_of
from covercheck.eligibility.report import Party, PersonReport, Rejection, Report, Trace
from covercheck.rules.eligibility_text import MemberText
from covercheck.rules.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Members:
    """The members of all payers."""

    book: Rulebook
    directory: PayerDirectory

    def find(self, inquiry: Inquiry) -> MemberText | None:
        """The member of the payer asked, else of any payer: ids of made-up members may be used everywhere."""
        payer = self.directory.find(inquiry.payer_id) or self.directory.find(inquiry.payer_name)
        own = self.book.payers[payer].members if payer is not None else ()
        return find_member(own, inquiry.patient) or find_member(self._all(), inquiry.patient)

    def report(self, inquiry: Inquiry, member: MemberText | None, reject: str | None) -> Report:
        """What is answered; a person nobody knows is not found."""
        return report_of(member, inquiry, reject) if member is not None else _not_found(inquiry)

    def _all(self) -> Iterable[MemberText]:
        return (member for payer in self.book.payers.values() for member in payer.members)


def _not_found(inquiry: Inquiry) -> Report:
    """AAA 75: the subscriber is not found."""
    asked = inquiry.patient
    person = PersonReport(
        "subscriber", asked.id, asked.first_name, asked.last_name, None, asked.date_of_birth,
        rejections=(Rejection("75", "subscriber", "C", True),), traces=(Trace(True, inquiry.trace),),
    )  # fmt: skip
    return Report(Party("PR", inquiry.payer_name, inquiry.payer_id, "PI"), (person,), number=inquiry.trace)
