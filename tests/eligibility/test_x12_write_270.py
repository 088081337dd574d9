"""What is sent is accepted by two independent readers of X12, and what can't be sent unchanged is not sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covercheck.eligibility.inquiry import Clinic, Inquiry, Person, Relationship
from covercheck.eligibility.outcome import Failure, FailureKey
from covercheck.eligibility.tables import SERVICE_TYPES
from covercheck.eligibility.x12.envelope import NotAnAnswer
from covercheck.eligibility.x12.letters import BASIC, EXTENDED
from covercheck.eligibility.x12.read_271 import read_271
from covercheck.eligibility.x12.sender import Sender
from covercheck.eligibility.x12.write_270 import is_sent_as_subscriber, write_270
from tests.eligibility.x12_judges import complaints, complaints_of_envelope, complaints_of_guide
from tests.eligibility.x12_members import MADE_AT, SENDER, ids, inquiries

ADA = Person("DEMO1001", "Ada", "Marlow", date_of_birth=date(1985, 3, 2), gender="F")
BEN = Person(None, "Ben", "Marlow", date_of_birth=date(2015, 6, 1), gender="M")
CLINIC = Clinic("1234567893", None, "Green Clinic")
ABOUT_ADA = Inquiry("HARB1", "Harbor Health", CLINIC, ADA, date(2026, 12, 1), ("30", "MH"), "TRACE1", MADE_AT)
ABOUT_BEN = replace(ABOUT_ADA, dependent=BEN, relationship="child")


def written(inquiry: Inquiry, sender: Sender = SENDER) -> str:
    """The 270 of a question that can be written."""
    text = write_270(inquiry, sender)
    assert isinstance(text, str), text
    return text


def rows(inquiry: Inquiry) -> list[str]:
    """Its segments between ST and SE."""
    return written(inquiry).split("~")[3:-4]


def failure(inquiry: Inquiry, sender: Sender = SENDER) -> tuple[FailureKey, str]:
    """Why a question can't be written."""
    found = write_270(inquiry, sender)
    assert isinstance(found, Failure), found
    assert not found.retry
    return found.key, found.says


def about(**changes: object) -> Inquiry:
    """The question about her with her data changed."""
    return replace(ABOUT_ADA, subscriber=replace(ADA, **changes))  # type: ignore[arg-type]


@settings(max_examples=500, deadline=None)
@given(inquiries())
def test_every_question_is_accepted_by_both_judges(inquiry: Inquiry) -> None:
    text = written(inquiry)
    assert complaints(text) == []
    assert set(text) <= BASIC | EXTENDED | set("*^:~")


@pytest.mark.parametrize("code", sorted(SERVICE_TYPES))
@pytest.mark.parametrize("question", [ABOUT_ADA, ABOUT_BEN], ids=["subscriber", "dependent"])
def test_every_service_type_may_be_asked_about(code: str, question: Inquiry) -> None:
    assert complaints(written(replace(question, service_types=(code,)))) == []


@pytest.mark.parametrize("place", ["02", "10"])
def test_a_place_of_telehealth_is_written_although_one_judge_does_not_know_it(place: str) -> None:
    text = written(replace(ABOUT_ADA, places=(place,)))
    assert f"~EQ*30^MH~III*ZZ*{place}~" in text
    assert complaints_of_envelope(text) == []
    assert complaints_of_guide(text) != [], "x12sdk knows these places now: let it judge them"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("SE*13*", "SE*14*"), ("GE*1*1", "GE*1*2"), ("IEA*1*000000001", "IEA*1*000000002"), ("HL*3*2*22*0", "HL*3*1*22*0"),
        ("HL*3*2*22*0", "HL*4*2*22*0"), ("EQ*30", "EQ*QQQ"), ("*20261201~", "*20261301~"), ("*PI*", "*QQ*"), ("BHT*0022", "BHT*0099"),
        ("*9COVERCHCK~", "~"),
    ],
)  # fmt: skip
def test_the_judges_do_reject(right: str, wrong: str) -> None:
    text = written(ABOUT_ADA)
    assert right in text
    assert complaints(text.replace(right, wrong)) != []


