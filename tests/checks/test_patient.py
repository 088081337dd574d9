"""What the patient reads: plain words, the same result as the staff's, never a promise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covercheck.checks.answer import CallPrompt, PatientView
from covercheck.checks.call import call_prompt
from covercheck.checks.check import Checker
from covercheck.checks.patient import patient_view
from covercheck.checks.request import parse_request
from tests.checks.answers import BOOK, LABELS, NOON, PARTS, authorized, fact, part, question, reason, view_for
from tests.checks.test_call import answers

PROMISES = ("guaranteed", "approved", "you will pay", "you qualify", "your insurance will pay", "no cost")
LONGEST_SENTENCE = 22


def texts_of(view: PatientView, call: CallPrompt | None = None) -> Iterator[str]:
    """Every text a patient may read."""
    yield view.headline
    for shown in view.parts:
        yield from (shown.label, shown.says, shown.next)
    yield from (*view.ask_your_plan, *view.notes, view.crisis)
    if call is not None:
        yield from (call.opening_plain, *(q.plain for q in call.questions if q.plain is not None))


def promises_in(text: str) -> list[str]:
    """Words that promise something; "covered" may follow "likely" or "likely not" only."""
    low = text.lower()
    bare = re.sub(r"likely (not )?covered", "", low)
    return [word for word in PROMISES if word in low] + re.findall(r"\w*covered\w*", bare)


def syllables(word: str) -> int:
    """Groups of vowels, a silent e at the end left out; a number or a code counts as one."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    if any(sign.isdigit() for sign in word) or not letters:
        return 1
    groups = len(re.findall(r"[aeiouy]+", letters))
    silent = letters.endswith("e") and not letters.endswith(("le", "ee")) and groups > 1
    return max(1, groups - silent)


def sentences(text: str) -> list[list[str]]:
    """The words of each sentence."""
    split = re.split(r"[.?!:;]+(?:\s|$)", text)
    return [words for piece in split if (words := re.findall(r"[A-Za-z0-9'’./-]+", piece))]


def grade(text: str) -> float:
    """The Flesch-Kincaid grade level."""
    said = sentences(text)
    words = [word for sentence in said for word in sentence]
    return 0.39 * len(words) / len(said) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def test_the_measure_of_reading_grade_tells_easy_from_hard() -> None:
    assert grade("The cat sat on the mat. It was warm.") < 2
    assert grade("Prior authorization determinations necessitate comprehensive documentation of medical necessity.") > 15


# What each result says


def test_the_headline_counts_the_parts_by_result() -> None:
    headline = view_for(part("evaluation", "likely_covered"), part("ketamine_iv", "likely_not_covered"), part("esketamine")).headline
    assert headline == "1 of 3 parts is likely covered. 1 is likely not covered. 1 needs a call to your plan."


def test_each_part_keeps_its_result_and_its_patient_label() -> None:
    view = view_for(part("esketamine", "depends"), part("ketamine_iv"))
    assert [(p.part, p.label, p.result) for p in view.parts] == [
        ("esketamine", "Spravato nose spray", "depends"),
        ("ketamine_iv", "Ketamine by vein", "uncertain"),
    ]


def test_not_knowing_is_not_told_as_a_no() -> None:
    says = view_for(part("ketamine_iv")).parts[0].says
    assert "could not find out" in says
    assert "not pay" not in says


@pytest.mark.parametrize(("leaning", "words"), [("covered", "your plan may pay"), ("not_covered", "your plan may not pay")])
def test_a_leaning_is_shown(leaning: str, words: str) -> None:
    assert words in view_for(part("ketamine_iv", leaning=leaning)).parts[0].says


def test_a_decided_part_tells_from_when_its_rule_is() -> None:
    view = view_for(part("psychotherapy", "likely_covered", reasons=(reason("adult", "met"),)))
    assert "June 2026" in view.parts[0].says


@pytest.mark.parametrize(
    ("state", "words"), [("needed", "must say yes"), ("unknown", "may want to say yes"), ("on_file", "Ask which dates")]
)
def test_authorization_is_put_as_a_yes_of_the_plan(state: str, words: str) -> None:
    assert words in view_for(part("psychotherapy", "likely_covered", prior_authorization=authorized(state))).parts[0].next


def test_no_authorization_is_not_a_thing_to_worry_about() -> None:
    told = view_for(part("psychotherapy", "likely_covered", prior_authorization=authorized("not_needed"))).parts[0].next
    assert "say yes" not in told


def test_an_open_part_names_what_patient_or_clinic_can_say_and_not_what_the_payer_knows() -> None:
    facts = (fact("plan.name", "patient"), fact("plan_excludes_service"))
    says = view_for(part("ketamine_iv", "depends", deciding_facts=facts)).parts[0].says
    assert "name of the plan on your card" in says
    assert "exclude" not in says


def test_a_plan_that_is_not_active_leads_to_the_new_one() -> None:
    told = view_for(part("ketamine_iv", "likely_not_covered", next_step="find_new_plan")).parts[0].next
    assert "which plan you have now" in told


