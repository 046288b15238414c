"""The marked words are the ones that answer: of the kind asked for, and nothing where no rule is sure."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.spans import answer_spans, asks_for_fact


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        (
            "How many fighters have Belgians contributed?",
            "Belgians have contributed more than 400 fighters to groups in Syria.",
            ["more than 400"],
        ),
        (
            "How many of them returned?",
            "Of those, more than 100 are thought to have returned.",
            ["more than 100"],
        ),
        ("How many teams took part?", "Teams from Iran are among the 163 teams in the contest.", ["163"]),
        ("How many teams took part?", "The three robots scored after two weeks.", []),
        ("How many people died in 2016?", "In 2016, 31 people died.", ["31"]),
        ("How much will the repairs cost?", "Repairs will cost 40 million kroner.", ["40 million"]),
        ("How much did it cost?", "It cost $1.5 billion in 2 years.", ["$1.5 billion"]),
        ("How much does the robot weigh?", "The robot weighs about 12 kg and costs $90.", ["about 12 kg"]),
        ("What percentage of votes went to her?", "She won 52.3 percent of 1,200 votes.", ["52.3 percent"]),
        ("How old is the suspect?", "The 34-year-old man was held for 2 days.", ["34"]),
        ("How old is Thomas Sam?", "Thomas Sam, 42, is a doctor in Sydney.", ["42"]),
        ("How old is she?", "They hope to clear 92,000 asylum claims.", []),
        ("When was the group established?", "The group, established in 2010, recruited dozens.", ["2010"]),
        ("When did it fall?", "The bridge fell on Monday, March 2, 2026.", ["Monday, March 2, 2026"]),
        ("Where did the bridge fall?", "A bridge fell in New York City at noon.", ["New York City"]),
        ("When was it established?", "He noted last year that it, established in 2010, recruited.", ["2010"]),
        ("When did she resign?", "Elected in 2012, she resigned in 2015.", ["2015"]),
        ("Where was the fire?", "A fire broke out in New York City on Monday.", ["New York City"]),
        ("Who won the race?", "The race was won by Jane Smith in June.", ["Jane Smith"]),
        ("Who founded the contest?", "The contest was founded by Dean Kamen.", ["Dean Kamen"]),
        (
            "Who is Matthew Levitt?",
            "said Matthew Levitt, the director of the Stein Program, adding that it grew.",
            ["the director of the Stein Program"],
        ),
        ("Who is Cres Eastman?", "Professor Cres Eastman says that it is crucial.", ["Professor"]),
        ("Who is Cres Eastman?", "Eastman said he is alarmed.", []),
        ("Why did it fall?", "It fell on 2 March 2026 for no known reason.", []),
        ("What did they want?", "They wanted 12 things.", []),
    ],
)
def test_the_words_that_answer_are_marked(question, sentence, expected):
    """A reader's eye goes to the mark first; a wrong one misleads more than none."""
    assert [sentence[start:end] for start, end in answer_spans(question, sentence)] == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [("Who won?", True), ("when was it", True), ("How many won?", True), ("Why?", False), ("", False)],
)
def test_questions_after_a_fact_are_told_apart(question, expected):
    """Only they may be refused because no such fact is there."""
    assert asks_for_fact(question) is expected


_PIECES = "who is how many much old when where Ada Lovelace , 12 in 1843 , aged 36 $4.5 million by"
_WORDS = st.lists(st.sampled_from(_PIECES.split()), max_size=16).map(" ".join)


@given(st.one_of(st.text(max_size=60), _WORDS), st.one_of(st.text(max_size=120), _WORDS))
def test_spans_lie_in_the_sentence_in_order_and_apart(question, sentence):
    """They are cut out of the text by whoever draws them."""
    end = 0
    for span in answer_spans(question, sentence):
        assert end <= span[0] < span[1] <= len(sentence)
        end = span[1]


_HOSTILE = """
from app.spans import answer_spans

starts = ["Who is A", "Who won ", "when ", "where ", "how many a ", "how much ", "how heavy heavy "]
units = [" ", "A ", "a", ", ", "1", "1 ", ",111", "one ", "twenty-", "A. ", "Ab-", "how much ", "who is A "]
fact = "A, the head of it, aged 34, paid $1,000 to Ab on May 1."
for start in starts:
    for unit in units:
        for end in ("", ",x", "?"):
            answer_spans((start + unit * 2000)[: 2000 - len(end)] + end, fact)
            answer_spans(start + "A", (unit * 5000)[:5000] + end)
"""


def test_no_question_and_no_sentence_holds_up_the_process():
    """A pattern that backtracks keeps every other question waiting too; one of these once took hours."""
    done = subprocess.run([sys.executable, "-c", _HOSTILE], timeout=60, check=False)
    assert done.returncode == 0


def test_a_name_in_a_question_may_hold_blanks_and_end_in_several_marks():
    """The form the pattern takes a name in must not lose any."""
    for question in ("Who is  Cres  Eastman ??", " who's Cres  Eastman", "Who was Cres  Eastman? "):
        sentence = "Professor Cres  Eastman says that it is crucial."
        assert [sentence[a:b] for a, b in answer_spans(question, sentence)] == ["Professor"]