def test_a_subscriber_is_asked_about_at_their_own_level() -> None:
    assert rows(ABOUT_ADA) == [
        "BHT*0022*13*TRACE1*20261123*1230",
        "HL*1**20*1",
        "NM1*PR*2*HARBOR HEALTH*****PI*HARB1",
        "HL*2*1*21*1",
        "NM1*1P*2*GREEN CLINIC*****XX*1234567893",
        "HL*3*2*22*0",
        "TRN*1*TRACE1*9COVERCHCK",
        "NM1*IL*1*MARLOW*ADA****MI*DEMO1001",
        "DMG*D8*19850302*F",
        "DTP*291*D8*20261201",
        "EQ*30^MH",
    ]


def test_a_dependent_is_asked_about_below_the_subscriber() -> None:
    assert rows(ABOUT_BEN)[5:] == [
        "HL*3*2*22*1",
        "NM1*IL*1*MARLOW*ADA****MI*DEMO1001",
        "DMG*D8*19850302*F",
        "HL*4*3*23*0",
        "TRN*1*TRACE1*9COVERCHCK",
        "NM1*03*1*MARLOW*BEN",
        "DMG*D8*20150601*M",
        "INS*N*19",
        "DTP*291*D8*20261201",
        "EQ*30^MH",
    ]


@pytest.mark.parametrize(("relationship", "code"), [("spouse", "01"), ("child", "19"), ("other", "34")])
def test_a_relationship_is_told_by_its_code(relationship: Relationship, code: str) -> None:
    assert f"INS*N*{code}" in rows(replace(ABOUT_BEN, relationship=relationship))


def test_a_relationship_that_is_not_known_is_not_told() -> None:
    assert not any(row.startswith("INS") for row in rows(replace(ABOUT_BEN, relationship=None)))


def test_a_dependent_with_an_id_of_their_own_is_asked_about_like_a_subscriber() -> None:
    inquiry = replace(ABOUT_BEN, dependent=replace(BEN, id="DEMO1002"))
    assert is_sent_as_subscriber(inquiry)
    text = written(inquiry)
    assert "NM1*IL*1*MARLOW*BEN****MI*DEMO1002~" in text
    assert "DEMO1001" not in text
    assert "NM1*03" not in text


@pytest.mark.parametrize("own", ["DEMO1001", " demo1001 ", "", " ", None])
def test_a_dependent_with_the_subscribers_id_stays_a_dependent(own: str | None) -> None:
    inquiry = replace(ABOUT_BEN, dependent=replace(BEN, id=own))
    assert not is_sent_as_subscriber(inquiry)
    assert rows(inquiry) == rows(ABOUT_BEN)


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("O'Brien", "O'BRIEN"), ("O’Brien", "O'BRIEN"), ("Núñez", "NUNEZ"), ("Nu\u0301n\u0303ez", "NUNEZ"), ("Smith-Jones", "SMITH-JONES"),
        ("Smith–Jones", "SMITH-JONES"), ("Smith~Jones", "SMITH JONES"), ("Smith*:^Jones", "SMITH JONES"), ("Größe", "GROSSE"),
        ("Łukasz", "LUKASZ"), ("Ægir", "AEGIR"), ("Sørensen", "SORENSEN"), ("de  la\tCruz ", "DE LA CRUZ"),
        ("St. John, Jr.", "ST. JOHN, JR."), ("Zoe\u200b", "ZOE"), ("İpek", "IPEK"), ("Ｗｉｄｅ", "WIDE"), ("Mar\r\nlow", "MAR LOW"),
    ],
)  # fmt: skip
def test_a_name_stays_the_same_name_in_the_letters_there_are(name: str, sent: str) -> None:
    assert f"NM1*IL*1*{sent}*ADA****MI*DEMO1001" in rows(about(last_name=name))


@pytest.mark.parametrize("name", ["李", "Иван", "Mar李low", "Νίκος"])
def test_a_name_in_letters_that_x12_lacks_is_not_sent_as_another(name: str) -> None:
    key, says = failure(about(last_name=name))
    assert key == "cannot_be_written"
    assert "subscriber.last_name" in says
    assert name not in says


@pytest.mark.parametrize(
    ("field", "place", "longest"), [("last_name", 3, 60), ("first_name", 4, 35), ("middle_name", 5, 25), ("suffix", 7, 10)]
)
@pytest.mark.parametrize("more", [-1, 0, 1])
def test_a_name_is_cut_at_the_length_of_its_element(field: str, place: int, longest: int, more: int) -> None:
    name = next(row for row in rows(about(**{field: "A" * (longest + more)})) if row.startswith("NM1*IL")).split("*")[place]
    assert len(name) == min(longest + more, longest)


