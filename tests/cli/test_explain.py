"""`explain`: the criteria tree of each text that spoke."""

from __future__ import annotations

from pathlib import Path

from tests.books import entry, files_of, policy
from tests.cli.conftest import Cli, write_book
from tests.cli.test_check import PLAN


def test_each_node_has_its_state_its_test_and_its_source(cli: Cli) -> None:
    said = cli("explain", *PLAN, "--part", "esketamine", "--fact", "age_years=41", "--fact", "madrs=20").stdout
    assert "✔ met: 18 or older [adult]" in said
    assert "age_years at least 18; given 41" in said
    assert "✘ unmet: MADRS of 28 or more [madrs-28]" in said
    assert "? unknown: HAM-D of 17 or more [hamd-17]" in said
    assert "hamd17 at least 17; not known" in said
    assert "? unknown: a severe episode [severe] (at least one of these)" in said
    assert "Policy 101 (text of 2026-06-01, strong)" in said


def test_edition_grade_authorization_and_exclusions_are_shown(cli: Cli) -> None:
    said = cli("explain", *PLAN, "--part", "esketamine", "--fact", "psychosis_history=yes").stdout
    assert "acme/101 · edition of 2025-01-01 · strong evidence · for treatment_resistant_depression" in said
    assert "says not covered" in said
    assert "✘ holds: excluded: psychosis now or in the past [psychosis]" in said
    assert "Authorization: ● needed" in cli("explain", *PLAN, "--part", "esketamine").stdout


def test_an_unread_stance_and_a_silent_part_are_told_apart(cli: Cli) -> None:
    assert "○ unread" in cli("explain", *PLAN, "--part", "psychotherapy").stdout
    assert "No text on file speaks of this part" in cli("explain", *PLAN, "--part", "monitoring").stdout


def test_a_text_set_aside_is_shown_with_the_reason(cli: Cli, folder: Path) -> None:
    named = policy("acme/gold", entry(stance="not_covered", says="Acme Gold excludes it."), plans=["Acme Gold"])
    write_book(folder, {"acme/gold.yaml": files_of(named)["acme/gold.yaml"]})
    said = cli("explain", *PLAN, "--part", "esketamine", "--plan", "acme gold").stdout
    assert "Acme Gold excludes it." in said
    assert "Set aside: acme/gold speaks more closely to this plan, on evidence at least as good." in said


def test_a_part_the_plan_must_not_be_told_of_is_left_out(cli: Cli) -> None:
    said = cli("explain", *PLAN, "--part", "esketamine", "--restrict", "esketamine").stdout
    assert "– not asked" in said
    assert "18 or older" not in said


def test_a_refused_question_is_refused_here_too(cli: Cli) -> None:
    done = cli("explain", "--payer", "acme")
    assert (done.exit_code, "--date: is missing" in done.stderr) == (2, True)
