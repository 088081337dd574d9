"""The call prompt on the screen: its summary, and the whole sheet."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from covercheck.checks.answer import AnswerLeadsTo, CallPrompt, CallQuestion, Cite, CodeAnswer, DecidingFact, Note, Whom
from covercheck.cli.screen import Screen
from covercheck.cli.show_call import show_call

CITE = Cite("Acme contacts", "https://acme.example", "2026-01-01", "2026-11-22", "primary", "acme/101", "2026-01-01")
QUESTION = CallQuestion(
    "auth",
    "authorization",
    "Is J0013 to be authorized?",
    None,
    "It comes first.",
    ("esketamine",),
    (),
    (AnswerLeadsTo("yes", "ask for the form"),),
    "it is in writing",
)
CALL = CallPrompt(
    for_parts=("esketamine",),
    whom=(
        Whom("Acme", "the number on the card", None, None, None, None, None),
        Whom("Acme", "benefits", "1-800-555-0100", "8-17", True, None, CITE),
    ),
    minutes=20,
    opening="Hello, this is the clinic.",
    opening_plain="Hi.",
    have_at_hand=("the card",),
    gather_first=(DecidingFact("madrs", "clinic", "MADRS", "What was the MADRS score?", (), True, True),),
    codes=(CodeAnswer("J0013", "bill", "esketamine", None, "payer"),),
    questions=tuple(replace(QUESTION, id=str(number)) for number in range(5)),
    half_answers=(AnswerLeadsTo("it depends", "ask on what"),),
    write_down=("the reference number",),
    read_back="So you said yes.",
    do_not_ask=(Note("x", "whether ketamine therapy is covered"),),
)


def shown(whole: bool, width: int = 120) -> str:
    """What stands on the screen."""
    paper = StringIO()
    console = Console(width=width, color_system=None, highlight=False, markup=False, file=paper)
    show_call(Screen(console, console, plain=False), CALL, whole)
    return paper.getvalue()


def test_the_summary_names_whom_how_long_and_the_first_questions() -> None:
    said = shown(whole=False)
    assert "About 20 minutes, 5 questions, for esketamine. The whole sheet: --call." in said
    assert said.count("Is J0013 to be authorized?") == 3
    assert "and 2 more" in said
    assert said.index("the number on the card") < said.index("1-800-555-0100")


def test_a_phone_number_stands_with_its_source_and_date() -> None:
    for whole in (True, False):
        assert "1-800-555-0100 · 8-17 · open now (from Acme contacts (text of 2026-01-01))" in shown(whole)


@pytest.mark.parametrize(
    "words",
    [
        "the card",
        "What was the MADRS score?",
        "J0013",
        "Hello, this is the clinic.",
        "5. ☐ Is J0013",
        "Why: It comes first.",
        "yes → ask for the form",
        "Skip when: it is in writing",
        "it depends → ask on what",
        "the reference number",
        "whether ketamine therapy is covered",
        "So you said yes.",
    ],
)
def test_the_sheet_holds_everything(words: str) -> None:
    assert words in shown(whole=True)
