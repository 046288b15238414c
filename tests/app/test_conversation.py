"""Follow-up questions: what they leave out is said, and what stands alone is left alone."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.antecedents import Turn
from app.conversation import standalone

BRIDGE = [Turn(question="When did the Humber Bridge open?", answer="The Humber Bridge opened in 1981. [1]")]
MAYOR = [
    Turn(
        question="Who said that repairs will cost 40 million kroner?",
        answer="The mayor, Kari Holm, said that repairs will cost 40 million kroner. [1]",
    )
]
STRIKE = [Turn(question="Why did the nurses strike in Norway?", answer="Nurses wanted higher pay. [1]")]


@pytest.mark.parametrize(
    ("turns", "question", "expected"),
    [
        (BRIDGE, "Who built it?", "Who built Humber Bridge?"),
        (BRIDGE, "What was its cost?", "What was Humber Bridge’s cost?"),
        (BRIDGE, "How many people work there?", "How many people work in Humber Bridge?"),
        (BRIDGE, "Why?", "Why (Humber Bridge)?"),
        (BRIDGE, "Tell me more.", "Tell me more about Humber Bridge."),
        (BRIDGE, "And the toll?", "And the toll (Humber Bridge)?"),
        (BRIDGE, "What about the toll?", "What about the toll (Humber Bridge)?"),
        (MAYOR, "When was she elected?", "When was Kari Holm elected?"),
        (MAYOR, "How old is he?", "How old is Kari Holm?"),
        (STRIKE, "Did they get what they asked for?", "Did nurses get what they asked for (Norway)?"),
        (
            [Turn(question="What was the role of the harbour strike in coastal trade?")],
            "When did it begin?",
            "When did the harbour strike begin (coastal trade)?",
        ),
        (STRIKE, "And in Sweden?", "Why did the nurses strike in Sweden?"),
        (STRIKE, "I meant doctors", "Why did the nurses strike in Norway (doctors)?"),
        (
            [Turn(question="How many ships were built in Oslo in 2018?")],
            "and in 2019?",
            "How many ships were built in Oslo in 2019?",
        ),
        (
            [Turn(question="Which coastal towns are threatened by rising seas?")],
            "What will these towns do?",
            "What will the coastal towns do?",
        ),
    ],
)
def test_a_follow_up_says_what_it_leaves_out(turns: list[Turn], question: str, expected: str):
    """Pronouns, ellipsis, "what about", another year or place, what points back."""
    assert standalone(question, turns) == expected


def test_he_is_who_was_spoken_of_last():
    """A person of three questions ago is not the next question's."""
    turns = [
        Turn(question="Who is Valeska Paris?", answer="Valeska Paris is a former Scientologist. [1]"),
        Turn(question="When did Valeska Paris leave?"),
        Turn(question="Who is the mayor of Bergen?"),
    ]
    assert standalone("How old is he?", turns) == "How old is the mayor of Bergen?"


def test_what_only_looks_like_a_place_is_not_replaced():
    """The Turkish earthquake is not the Syria earthquake."""
    turns = [Turn(question="How many people died in the Turkish earthquake?")]
    assert standalone("And in Syria?", turns) == "How many people died in the Turkish earthquake in Syria?"


@pytest.mark.parametrize(
    "question",
    [
        "Who is the prime minister of New Zealand?",
        "How many people were hurt in the Oslo tunnel fire?",
        "What did Angela Merkel say about the budget, and why did she say it?",
        "What is inflation doing to bakeries in Poland?",
        "Is it true that Canada closed the Arctic port?",
        "How long does it take to repair a collapsed tunnel roof?",
        "Are there any plans for new hospitals in Bergen?",
        "What is the length of the Gotthard tunnel?",
        "Which film that was shot in Malta won an award?",
    ],
)
@pytest.mark.parametrize("turns", [BRIDGE, MAYOR, STRIKE])
def test_a_question_that_stands_alone_is_left_alone(turns: list[Turn], question: str):
    """A new subject must not be searched together with the old one."""
    assert standalone(question, turns) == question


def test_the_first_question_is_left_alone():
    """There is nothing that it could point back at."""
    assert standalone("Why did it close?", []) == "Why did it close?"


def test_the_subject_is_carried_from_turn_to_turn():
    """Turns hold what was searched, so what a pronoun stood for is still known three questions later."""
    turns: list[Turn] = []
    for question in (
        "When did the Humber Bridge open?",
        "Who built it?",
        "Was it expensive?",
        "And how long is it?",
    ):
        turns.append(Turn(question=standalone(question, turns)))
    assert "Humber Bridge" in turns[-1].question


def test_an_answer_says_whom_a_pronoun_means():
    """The question asked for a name; the answer gave it."""
    turns = [Turn(question="Who won the election?", answer="Jacinda Ardern won the election. [1]")]
    assert standalone("When did she take office?", turns) == "When did Jacinda Ardern take office?"


def test_a_new_subject_is_the_subject_from_then_on():
    """It points back at what was asked last, not at what was asked first."""
    turns = [*BRIDGE, Turn(question="Who is the king of Norway?", answer="King Harald is the king. [1]")]
    assert not any(
        "Humber" in standalone(question, turns) for question in ("How old is he?", "Why?", "And then?")
    )


@pytest.mark.parametrize("question", ["Hvorfor?", "为什么?", "ولماذا؟", "?", "…", "🙂", "\u202e\u0000"])
def test_what_is_not_english_is_left_alone(question: str):
    """The rules know one language; elsewhere they would only do harm."""
    turns = [Turn(question="Hvem bygde broen ved fjorden?", answer="Broen ble bygget av staten. [1]")]
    assert standalone(question, turns) == question


@given(
    st.text(max_size=200)
    | st.sampled_from(["Why is it so?", "What about them?", "and in 2019?", "I meant \udc80"]),
    st.lists(st.builds(Turn, question=st.text(max_size=200), answer=st.text(max_size=200)), max_size=6),
)
def test_anything_can_be_asked_after_anything(question: str, turns: list[Turn]):
    """A rewrite is never longer than a question may be, and there is always one."""
    rewritten = standalone(question, turns)
    assert rewritten == question or len(rewritten) <= 2000
    assert bool(rewritten.strip()) == bool(question.strip())


@pytest.mark.parametrize(
    "unit", ["it ", "the ", "of the ", "a,", "A", "thatthat ", "Why? ", "' ", "and in ", "1 "]
)
def test_long_histories_and_questions_cost_little(unit: str):
    """The bound is generous; what it would catch is a pattern that reads again and again."""
    long = unit * (2000 // len(unit))
    turns = [Turn(question=long, answer=unit * (200_000 // len(unit)))] * 200
    began = time.process_time()
    for question in (long, "Why is it so?", f"How is it? {long[:200]}", f"I mean {long[:200]}"):
        assert len(standalone(question, turns)) <= max(2000, len(question))
    assert time.process_time() - began < 2
