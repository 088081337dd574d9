"""The questions on drugs and on watching after them: Spravato, other ketamine, monitoring."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from covercheck.checks.answer import CallQuestion, PartAnswer
from covercheck.checks.call_gap import KETAMINE, TEXT_CAUSES, WRITTEN_ONLY, Gap, asked, authorization

FRESH_DAYS: Final = 90
PACKAGE_CODES: Final = ("G2082", "G2083")
HOURLY_MONITORING: Final = ("0820T", "0821T", "0822T")
ROUTES: Final = {
    "ketamine_iv": "by vein", "ketamine_im": "into muscle", "ketamine_oral": "by mouth", "ketamine_nasal": "by nose, compounded",
}  # fmt: skip
PLAIN_ROUTES: Final = {
    "ketamine_iv": "by vein", "ketamine_im": "as a shot", "ketamine_oral": "by mouth", "ketamine_nasal": "as a nose spray",
}  # fmt: skip
WRITTEN: Final = " Please name the written policy; an oral yes is not enough here."


def spravato_questions(gap: Gap, documented: frozenset[str]) -> Iterator[CallQuestion]:
    """Block D: who buys it, which codes, which authorizations; which rules, unless a document on file is asked about (`documented`)."""
    parts = gap.among(("esketamine",))
    if not parts:
        return
    part = parts[0]
    if not gap.is_medicare and not _benefit_is_fresh(part, gap.question.asked.on):
        yield _which_benefit(part)
    if part.benefit != "pharmacy" and (gap.is_medicare or not _payer_names_codes(part)):
        yield _which_codes(gap, part)
    if not gap.is_medicare and authorization(part) != "on_file":
        yield _two_authorizations(gap, part)
    if TEXT_CAUSES.intersection(part.causes) and part.part not in documented:
        yield _criteria_document(gap, part)
    if not gap.is_medicare and authorization(part) != "not_needed":
        yield _how_long(part)
    if part.benefit in ("pharmacy", "either"):
        yield _pharmacy(part)
    if _package_for_new_patient(gap):
        yield _new_patient(part)


def _benefit_is_fresh(part: PartAnswer, on: date) -> bool:
    """A text of the last 90 days before the visit names the benefit; without being sure, no."""
    dates = [reason.cite.as_of for reason in part.reasons if reason.cite is not None and reason.cite.as_of is not None]
    return part.benefit in ("medical", "pharmacy") and bool(dates) and max(dates) >= (on - timedelta(days=FRESH_DAYS)).isoformat()


def _payer_names_codes(part: PartAnswer) -> bool:
    billed = [code for code in part.codes if code.use == "bill"]
    return bool(billed) and all(code.basis == "payer" for code in billed)


def _package_for_new_patient(gap: Gap) -> bool:
    billed = {code.code for code in gap.codes(gap.among(("esketamine", "monitoring")))}
    return bool(billed.intersection(PACKAGE_CODES)) and gap.facts.get("patient_established") is not True


def _which_benefit(part: PartAnswer) -> CallQuestion:
    return asked(
        "D1",
        "Under which benefit is esketamine (Spravato): medical, pharmacy, or both? If both, who chooses?",
        "Is Spravato part of my medical plan or my drug plan?",
        why="It decides who buys the drug, which codes are billed and which authorization is asked.",
        parts=(part,),
        decides=("benefit",),
        then={
            "medical only": "Ask D2. The clinic buys and bills.",
            "pharmacy only": "Leave out D2. Ask which specialty pharmacy, and which codes the clinic bills for watching.",
            "both": "Ask for both, and write the two cost shares apart.",
        },
    )


def _which_codes(gap: Gap, part: PartAnswer) -> CallQuestion:
    drug, package = _drug_codes(gap)
    known = ", or ".join(filter(None, (" or ".join(drug), " and ".join(package)))) or gap.said_codes((part,))
    billing = f"For a clinic that buys the drug: which codes on {gap.day}: {known}? Does an older authorization carry over to them?"
    if gap.is_medicare:
        billing = f"Which codes do you take for esketamine on {gap.day}: {known}? Which local article says so, and is modifier KX needed?"
    return asked(
        "D2",
        billing,
        None,
        why="Payers differ, and the drug's own code changed on 2026-01-01.",
        parts=(part,),
        decides=("codes",),
        then={"codes named": "Bill only these. Note units and NDC.", "not sure": "Ask provider services or the claims department."},
        skip="the drug is under the pharmacy benefit only",
    )


def _drug_codes(gap: Gap) -> tuple[list[str], list[str]]:
    """Spravato's own codes in force on the day, and the packages of drug and visit."""
    drug: list[str] = []
    package: list[str] = []
    for name, code in gap.book.codes.codes.items():
        on = gap.question.asked.on
        ended = (code.until is not None and on > code.until) or (code.from_ is not None and on < code.from_)
        if code.system == "HCPCS" and not ended:
            if code.kind == "esketamine_drug":
                drug.append(name)
            elif code.kind == "esketamine_visit":
                package.append(name)
    return drug, package


