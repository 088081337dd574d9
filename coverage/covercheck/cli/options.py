"""The options of the commands, each described once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

ASKED = "What is asked (one of the three ways)"
PLAN = "The plan"
PATIENT = "The patient"
OUTPUT = "Output"
COMMON = "Everywhere"

PayersFolder = Annotated[
    Path | None, typer.Option("--payers", metavar="FOLDER", help="Folder of rule files; else COVERCHECK_PAYERS.", rich_help_panel=COMMON)
]
NoColor = Annotated[bool, typer.Option("--no-color", help="Plain text; so does NO_COLOR=1.", rich_help_panel=COMMON)]

PayerName = Annotated[str | None, typer.Option("--payer", help="Id, name, alias or EDI id of the payer.", rich_help_panel=PLAN)]
LineName = Annotated[
    str | None, typer.Option("--line", help="Line of business, such as commercial or medicare_advantage.", rich_help_panel=PLAN)
]
StateName = Annotated[str | None, typer.Option("--state", help="State of the plan, two letters.", rich_help_panel=PLAN)]
PlanName = Annotated[str | None, typer.Option("--plan", help="Name of the plan on the card.", rich_help_panel=PLAN)]
Market = Annotated[
    Literal["individual", "small_group", "large_group"] | None,
    typer.Option("--market", help="Who the plan is sold to.", rich_help_panel=PLAN),
]
Funding = Annotated[Literal["insured", "self_funded"] | None, typer.Option("--funding", help="Who bears the cost.", rich_help_panel=PLAN)]
ServiceDate = Annotated[str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="Date of service.", rich_help_panel=PATIENT)]
TherapyName = Annotated[str | None, typer.Option("--therapy", help="A named course of treatment, such as kap_iv.", rich_help_panel=ASKED)]
PartNames = Annotated[list[str] | None, typer.Option("--part", help="A part of a therapy; repeat for more.", rich_help_panel=ASKED)]
CodeNames = Annotated[list[str] | None, typer.Option("--code", help="A billing code; repeat for more.", rich_help_panel=ASKED)]
Diagnoses = Annotated[list[str] | None, typer.Option("--diagnosis", help="ICD-10-CM code; repeat for more.", rich_help_panel=PATIENT)]
Indication = Annotated[str | None, typer.Option("--indication", help="Why, when the codes alone don't say it.", rich_help_panel=PATIENT)]
Phase = Annotated[
    Literal["initial", "continuation"] | None, typer.Option("--phase", help="First course, or going on.", rich_help_panel=PATIENT)
]
Facts = Annotated[
    list[str] | None,
    typer.Option(
        "--fact", metavar="NAME=VALUE", help="A fact as payers/facts.yaml names it; an empty value means unknown.", rich_help_panel=PATIENT
    ),
]
FactsFile = Annotated[
    Path | None, typer.Option("--facts", metavar="FILE.json", help="Facts as a JSON object; --fact goes before.", rich_help_panel=PATIENT)
]
QuestionFile = Annotated[
    str | None,
    typer.Option(
        "--question", metavar="FILE|-", help="A whole question as POST /v1/checks takes it; other options go before.", rich_help_panel=ASKED
    ),
]
Restricted = Annotated[
    list[str] | None,
    typer.Option(
        "--restrict", metavar="PART", help="A part the patient paid in full and the plan must not be told of.", rich_help_panel=PATIENT
    ),
]
MemberId = Annotated[str | None, typer.Option("--member", help="The member's id on the card.", rich_help_panel=PATIENT)]
BirthDate = Annotated[str | None, typer.Option("--date-of-birth", metavar="YYYY-MM-DD", rich_help_panel=PATIENT)]
FirstName = Annotated[str | None, typer.Option("--first-name", help="As on the card.", rich_help_panel=PATIENT)]
LastName = Annotated[str | None, typer.Option("--last-name", help="As on the card.", rich_help_panel=PATIENT)]
Group = Annotated[str | None, typer.Option("--group", help="The group number on the card.", rich_help_panel=PATIENT)]
Npi = Annotated[str | None, typer.Option("--npi", help="The clinic's NPI, ten digits.", rich_help_panel=PLAN)]
TaxId = Annotated[str | None, typer.Option("--tax-id", help="The clinic's tax id.", rich_help_panel=PLAN)]
Deadline = Annotated[float | None, typer.Option("--deadline", min=0.05, max=60, metavar="SECONDS", help="How long to wait at most.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON instead of text.", rich_help_panel=OUTPUT)]
WholeCall = Annotated[bool, typer.Option("--call", help="The whole call sheet instead of its summary.", rich_help_panel=OUTPUT)]
AllCodes = Annotated[bool, typer.Option("--codes", help="Every billing code with what it is and when it holds.", rich_help_panel=OUTPUT)]
ForPatient = Annotated[bool, typer.Option("--patient", help="Add the answer in plain words for the patient.", rich_help_panel=OUTPUT)]
Ask = Annotated[
    bool | None,
    typer.Option(
        "--ask/--no-ask", help="Ask for what is missing; by default in a terminal, without --question and --json.", rich_help_panel=OUTPUT
    ),
]