@pytest.mark.parametrize("spoilt", ["DEMO~1001", "DEMO*1001", "DEMO:1001", "DEMO^1001", "DÉMO1001", "DEMO\n1001", "D" * 81])
def test_an_id_that_would_change_is_not_sent(spoilt: str) -> None:
    key, says = failure(about(id=spoilt))
    assert (key, "subscriber.id" in says, spoilt in says) == ("cannot_be_written", True, False)


@pytest.mark.parametrize("kept", ["D" * 79, "D" * 80, "demo1001", "000123450", "A/B#7"])
def test_an_id_that_fits_is_sent_as_it_is(kept: str) -> None:
    assert f"NM1*IL*1*MARLOW*ADA****MI*{kept}" in rows(about(id=kept))


def test_spaces_around_an_id_are_no_part_of_it() -> None:
    assert rows(about(id=" DEMO1001\n")) == rows(ABOUT_ADA)


@pytest.mark.parametrize(
    ("inquiry", "named"),
    [
        (replace(ABOUT_ADA, payer_id=""), "payer_id"),
        (replace(ABOUT_ADA, payer_name=" "), "payer_name"),
        (replace(ABOUT_ADA, clinic=Clinic(name="Green Clinic")), "clinic.npi"),
        (replace(ABOUT_ADA, clinic=Clinic("1234567893")), "clinic.name"),
        (replace(ABOUT_ADA, service_types=()), "service_types"),
        (replace(ABOUT_ADA, trace=""), "trace"),
        (about(last_name=None), "subscriber.last_name"),
        (about(first_name=""), "subscriber.first_name"),
        (about(id=None, date_of_birth=None), "subscriber.id"),
        (replace(ABOUT_BEN, dependent=replace(BEN, first_name=None)), "dependent.first_name"),
        (replace(ABOUT_BEN, dependent=replace(BEN, date_of_birth=None)), "dependent.date_of_birth"),
        (replace(ABOUT_BEN, subscriber=Person()), "subscriber.id"),
    ],
)
def test_what_is_missing_is_named(inquiry: Inquiry, named: str) -> None:
    assert failure(inquiry) == ("member_incomplete", f"The question lacks {named}.")


def test_all_that_is_missing_is_named_at_once() -> None:
    key, says = failure(replace(about(last_name=None, first_name=None), payer_id=""))
    assert key == "member_incomplete"
    assert all(name in says for name in ("payer_id", "subscriber.last_name", "subscriber.first_name"))


@pytest.mark.parametrize("changes", [{"id": None}, {"date_of_birth": None}, {"gender": None}])
def test_an_id_or_a_birth_date_is_enough_to_be_found_by(changes: dict[str, None]) -> None:
    assert complaints(written(about(**changes))) == []


def test_a_subscriber_beside_the_patient_needs_an_id_alone() -> None:
    inquiry = replace(ABOUT_BEN, subscriber=Person("DEMO1001"))
    assert "NM1*IL*1******MI*DEMO1001" in rows(inquiry)
    assert complaints_of_envelope(written(inquiry)) == []


@pytest.mark.parametrize("gender", ["U", None])
def test_a_gender_that_is_not_known_is_not_told(gender: str | None) -> None:
    assert "DMG*D8*19850302" in rows(about(gender=gender))


@pytest.mark.parametrize(
    ("clinic", "key", "sent"),
    [
        (Clinic("1234567893", "123456789", "Green"), None, "XX*1234567893"), (Clinic(None, "123456789", "Green"), None, "FI*123456789"),
        (Clinic(None, "12-3456789", "Green"), None, "FI*123456789"),
        (Clinic("123456789", None, "Green"), "cannot_be_written", "clinic.npi"),
        (Clinic("12345678933", None, "Green"), "cannot_be_written", "clinic.npi"),
        (Clinic("123456789X", None, "Green"), "cannot_be_written", "clinic.npi"),
        (Clinic(None, "12345678", "Green"), "cannot_be_written", "clinic.tax_id"),
    ],
)  # fmt: skip
def test_the_clinic_is_told_by_its_npi_else_by_its_tax_id(clinic: Clinic, key: str | None, sent: str) -> None:
    inquiry = replace(ABOUT_ADA, clinic=clinic)
    if key is None:
        assert f"NM1*1P*2*GREEN*****{sent}" in rows(inquiry)
    else:
        assert failure(inquiry) == (key, f"X12 can't carry {sent} as given.")


