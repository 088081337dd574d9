"""Made-up X12 text for tests: 271s from a few lines, with envelope, counts and control numbers right unless told otherwise."""

from __future__ import annotations

from covercheck.eligibility.report import Benefit, PersonReport, Report
from covercheck.eligibility.x12.envelope import NotAnAnswer
from covercheck.eligibility.x12.read_271 import read_271

ISA = "ISA*00*          *00*          *ZZ*HARBOR         *ZZ*CLINIC         *261123*1200*^*00501*000000007*0*T*:~"
GS = "GS*HB*HARBOR*CLINIC*20261123*1200*7*X*005010X279A1~"
PAYER = ("HL*1**20*1", "NM1*PR*2*HARBOR HEALTH*****PI*HARB1")
CLINIC = ("HL*2*1*21*1", "NM1*1P*2*GREEN CLINIC*****XX*1234567893")
ADA = ("HL*3*2*22*0", "TRN*2*TRACE1*9COVERCHCK", "NM1*IL*1*MARLOW*ADA****MI*DEMO1001", "DMG*D8*19850302*F")


def transaction(*segments: str, number: str = "0001") -> str:
    """ST to SE around these segments."""
    return "~".join((f"ST*271*{number}*005010X279A1", *segments, f"SE*{len(segments) + 2}*{number}", ""))


def interchange(*transactions: str, isa: str = ISA, gs: str = GS) -> str:
    """ISA to IEA around transactions."""
    return f"{isa}{gs}{''.join(transactions)}GE*{len(transactions)}*7~IEA*1*000000007~"


def answer(*segments: str) -> str:
    """A whole 271 with exactly these segments behind the BHT."""
    return interchange(transaction("BHT*0022*11*TRACE1*20261123*1200", *segments))


def about_ada(*segments: str) -> str:
    """A 271 of payer, clinic and one subscriber, with these segments about her."""
    return answer(*PAYER, *CLINIC, *ADA, *segments)


def read(text: bytes | str) -> Report:
    """The report of a text that is an answer."""
    found = read_271(text)
    assert isinstance(found, Report), found
    return found


def instead(text: bytes | str) -> NotAnAnswer:
    """What a text is that is no answer."""
    found = read_271(text)
    assert isinstance(found, NotAnAnswer)
    return found


def ada(*segments: str) -> PersonReport:
    """What is read of her from these segments."""
    (person,) = read(about_ada(*segments)).persons
    return person


def benefit(*segments: str) -> Benefit:
    """The only statement read from these segments."""
    (found,) = ada(*segments).benefits
    return found


def oddities(*segments: str) -> dict[str, str]:
    """What was noted about these segments of hers: where, by key."""
    return noted(about_ada(*segments))


def noted(text: bytes | str) -> dict[str, str]:
    """What was noted about a text."""
    return {oddity.key: oddity.where for oddity in read(text).oddities}
