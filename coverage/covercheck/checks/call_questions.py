"""The questions any call may need: right plan and company, network, money, proof."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from covercheck.checks.answer import CallQuestion, PartAnswer
from covercheck.checks.call_gap import BEHAVIORAL, DRUGS, Gap, asked, authorization

PSYCHIATRY: Final = "90"
MEDICAL: Final = ("evaluation", *DRUGS, "monitoring")
EMPLOYER_LINES: Final = ("commercial", None)
NO_PLAN_COMPANY: Final = ("medicare_ffs", "va", "employer_benefit")
OUT_OF_NETWORK: Final = (
    "Ask whether the plan pays out of network, after which deductible, at what percent of what amount; then whether an exception "
    "can be asked for, and by whom."
)


def plan_questions(gap: Gap) -> Iterator[CallQuestion]:
    """Block A: is it the right plan, and the right company?"""
    if any("coverage_active" in part.assumes for part in gap.parts):
        yield _active(gap)
    if _funding_open(gap):
        yield asked(
            "A2",
            "What type of plan is it, is it insured or self-funded by the employer, and when does the plan year start and end?",
            "Does my job pay the claims itself? When does my plan year start?",
            why="A self-funded plan may write exclusions of its own, and an answer ends with the plan year.",
            parts=gap.parts,
            decides=("fact:plan_funding",),
            then={
                "insured": "The company's own policies apply.",
                "self-funded": "Ask for the plan document and any exclusion in it. The employer or plan administrator may hold it.",
            },
            skip="plan type and funding are on file for this plan year",
        )
    if gap.line not in NO_PLAN_COMPANY and gap.among((*BEHAVIORAL, "esketamine")):
        yield _company(gap)
    if gap.line not in ("va", "employer_benefit"):
        yield asked(
            "A4",
            "Is any other coverage on file that pays first?",
            "Do you show any other plan for me?",
            why="A claim to the wrong payer first is refused.",
            parts=gap.parts,
            decides=("payer_order",),
            then={"none": "Go on.", "another plan pays first": "Ask for its name, and call it first. Keep this reference number."},
            skip="the member confirmed that there is no other coverage",
        )


def _funding_open(gap: Gap) -> bool:
    asked_of = gap.question.asked
    said = asked_of.funding or gap.facts.get("plan_funding")
    return gap.line in EMPLOYER_LINES and said is None and asked_of.market not in ("individual", "small_group")


def _active(gap: Gap) -> CallQuestion:
    match gap.line:
        case "medicare_ffs":
            billing = f"Does the member have Part B on {gap.day}, in Original Medicare and not in a Medicare Advantage plan?"
        case "va":
            billing = f"Does VA hold a community care referral to this clinic for these services on {gap.day}? Number, dates, visits?"
        case "tricare":
            billing = f"Is the member eligible on {gap.day}? Which TRICARE plan and region, and is a referral needed?"
        case "employer_benefit":
            billing = f"Is the member enrolled in the employer's ketamine therapy benefit on {gap.day}? From when, until when?"
        case _:
            billing = f"Is the member active on {gap.day}? Since when, and is an end date on file?"
    plain = f"Did the VA send a referral for {gap.spoken_day}?" if gap.line == "va" else f"Is my plan active on {gap.spoken_day}?"
    return asked(
        "A1",
        billing,
        plain,
        why="No active plan, no benefit.",
        parts=gap.parts,
        decides=("coverage_active",),
        then={"yes": "Go on.", "no": "Stop. Ask for the new plan and begin again there."},
        skip="an eligibility check less than 24 hours old says it is active on that date",
    )


def _company(gap: Gap) -> CallQuestion:
    ours = f" Our records name {gap.administrator}; is that right here?" if gap.administrator else ""
    billing = f"Which company runs mental health benefits for this member, and which takes the claim? Phone and payer id?{ours}"
    if gap.line in ("medicaid", "chip"):
        billing = (
            "Which managed care plan does the member have, which company runs its mental health benefits, and which takes the claim? "
            f"Phone and payer id? Which code does the state's fee schedule carry?{ours}"
        )
    return asked(
        "A3",
        billing,
        "Does some other firm run mental health for my plan? What is their number?",
        why="Mental health is often run by another company, and one card can need two calls.",
        parts=gap.among((*BEHAVIORAL, "esketamine")),
        decides=("administrator",),
        then={"this company": "Go on.", "another company": "Take its number, call it, and begin again at A3. Keep this reference number."},
        skip="the administrator is on file for this plan year",
    )


def network_questions(gap: Gap) -> Iterator[CallQuestion]:
    """Block B: mental health and medical services are asked apart, since one can be in network and the other out."""
    if gap.is_medicare:
        return
    known_out = gap.facts.get("provider_in_network") is False
    plausible = tuple(part for part in gap.parts if part.leaning != "not_covered")
    talk = tuple(part for part in plausible if part.part in BEHAVIORAL and _network_open(part))
    medical = tuple(
        part for part in gap.parts if part.part == "esketamine" or (part in plausible and part.part in MEDICAL and _network_open(part))
    )
    if talk and not known_out:
        yield _network(gap, "B1", "mental health services", talk, "Is the clinic in my network for mental health visits?")
    if medical and not (known_out and "esketamine" not in {part.part for part in medical}):
        yield _network(gap, "B2", "medical services and drugs", medical, "Are the visit and the drug in my network too?")
    if known_out and plausible:
        yield from _out_of_network(plausible)


def _network_open(part: PartAnswer) -> bool:
    return "provider_in_network" in part.assumes or any(fact.fact == "provider_in_network" for fact in part.deciding_facts)


def _network(gap: Gap, name: str, family: str, parts: tuple[PartAnswer, ...], plain: str) -> CallQuestion:
    codes = gap.said_codes(parts, lambda code: code.startswith(PSYCHIATRY) == (name == "B1"))
    whose = {"va": "in the VA community care network", "employer_benefit": "a provider of this benefit"}.get(gap.line or "", "in network")
    return asked(
        name,
        f"Is {gap.clinic}, at [address of the visit], {whose} for {family} under this plan? The codes are {codes}.",
        plain,
        why="Network decides what is paid, and often whether. It can differ between mental health and medical codes.",
        parts=parts,
        decides=("fact:provider_in_network",),
        then={"in network": "Note NPI, tax id, address and codes it holds for.", "out of network": OUT_OF_NETWORK},
    )


def _out_of_network(parts: tuple[PartAnswer, ...]) -> Iterator[CallQuestion]:
    yield asked(
        "B3",
        "Does this plan pay out of network for these codes? Which deductible, and what percent of what amount?",
        "If the clinic is not in my network, does the plan pay some of it? How much?",
        why="Out of network the plan pays a share of its own allowed amount, or nothing.",
        parts=parts,
        decides=("coverage", "cost"),
        then={"yes": "Note deductible, percent, and of what.", "no": "Ask B4, and leave out the money questions."},
    )
    yield asked(
        "B4",
        "Can a gap exception or a single-case agreement be asked for? Who may start it, and how?",
        "Can I ask you to treat this clinic as in my network?",
        why="Some plans let only the patient or a network clinic start it.",
        parts=parts,
        decides=("coverage",),
        then={"yes": "Note who starts it, the form and the case number.", "no": "Talk about paying oneself."},
        skip="a clinic in network offers the same part",
    )


def money_questions(gap: Gap) -> Iterator[CallQuestion]:
    """Block F, only for parts that will plausibly be paid; the patient's "what is my share" is the plain wording of F2."""
    parts = tuple(
        part for part in gap.told if part.result == "likely_covered" or (part.result == "uncertain" and part.leaning == "covered")
    )
    if not parts or gap.line in ("va", "medicare_ffs"):
        return
    skip = "an eligibility check of today shows it"
    note = {"an amount": "Use it for today's estimate only. Any claim changes it."}
    for name, kinds, billing, plain, why in (
        ("F1", ("deductible",), "Which deductible applies to these codes (medical, mental health, pharmacy), and how much of it is met?",
         "How much of my deductible is left?", "The first visits of a year often fall under it."),
        ("F2", ("copay", "coinsurance"), f"What is the copay or coinsurance for {gap.said_codes(parts)}? A percentage of what amount?",
         "After that, about how much is my share for each visit?", "A percentage of the allowed amount is not one of the charge."),
        ("F3", ("out_of_pocket",), "What is the out-of-pocket maximum, and how much of it is met?",
         "What is the most I could owe this year? How much have I paid so far?", "Once it is met, cost shares end for the year."),
    ):  # fmt: skip
        if not _stated(parts, *kinds):
            yield asked(name, billing, plain, why=why, parts=parts, decides=("cost",), then=note, skip=skip)