@pytest.mark.parametrize(("more", "fits"), [(-1, True), (0, True), (1, False)])
def test_nobody_is_born_after_the_question_is_made(more: int, fits: bool) -> None:
    born = MADE_AT.date() + timedelta(more)
    found = write_270(about(date_of_birth=born), SENDER)
    assert isinstance(found, str) == fits
    if isinstance(found, Failure):
        assert "subscriber.date_of_birth (it lies in the future)" in found.says
        assert str(born.year) not in found.says


def test_nobody_is_born_after_the_day_that_is_asked_about() -> None:
    key, says = failure(replace(about(date_of_birth=date(2026, 11, 20)), on=date(2026, 11, 19)))
    assert (key, "after the day asked about" in says) == ("cannot_be_written", True)


@pytest.mark.parametrize(
    ("until", "sent"),
    [
        (None, "D8*20261201"), (date(2026, 12, 1), "D8*20261201"), (date(2026, 12, 2), "RD8*20261201-20261202"),
    ],
)  # fmt: skip
def test_one_day_or_a_range_is_asked_about(until: date | None, sent: str) -> None:
    assert f"DTP*291*{sent}" in rows(replace(ABOUT_ADA, until=until))


def test_a_range_does_not_run_backwards() -> None:
    assert failure(replace(ABOUT_ADA, until=date(2026, 11, 30)))[0] == "cannot_be_written"


@pytest.mark.parametrize("code", ["", "MHX", "M~", "é"])
def test_a_service_type_that_is_no_code_is_not_sent(code: str) -> None:
    assert failure(replace(ABOUT_ADA, service_types=("30", code)))[0] == "cannot_be_written"


@pytest.mark.parametrize(("count", "fits"), [(98, True), (99, True), (100, False)])
def test_at_most_99_service_types_are_asked_about(count: int, fits: bool) -> None:
    codes = tuple(f"{first}{second}" for first in "ABCDEFGHIJ" for second in "0123456789")[:count]
    assert isinstance(write_270(replace(ABOUT_ADA, service_types=codes), SENDER), str) == fits


def test_a_service_type_is_asked_about_once() -> None:
    assert "EQ*30^MH" in rows(replace(ABOUT_ADA, service_types=("30", "MH", "30")))


@pytest.mark.parametrize(
    ("sender", "named"),
    [
        (replace(SENDER, sender_id="A" * 16), "sender.sender_id"), (replace(SENDER, sender_id="A"), "sender.sender_id"),
        (replace(SENDER, receiver_id="A*B"), "sender.receiver_id"), (replace(SENDER, sender_qualifier="Z"), "sender.sender_qualifier"),
        (replace(SENDER, receiver_qualifier="Z~"), "sender.receiver_qualifier"), (replace(SENDER, control=0), "sender.control"),
        (replace(SENDER, control=1_000_000_000), "sender.control"), (replace(SENDER, origin="9COVER"), "sender.origin"),
    ],
)  # fmt: skip
def test_settings_that_do_not_fit_the_envelope_are_named(sender: Sender, named: str) -> None:
    assert failure(ABOUT_ADA, sender) == ("cannot_be_written", f"X12 can't carry {named} as given.")


@pytest.mark.parametrize("control", [1, 999_999_999])
def test_the_envelope_is_of_fixed_width_and_numbered_alike(control: int) -> None:
    text = written(ABOUT_ADA, replace(SENDER, control=control, sender_id="A" * 15, usage="T"))
    assert (len(text.partition("~")[0]), text[105], text[104], text[82]) == (105, "~", ":", "^")
    assert text[90:99] == text[-10:-1] == f"{control:09}"
    assert text[102] == "T"
    assert complaints(text) == []


@settings(deadline=None)
@given(ids, ids)
def test_another_id_is_another_question(one: str, other: str) -> None:
    assert (written(about(id=one)) == written(about(id=other))) == (one == other)


@settings(deadline=None)
@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=90), st.text(max_size=60))
def test_whatever_the_data_the_question_is_written_whole_or_not_at_all(last: str, first: str, own: str, trace: str) -> None:
    found = write_270(replace(about(last_name=last, first_name=first, id=own), trace=trace), SENDER)
    if isinstance(found, str):
        assert complaints_of_envelope(found) == []
        assert found.count("~") == 17
    else:
        assert found.key in ("member_incomplete", "cannot_be_written")


@settings(max_examples=50, deadline=None)
@given(inquiries())
def test_a_question_is_no_answer(inquiry: Inquiry) -> None:
    assert read_271(written(inquiry)) == NotAnAnswer("270")
