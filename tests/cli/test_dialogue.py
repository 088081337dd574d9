"""`check` in a terminal asks for what is missing, and only for what can still change the answer."""

from __future__ import annotations

import codecs
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from time import monotonic

import pytest

pty = pytest.importorskip("pty", reason="needs a pseudo-terminal")
PATIENCE = 30.0
Talk = Callable[..., "Terminal"]


class Terminal:
    """A process on a pseudo-terminal, talked to as a person would."""

    def __init__(self, environment: dict[str, str], *arguments: str) -> None:
        self.ours, theirs = pty.openpty()
        command = [sys.executable, "-m", "covercheck", *arguments]
        env = {**environment, "TERM": "xterm", "COLUMNS": "150"}
        self.process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=env, start_new_session=True)
        os.close(theirs)
        self.said = ""

    def read(self, until: str | None) -> str:
        """What is said up to these words, or to the end."""
        begun = monotonic()
        said = ""
        decode = codecs.getincrementaldecoder("utf-8")().decode
        while until is None or until not in said:
            ready, _, _ = select.select([self.ours], [], [], 0.2)
            if ready:
                try:
                    chunk = os.read(self.ours, 65_536)
                except OSError:
                    chunk = b""
                if not chunk:
                    break
                said += decode(chunk)
            assert monotonic() - begun < PATIENCE, f"never said {until!r}, but {said!r}"
        self.said += said
        assert until is None or until in said, f"never said {until!r}, but {said!r}"
        return said

    def answer(self, prompt: str, written: str) -> str:
        """Wait for a prompt and answer it."""
        said = self.read(f"{prompt}")
        os.write(self.ours, f"{written}\n".encode())
        return said

    def end(self) -> int:
        """Read the rest; the exit code."""
        self.read(None)
        return self.process.wait(PATIENCE)


@pytest.fixture
def terminals(environment: dict[str, str]) -> Iterator[list[Terminal]]:
    """Terminals to be closed in the end."""
    opened: list[Terminal] = []
    yield opened
    for terminal in opened:
        if terminal.process.poll() is None:
            terminal.process.kill()
            terminal.process.wait()
        os.close(terminal.ours)


@pytest.fixture
def talk(environment: dict[str, str], terminals: list[Terminal]) -> Talk:
    """Open a terminal with a command."""

    def opened(*arguments: str, **more: str) -> Terminal:
        terminal = Terminal({**environment, **more}, *arguments)
        terminals.append(terminal)
        return terminal

    return opened


PLAN = ("--line", "commercial", "--state", "MA")


def test_a_whole_dialogue_leads_to_an_answer(talk: Talk) -> None:
    terminal = talk("check", *PLAN, NO_COLOR="1")
    terminal.answer("Payer (name, id or EDI id): ", "acne")
    assert "acme (Acme Health)" in terminal.read("Number or name: ")
    os.write(terminal.ours, b"1\n")
    terminal.answer("Number or name: ", "spravatto")
    terminal.answer("Number or name: ", "1")
    terminal.answer("(empty: today, ", "1.12.2026")
    terminal.answer("(empty: today, ", "2026-12-01")
    terminal.answer("(empty: unknown): ", "F33.2")
    said = terminal.answer("[number]: ", "many")
    assert "From your records" in said
    terminal.answer("[number]: ", "41")
    terminal.answer("[number]: ", "")
    terminal.answer("[number]: ", "20")
    terminal.answer("[yes/no]: ", "n")
    assert terminal.end() == 13
    assert "✔ likely covered" in terminal.said
    assert "Nearest: Spravato" in terminal.said


def test_a_fact_that_decides_alone_ends_the_questions(talk: Talk) -> None:
    terminal = talk("check", *PLAN, "--payer", "acme", "--part", "esketamine", "--date", "2026-12-01", "--diagnosis", "F33.2")
    terminal.answer("[number]", "17")
    assert terminal.end() == 10
    assert "MADRS score" not in terminal.said.split("likely not covered")[0]


def test_what_stays_unknown_is_not_asked_again(talk: Talk) -> None:
    terminal = talk("check", *PLAN, "--payer", "acme", "--part", "esketamine", "--date", "2026-12-01", "--diagnosis", "F33.2")
    for prompt in ("[number]", "[number]", "[number]", "[yes/no]"):
        terminal.answer(prompt, "")
    assert terminal.end() == 11


def test_line_and_state_are_asked_when_they_decide(talk: Talk) -> None:
    terminal = talk(
        "check", "--payer", "acme", "--part", "esketamine", "--date", "2026-12-01", "--diagnosis", "F33.2", "--fact", "age_years=17"
    )
    terminal.answer("Number or name", "commercial")
    assert terminal.end() == 10


def test_no_ask_answers_at_once_and_in_colour(talk: Talk) -> None:
    arguments = ("--payer", "acme", "--part", "esketamine", "--date", "2026-12-01", "--diagnosis", "F33.2", "--no-ask")
    terminal = talk("check", *PLAN, *arguments)
    assert terminal.end() == 11
    assert "\x1b[" in terminal.said
    plain = talk("check", *PLAN, *arguments, "--no-color")
    assert plain.end() == 11
    assert "\x1b[" not in plain.said


def test_json_never_asks(talk: Talk) -> None:
    terminal = talk("check", "--json", "--payer", "acme")
    assert terminal.end() == 2


def test_a_wrong_option_is_refused_before_anything_is_asked(talk: Talk) -> None:
    terminal = talk("check", "--state", "ZZ")
    assert terminal.end() == 2
    assert "--state" in terminal.said


def test_the_end_of_input_ends_the_questions(talk: Talk) -> None:
    terminal = talk("check", *PLAN)
    terminal.answer("EDI id): ", "acme")
    terminal.read("Number or name: ")
    os.write(terminal.ours, b"\x04")
    assert terminal.end() == 2
    assert "--date: is missing" in terminal.said


def test_an_interrupt_stops_without_a_trace(talk: Talk) -> None:
    terminal = talk("check", *PLAN)
    terminal.read("EDI id): ")
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.end() == 130
    assert "Traceback" not in terminal.said


def test_explain_asks_for_the_basics_only(talk: Talk) -> None:
    terminal = talk("explain", *PLAN, "--payer", "acme", "--part", "esketamine", "--date", "2026-12-01")
    terminal.answer("(empty: unknown)", "F33.2")
    assert terminal.end() == 0
    assert "18 or older" in terminal.said