def _two_authorizations(gap: Gap, part: PartAnswer) -> CallQuestion:
    referral = " Is a referral needed as well?" if gap.line in ("tricare", "va") else ""
    parts = (part, *(p for p in gap.authorization_open(("monitoring",))))
    return asked(
        "D3",
        f"Is authorization needed for the drug, and separately for the visit and the two hours of watching ({gap.said_codes(parts)})? "
        f"Which department, which form, fax or portal, and how long does it take?{referral}",
        "Must the plan say yes before I start? For the drug, and for the visit?",
        why="They are often two authorizations, at two departments.",
        parts=parts,
        decides=("authorization",),
        then={
            "needed": "Start each of them. Note codes, units, dose, NPI and department.",
            "not needed": "Note code, benefit and clinician it holds for, and ask for the medical policy all the same.",
        },
    )


def _criteria_document(gap: Gap, part: PartAnswer) -> CallQuestion:
    return asked(
        "D4",
        "Which document holds your criteria for esketamine: name, number, effective date? Which antidepressant trials count (number, "
        f"classes, weeks, this episode), and must an oral antidepressant be taken with it?{WRITTEN if gap.line in WRITTEN_ONLY else ''}",
        "Can you send me your rules for Spravato?",
        why="What is on file does not settle it, and each payer defines resistance itself.",
        parts=(part,),
        decides=("coverage",),
        then={"a document": "Get it in writing, and decide the part by it.", "no document": "Ask for medical director review in writing."},
    )


def _pharmacy(part: PartAnswer) -> CallQuestion:
    return asked(
        "D6",
        "Under the pharmacy benefit: which specialty pharmacy, its phone, the drug's cost share, "
        "and which codes does the clinic bill for watching?",
        "Which drug store sends it? What is my share for the drug, and for the visit?",
        why="The drug's price and the clinic's bill are two things.",
        parts=(part,),
        decides=("benefit", "codes"),
        then={"told": "Order there. Do not bill the drug again."},
        skip="D1 says medical only",
    )


def _how_long(part: PartAnswer) -> CallQuestion:
    return asked(
        "D5",
        "How long does an authorization last, how many doses and devices of which dose does it hold, and what is asked for going on?",
        "If the plan says yes, how long does it last?",
        why="Two, three and six months all occur, and a dose outside it is refused.",
        parts=(part,),
        decides=("authorization",),
        then={"told": "Put the end date and the proof for going on into the calendar."},
    )


def _new_patient(part: PartAnswer) -> CallQuestion:
    return asked(
        "D7",
        "G2082 and G2083 are for established patients. Which code do we bill for a new patient's first treatment?",
        None,
        why="A first visit billed with them is refused.",
        parts=(part,),
        decides=("codes",),
        then={"a code": "Note code and document.", "none": "See the patient for an evaluation on an earlier day."},
        skip="the patient is established",
    )


def ketamine_questions(gap: Gap) -> Iterator[CallQuestion]:
    """Block E: ketamine other than Spravato, riders, and watching after the dose."""
    parts = gap.among(KETAMINE)
    if any(TEXT_CAUSES.intersection(part.causes) for part in parts):
        yield _ketamine(gap, parts)
    hourly = [code for code in gap.question.codes if code in HOURLY_MONITORING and not gap.secret]
    if hourly and gap.among(("monitoring",)):
        yield _hourly_codes(gap, hourly)
    if _rider_possible(gap):
        yield _rider(gap)
    if any(TEXT_CAUSES.intersection(part.causes) for part in gap.among(("monitoring",))):
        yield _watching(gap)
    to_authorize = tuple(p for p in gap.authorization_open((*KETAMINE, *_lone_monitoring(gap))) if p.leaning != "not_covered")
    if to_authorize and not gap.is_medicare:
        yield asked(
            "E6",
            f"Where it is paid: is authorization needed for {gap.said_codes(to_authorize)}? "
            "Which department and form, and how long does it take?",
            "Must the plan say yes before I start?",
            why="Not known does not mean not needed.",
            parts=to_authorize,
            decides=("authorization",),
            then={"needed": "Start it before the treatment.", "not needed": "Note code, benefit and clinician. Confirm at claim."},
            skip="the plan says that it does not pay for the part",
        )


