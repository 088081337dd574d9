"""The options of the commands, each described once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Optional

import typer

ASKED = "What is asked (one of the three ways)"
PLAN = "The plan"
PATIENT = "The patient"
OUTPUT = "Output"
COMMON = "Everywhere"

PayersFolder = Annotated[
    Optional[Path], typer.Option("--payers", metavar="FOLDER", help="Folder of rule files; else COVERCHECK_PAYERS.", rich_help_panel=COMMON)
]
NoColor = Annotated[bool, typer.Option("--no-color", help="Plain text; so does NO_COLOR=1.", rich_help_panel=COMMON)]

PayerName = Annotated[Optional[str], typer.Option("--payer", help="Id, name, alias or EDI id of the payer.", rich_help_panel=PLAN)]
LineName = Annotated[Optional[str], typer.Option("--line", help="Line of business, such as commercial or medicare_advantage.", rich_help_panel=PLAN)]
StateName = Annotated[Optional[str], typer.Option("--state", help="State of the plan, two letters.", rich_help_panel=PLAN)]
PlanName = Annotated[Optional[str], typer.Option("--plan", help="Name of the plan on the card.", rich_help_panel=PLAN)]
Market = Annotated[
    Optional[Literal["individual", "small_group", "large_group"]], typer.Option("--market", help="Who the plan is sold to.", rich_help_panel=PLAN)
]
Funding = Annotated[
    Optional[Literal["insured", "self_funded"]], typer.Option("--funding", help="Who bears the cost.", rich_help_panel=PLAN)
]
ServiceDate = Annotated[Optional[str], typer.Option("--date", metavar="YYYY-MM-DD", help="Date of service.", rich_help_panel=PATIENT)]
TherapyName = Annotated[Optional[str], typer.Option("--therapy", help="A named course of treatment, such as kap_iv.", rich_help_panel=ASKED)]
PartNames = Annotated[Optional[list[str]], typer.Option("--part", help="A part of a therapy; repeat for more.", rich_help_panel=ASKED)]
CodeNames = Annotated[Optional[list[str]], typer.Option("--code", help="A billing code; repeat for more.", rich_help_panel=ASKED)]
Diagnoses = Annotated[Optional[list[str]], typer.Option("--diagnosis", help="ICD-10-CM code; repeat for more.", rich_help_panel=PATIENT)]
Indication = Annotated[Optional[str], typer.Option("--indication", help="Why, when the codes alone don't say it.", rich_help_panel=PATIENT)]
Phase = Annotated[
    Optional[Literal["initial", "continuation"]], typer.Option("--phase", help="First course, or going on.", rich_help_panel=PATIENT)
]
Facts = Annotated[
    Optional[list[str]],
    typer.Option("--fact", metavar="NAME=VALUE", help="A fact as payers/facts.yaml names it; an empty value means unknown.", rich_help_panel=PATIENT),
]
FactsFile = Annotated[
    Optional[Path], typer.Option("--facts", metavar="FILE.json", help="Facts as a JSON object; --fact goes before.", rich_help_panel=PATIENT)
]
QuestionFile = Annotated[
    Optional[str],
    typer.Option("--question", metavar="FILE|-", help="A whole question as POST /v1/checks takes it; other options go before.", rich_help_panel=ASKED),
]
Restricted = Annotated[
    Optional[list[str]],
    typer.Option("--restrict", metavar="PART", help="A part the patient paid in full and the plan must not be told of.", rich_help_panel=PATIENT),
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON instead of text.", rich_help_panel=OUTPUT)]
WholeCall = Annotated[bool, typer.Option("--call", help="The whole call sheet instead of its summary.", rich_help_panel=OUTPUT)]
ForPatient = Annotated[bool, typer.Option("--patient", help="Add the answer in plain words for the patient.", rich_help_panel=OUTPUT)]
Ask = Annotated[
    Optional[bool],
    typer.Option("--ask/--no-ask", help="Ask for what is missing; by default in a terminal, without --question and --json.", rich_help_panel=OUTPUT),
]
