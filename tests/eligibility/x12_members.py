"""Hypothesis strategies of made-up members and questions about them, for tests of what is written to payers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from covercheck.eligibility.inquiry import Clinic, Gender, Inquiry, Person, Relationship
from covercheck.eligibility.tables import SERVICE_TYPES
from covercheck.eligibility.x12.sender import Sender

MADE_AT = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
SENDER = Sender("CLINIC", "HARBOR")
GENDERS: list[Gender | None] = ["F", "M", "U", None]
RELATIONSHIPS: list[Relationship | None] = ["spouse", "child", "other", None]
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
ODD_LETTERS = "áàâäãåçéèêëíîïñóôöõøúüýžšćłđßæœþÁÉÑÖŁŐİıǅ"
ODD_SIGNS = " '’`-–.,~*^:|<>/\\&()\u200b\u0301\n\t\x1d\u2028"
IDS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"

names = st.builds(
    lambda first, rest: first + rest, st.sampled_from(LETTERS), st.text(st.sampled_from(LETTERS + ODD_LETTERS + ODD_SIGNS), max_size=70)
)
ids = st.text(st.sampled_from(IDS), min_size=2, max_size=20)
births = st.dates(date(1920, 1, 1), date(2026, 11, 23))
days = st.dates(MADE_AT.date(), date(2027, 12, 31))


def persons(own_id: st.SearchStrategy[str | None]) -> st.SearchStrategy[Person]:
    """Somebody with both names and a birth date, who can therefore be asked about."""
    return st.builds(
        Person,
        id=own_id,
        first_name=names,
        last_name=names,
        middle_name=st.none() | names,
        suffix=st.sampled_from([None, "Jr.", "III"]),
        date_of_birth=births,
        gender=st.sampled_from(GENDERS),
        group=st.none() | ids,
    )


@st.composite
def inquiries(draw: st.DrawFn) -> Inquiry:
    """A question that lacks nothing: about a subscriber, or about a dependent with or without an id of their own."""
    on = draw(days)
    return Inquiry(
        payer_id=draw(ids),
        payer_name=draw(names),
        clinic=draw(
            st.builds(Clinic, npi=st.from_regex(r"[1-9][0-9]{9}", fullmatch=True), name=names)
            | st.builds(Clinic, tax_id=st.from_regex(r"[1-9][0-9]{8}", fullmatch=True), name=names)
        ),
        subscriber=draw(persons(st.none() | ids)),
        dependent=draw(st.none() | persons(st.none() | ids)),
        relationship=draw(st.sampled_from(RELATIONSHIPS)),
        on=on,
        until=draw(st.none() | st.integers(0, 60).map(lambda more: on + timedelta(more))),
        service_types=tuple(draw(st.lists(st.sampled_from(sorted(SERVICE_TYPES)), min_size=1, max_size=8, unique=True))),
        places=draw(st.sampled_from([(), (), ("11",), ("11", "22")])),
        trace=draw(ids),
        made_at=MADE_AT,
    )