def test_a_part_kept_from_the_plan_is_told_as_the_patients_choice() -> None:
    view = view_for(part("ketamine_iv", "not_asked"), part("psychotherapy"), restricted_parts=["ketamine_iv"])
    assert "as you chose" in view.parts[0].says
    assert any("Do not tell your plan" in note for note in view.notes)
    assert not [line for line in view.ask_your_plan if "ketamine" in line.lower()]


def test_a_label_that_promises_is_not_shown() -> None:
    boastful = BOOK.therapies.parts["evaluation"].model_copy(update={"patient_label": "Visits that are covered"})
    therapies = BOOK.therapies.model_copy(update={"parts": {**BOOK.therapies.parts, "evaluation": boastful}})
    asked = question(parts=["evaluation"])
    view = patient_view(replace(BOOK, therapies=therapies), asked, [part("evaluation", "likely_covered")], None)
    assert view.parts[0].label == "evaluation"


# The call, and what always stands there


def test_the_call_is_listed_in_plain_words_with_the_codes_to_read_out() -> None:
    view = view_for(part("ketamine_iv"))
    assert any("J3490" in line for line in view.ask_your_plan)
    assert any("Is my plan active on December 1, 2026?" in line for line in view.ask_your_plan)
    assert len(set(view.ask_your_plan)) == len(view.ask_your_plan)


def test_without_a_call_there_is_nothing_to_ask() -> None:
    assert view_for(part("psychotherapy", "likely_covered")).ask_your_plan == ()


def test_a_call_comes_with_an_interpreter_and_is_no_promise() -> None:
    notes = " ".join(view_for(part("ketamine_iv")).notes)
    assert "interpreter" in notes
    assert "What they say is not a promise." in notes


@pytest.mark.parametrize("result", ["likely_covered", "likely_not_covered", "depends", "uncertain", "not_asked"])
def test_the_crisis_line_and_the_caveat_stand_in_every_view(result: str) -> None:
    view = view_for(part("psychotherapy", result))
    assert "988" in view.crisis
    assert any("not a promise" in note for note in view.notes)


# For every combination


@settings(max_examples=150, deadline=None)
@given(answers())
def test_no_patient_text_holds_a_promise(drawn: tuple[dict[str, Any], list[Any]]) -> None:
    asked_of, parts = drawn
    asked = question(**asked_of)
    call = call_prompt(BOOK, asked, parts, NOON)
    view = patient_view(BOOK, asked, parts, call)
    assert [p.result for p in view.parts] == [p.result for p in parts]
    for text in texts_of(view, call):
        assert promises_in(text) == [], text


def test_the_search_for_promises_finds_them() -> None:
    assert promises_in("It is covered.") == ["covered"]
    assert promises_in("Likely not covered. You qualify.") == ["you qualify"]
    assert promises_in("Likely covered.") == []


@settings(max_examples=60, deadline=None)
@given(answers())
def test_patients_need_no_more_than_six_years_of_school(drawn: tuple[dict[str, Any], list[Any]]) -> None:
    asked_of, parts = drawn
    asked = question(**asked_of)
    call = call_prompt(BOOK, asked, parts, NOON)
    texts = list(texts_of(patient_view(BOOK, asked, parts, call), call))
    assert grade(". ".join(text.rstrip(".?") for text in texts)) <= 6
    assert sum(map(grade, texts)) / len(texts) <= 6.5
    for text in texts:
        assert all(len(sentence) <= LONGEST_SENTENCE for sentence in sentences(text)), text


@st.composite
def shipped_questions(draw: st.DrawFn) -> dict[str, Any]:
    payer, line = draw(
        st.sampled_from(
            [
                ("bcbs-massachusetts", "commercial"),
                ("aetna", "commercial"),
                ("unitedhealthcare", "medicaid"),
                ("cigna", "exchange"),
                ("medicare-ffs", "medicare_ffs"),
            ]
        )
    )
    therapy = draw(st.sampled_from(["spravato", "spravato_with_psychotherapy", "kap_iv", "kap_im", "kap_oral", "kap_nasal"]))
    plan = {"line": line, "state": draw(st.sampled_from(["MA", "OH", "CA"]))}
    return {"payer": payer, "plan": plan, "date_of_service": "2026-12-01", "therapy": therapy, "diagnoses": ["F33.2"]}


@settings(max_examples=40, deadline=None)
@given(body=shipped_questions())
def test_what_the_shipped_rules_tell_patients_is_as_plain(checker: Checker, body: dict[str, Any]) -> None:
    answer = checker.check(parse_request(body), check_id="chk_test", now=NOON)
    assert (answer.call is None) is all(p.result != "uncertain" for p in answer.parts)
    texts = list(texts_of(answer.patient_view, answer.call))
    assert [text for text in texts if promises_in(text)] == []
    assert sum(map(grade, texts)) / len(texts) <= 6.5


def test_the_labels_used_here_are_those_of_every_part() -> None:
    assert set(LABELS) == set(PARTS)