def _hourly_codes(gap: Gap, codes: list[str]) -> CallQuestion:
    return asked(
        "E3",
        f"Are {', '.join(codes)} accepted, on an investigational list, or priced by report?",
        None,
        why="These are temporary codes; each payer treats them in its own way.",
        parts=gap.among(("monitoring",)),
        decides=("coverage", "codes"),
        then={"accepted": "Get it in writing before billing.", "not accepted": "Do not bill them to the plan."},
    )


def _ketamine(gap: Gap, parts: tuple[PartAnswer, ...]) -> CallQuestion:
    routes = " or ".join(ROUTES[part.part] for part in parts)
    said = " or ".join(PLAIN_ROUTES[part.part] for part in parts)
    ask = f"Is ketamine given {routes} (not anesthesia, not Spravato), codes {gap.said_codes(parts)}, with {gap.diagnosis},"
    billing = f"{ask} covered, or excluded as off-label or investigational? Policy name, number and effective date?"
    if gap.is_medicare:
        billing = f"{ask} payable under Part B? Which local coverage article, number and date? Is an advance notice to the patient needed?"
    return asked(
        "E1",
        billing + (WRITTEN if gap.line in WRITTEN_ONLY else ""),
        f"Does my plan pay for ketamine {said}? Is there a written rule on it?",
        why="Most plans do not pay for it, some do; the document is what counts.",
        parts=parts,
        decides=("coverage",),
        then={
            "covered, with a document": "Ask for its criteria, then for authorization.",
            "excluded, with a document": "Likely not covered. If the clinic wants, ask for predetermination or medical director review.",
            "no document": "Ask for medical director review or a predetermination in writing.",
        },
        skip="a dated written exclusion for this plan is on file",
    )


def _lone_monitoring(gap: Gap) -> tuple[str, ...]:
    """Monitoring is authorized with Spravato where Spravato is asked about."""
    return () if gap.among(("esketamine",)) else ("monitoring",)


def _rider_possible(gap: Gap) -> bool:
    if gap.secret or gap.line not in ("commercial", None) or gap.question.asked.market == "individual":
        return False
    rider = any(fact.fact == "plan_has_kap_rider" for _, fact in gap.deciding())
    return rider or (bool(gap.among(KETAMINE)) and gap.facts.get("plan_has_kap_rider") is None)


def _rider(gap: Gap) -> CallQuestion:
    hanging = tuple(part for part, fact in gap.deciding() if fact.fact == "plan_has_kap_rider")
    return asked(
        "E4",
        "Does this plan carry a rider or a separate benefit for ketamine-assisted therapy? Who runs it, and what is their number?",
        "Did my job buy an extra plan that pays for ketamine?",
        why="Some employers buy such a benefit; the plan's general rule does not show it.",
        parts=(*hanging, *gap.among(KETAMINE)),
        decides=("fact:plan_has_kap_rider",),
        then={"yes": "Call the company that runs it. Its rules decide.", "no": "The plan's own policy decides."},
        skip="the plan was not bought by an employer",
    )


def _watching(gap: Gap) -> CallQuestion:
    parts = gap.among(("monitoring",))
    return asked(
        "E5",
        f"Is prolonged time of staff or clinician with a patient after treatment ({gap.said_codes(parts)}) paid apart, or is it part of "
        "another payment? Which document says so?",
        "Does my plan pay for the time I am watched at the clinic?",
        why="It is often held to be part of the visit or of the drug's code.",
        parts=parts,
        decides=("coverage", "codes"),
        then={"paid apart": "Note code, units and the proof of time.", "part of another payment": "Do not bill it apart."},
    )