def _stated(parts: tuple[PartAnswer, ...], *kinds: str) -> bool:
    """The payer's systems gave a figure of one of these kinds for every part."""
    return all(any(cost.kind in kinds for cost in part.cost_share) for part in parts)


def proof_questions(gap: Gap) -> Iterator[CallQuestion]:
    """Block G, never skipped."""
    yield asked(
        "G1", "Let me read back what I wrote down. Is that right?", "Let me read this back. Is it right?",
        why="It catches mix-ups between codes, benefits and networks.", parts=gap.parts, decides=("proof",),
        then={"yes": "Go on.", "no": "Correct it, and read it back again."},
    )  # fmt: skip
    yield asked(
        "G2", "May I have your name or id and the reference number? Does it cover all we discussed?",
        "What is your name? What is the number for this call?", why="Without it the call is one word against another.",
        parts=gap.parts,
        decides=("proof",), then={"given": "Write it down.", "refused": "Write down the refusal, and ask for a supervisor."},
    )  # fmt: skip
    yield asked(
        "G3", "Can you send this in writing, or note it on the member's account? With the policy's name and number?",
        "Can you send me this in writing?", why="A written answer weighs more than an oral one.", parts=gap.parts, decides=("proof",),
        then={"yes": "Note by when, and by which way.", "no": "Note that it stays oral."},
    )  # fmt: skip
    yield asked(
        "G4", "Is there anything that could still change this answer?", "Is there anything that could change this?",
        why="It brings out exclusions, riders and plans about to end.", parts=gap.parts, decides=("proof",),
        then={"no": "Thank them, and note the time.", "something": "Ask for its document and date."},
    )  # fmt: skip
    if not gap.is_medicare and any(authorization(part) != "not_needed" for part in gap.parts):
        dose = " dose," if gap.among(DRUGS) else ""
        yield asked(
            "G5", f"If an authorization is on file: its number, start, end, units, codes, NPI,{dose} and who decided?", None,
            why="The claim must match the authorization in every one of these.",
            parts=tuple(part for part in gap.parts if authorization(part) != "not_needed"), decides=("authorization",),
            then={"on file": "Copy it in full.", "none": "Ask how to start one."},
        )  # fmt: skip
