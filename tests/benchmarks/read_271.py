"""A 271 of about 3 kB read to a report, against pyx12's reader walking the same text without reading any meaning from it.

Run: python -m tests.benchmarks.read_271
"""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product

from pyx12.x12file import X12Reader

from covercheck.eligibility.inquiry import Clinic, Inquiry, Person
from covercheck.eligibility.report import Benefit, Channel, Limit, Meaning, Network, Party, PersonReport, Reference, Report, Span, Trace
from covercheck.eligibility.x12.read_271 import read_271
from covercheck.eligibility.x12.redact import redact_x12
from covercheck.eligibility.x12.sender import Sender
from covercheck.eligibility.x12.write_270 import write_270
from covercheck.eligibility.x12.write_271 import write_271
from tests.benchmarks.measure import compare, ratio

SENDER = Sender("HARBOR", "CLINIC")
ADA = Person("DEMO1001", "Ada", "Marlow", date_of_birth=date(1985, 3, 2))
INQUIRY = Inquiry(
    "HARB1", "Harbor Health", Clinic("1234567893", name="Green Clinic"), ADA, date(2026, 12, 1), ("30", "MH", "98"), "TRACE1",
    datetime(2026, 11, 23, tzinfo=UTC),
)  # fmt: skip


def statements() -> tuple[Benefit, ...]:
    """What a payer with much to say says of one plan: what is active, costs in and out of network, limits and a carve-out."""
    active = Benefit("active", "1", ("30",), "HARBOR CHOICE PPO", "IND", "PR", dates=(Span("346", date(2026, 1, 1)),))
    covered = Benefit("active", "1", ("1", "33", "47", "48", "50", "86", "98", "AL", "MH", "UC"))
    told: tuple[tuple[Meaning, str], ...] = (("deductible", "C"), ("out_of_pocket", "G"))
    networks: tuple[Network, ...] = ("in", "out")
    sums = [
        Benefit(meaning, code, ("30",), None, level, None, period, Decimal("1500.00"), network=network)
        for (meaning, code), level, period, network in product(told, ("IND", "FAM"), ("23", "24", "29"), networks)
    ]
    said = ("APPLIES AFTER THE DEDUCTIBLE",)
    costs = [
        cost
        for types in (("98",), ("MH", "A4", "A6"), ("A7", "A8"), ("UC", "86"), ("33",), ("AL",), ("50", "BB"), ("AI", "AJ"))
        for cost in (
            Benefit(
                "copay", "B", types, None, "IND", None, "27", Decimal(30), network="in", messages=("SPECIALIST OR PRIMARY CARE VISIT",)
            ),
            Benefit(
                "coinsurance",
                "A",
                types,
                None,
                "IND",
                None,
                "27",
                share=Decimal("0.2"),
                authorization="needed",
                network="out",
                messages=said,
            ),
        )
    ]
    limits = [
        Benefit(
            "limitation", "F", (code,), network="in", limits=(Limit("VS", Decimal(35), "21", Decimal(1)),),
            references=(Reference("G1", "AUTHORIZATION 77"),), messages=("VISITS ABOVE THE LIMIT ARE REVIEWED FOR MEDICAL NECESSITY",),
        )
        for code in ("MH", "A6", "A8", "33")
    ]  # fmt: skip
    desk = (Channel("IC", "SERVICE DESK"), Channel("phone", "8005550100"), Channel("web", "https://mindcare.example"))
    carved_out = Benefit("contact_other", "U", ("MH",), entities=(Party("VN", "MINDCARE", "MC9", "PI", desk),))
    return (active, covered, *sums, *costs, *limits, carved_out)


def document() -> str:
    """The answer as text."""
    ada = PersonReport(
        "subscriber", "DEMO1001", "ADA", "MARLOW", None, date(1985, 3, 2), "F", False, (Span("346", date(2026, 1, 1)),),
        (Reference("6P", "GROUP77", "GREEN INC"),), statements(), (), (Trace(True, "TRACE1", "9COVERCHCK"),),
    )  # fmt: skip
    return write_271(Report(Party("PR", "HARBOR HEALTH", "HARB1", "PI"), (ada,), number="TRACE1"), INQUIRY, SENDER)


def walk(text: str) -> int:
    """Every segment by pyx12, envelope checked."""
    with X12Reader(io.StringIO(text)) as reader:
        count = sum(1 for _ in reader)
        reader.cleanup()
    return count


def main() -> None:
    """Print all and the ratio of the first two."""
    text = document()
    raw = text.encode()
    report = read_271(text)
    if not isinstance(report, Report) or report.oddities or len(report.persons[0].benefits) != len(statements()):
        raise AssertionError(report)
    timings = compare(
        {
            "covercheck, read_271": lambda: read_271(raw),
            "pyx12, X12Reader": lambda: walk(text),
            "covercheck, redact_x12": lambda: redact_x12(text),
            "covercheck, write_270": lambda: write_270(INQUIRY, SENDER),
        },
        calls=200,
    )
    print(f"one 271 of {len(raw):,} bytes, {text.count('~')} segments, {len(statements())} statements")
    for name, timing in timings.items():
        print(f"  {name:26}{timing} {1e6 / timing.median:8,.0f} a second")
    print(f"  documents a second against pyx12: {ratio(timings['pyx12, X12Reader'], timings['covercheck, read_271'])}")


if __name__ == "__main__":
    main()
