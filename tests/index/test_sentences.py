"""The sentence is what a citation points at: cut wrong, the reader is shown half a thought or two."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.records import assert_exact
from index.sentences import MAX_SENTENCE_CHARS, split

PIECES = st.sampled_from(
    [
        *"aT5•“”\"'’()[].!?…;,—\n\r\u2028\x85\x1c\xa0。؟।」ก😀\u0301",
        "The",
        "said",
        "U.S.",
        "Mr.",
        "a.m.",
        "1.",
        "2)",
        "...",
    ]
)
NASTY = st.one_of(
    st.text(max_size=80),
    st.lists(PIECES, max_size=40).map("".join),
    st.lists(PIECES, max_size=40).map(" ".join),
)


def pieces(text: str, language: str = "en") -> list[str]:
    return [text[one.start : one.end] for one in split(text, language)]


@settings(max_examples=600, deadline=None)
@given(NASTY)
def test_every_character_that_is_not_blank_lies_in_exactly_one_sentence(text: str):
    """What lies in none can never be cited, what lies in two is cited twice."""
    sentences = split(text)
    assert_exact(text, sentences)
    outside = text
    for one in reversed(sentences):
        outside = outside[: one.start] + outside[one.end :]
    assert not outside.strip()


@settings(max_examples=300, deadline=None)
@given(st.lists(NASTY, max_size=5))
def test_a_line_is_split_without_regard_to_the_others(lines: list[str]):
    """Editing one paragraph must not move the sentences of another."""
    alone = [piece for line in lines for piece in pieces(line)]
    assert pieces("\n\n".join(lines)) == alone


@pytest.mark.parametrize(
    "text", ["word " * 3_000, "a" * 9_000, "one, two; " * 900, "中" * 5_000, "a" + "\u0301" * 5_000]
)
def test_a_text_without_stops_is_cut_and_stays_bounded(text: str):
    """An embedder and a page can only bear so much; nothing may hang on a file without a full stop."""
    sentences = split(text)
    assert_exact(text, sentences)
    assert max(one.end - one.start for one in sentences) <= MAX_SENTENCE_CHARS


def test_a_long_run_is_cut_at_a_semicolon_before_a_comma_before_a_blank():
    """Where a cut has to be, it should be where a reader would pause."""
    first = pieces("one, two; three " * 200)[0]
    assert first.endswith(";")
    assert pieces("one, two three " * 200)[0].endswith(",")


# One sentence a line, as it should be found when the lines are joined by a blank.
NEWS = {
    "titles and initials": """
        U.S. Sen. John Smith met Lt. Gov. J. B. Lee, Dr. R. Jones and Mrs. Doe on Jan. 5.
        George W. Bush: the man.
        Rep. Mike Rogers, R-Ala., spoke first.
        The film stars Samuel L. Jackson and Robert Downey Jr. in London.
        It was you and I.
        Did they?""",
    "countries": """
        He lives in the U.S. and works for the U.N. Security Council.
        She moved to the U.S.
        The President signed it in Washington D.C.
        Image: Associated Press.
        The U.S. Department of State agreed.""",
    "times": """
        It opens at 3 p.m. Monday and closes at 6 p.m. EST.
        They left at 9 p.m.
        Police came at 10 a.m.
        Nobody knew.""",
    "numbers": """
        The bill costs $3.5 million, up 2.4 percent from No. 5 in Sept. 2015.
        See p. 55 and vol. 3.
        He said no.
        Five people died in 2005.
        It ended 3-2.""",
    "companies": """
        Apple Inc. Chief Executive Tim Cook left.
        He works for Acme Corp.
        It makes things.
        They closed the deal with Pitt & Co. at noon.""",
    "quotations": """
        “We won.”
        “We lost,” he said.
        She said it was “a significant public benefit.”
        The president agreed.
        'This is great.'
        "Why?" John Smith asked.
        "Stop it!" she said.
        He called it 'a disgrace'.
        “It is over,” said Mr. Lee.
        “We go.”""",
    "brackets and references": """
        He teaches (he worked as an engineer.) at the university.
        (It was late.)
        He left. [4] [7]
        Then he came back.[12]
        It was over (see p. 5).""",
    "ellipses": """
        I never meant that....
        She left ... well, quickly.
        He wondered…
        Nobody answered.""",
    "addresses": """
        Visit https://www.example.com/a.b?c=d.
        Write to jane.doe@example.com.
        Node.js and Yahoo! in one sentence of VisitOhio.Com today.""",
    "datelines": """
        WASHINGTON (AP) — The president said so.
        ST. LOUIS (Reuters) - It rained on Feb. 3.
        NEW YORK, Jan. 5 — Shares fell.""",
    "sentences whose first word was lost": """
        It was held at headquarters in Mountain View, California.
        of Google met him.
        Both are in the camp.
        veteran politicians lost.
        She is a critic of the law.
        year child, officials said, of approx. ten people and the govt. of India.""",
}


@pytest.mark.parametrize("block", NEWS.values(), ids=NEWS.keys())
def test_news_is_split_as_people_do(block: str):
    """Full stops that end nothing are what news is full of."""
    expected = [line.strip() for line in block.strip().splitlines()]
    assert pieces(" ".join(expected)) == expected


# From the English Golden Rules of pySBD (MIT).
GOLDEN = [
    [
        "At 5 a.m. Mr. Smith went to the bank.",
        "He left the bank at 6 P.M.",
        "Mr. Smith then went to the store.",
    ],
    ["I live in the E.U.", "How about you?"],
    ["St. Michael's Church is on 5th st. near the light."],
    ["1.) The first item", "2.) The second item"],
    ["• 9. The first item", "• 10. The second item"],
    ["a. The first item", "b. The second item", "c. The third list item"],
    ["You can find it at N°. 1026.253.553.", "That is where the treasure is."],
    ["We make a good team, you and I.", "Did you see Albert I. Jones yesterday?"],
    ['"Bohr [...] used the analogy of parallel stairways [...]" (Smith 55).'],
    [
        "One further habit was that of combining words into compounds.",
        ". . . The practice was not abandoned. . . .",
    ],
]


@pytest.mark.parametrize("sentences", GOLDEN, ids=lambda sentences: sentences[0][:30])
def test_golden_rules_hold(sentences: list[str]):
    """The rules other splitters are measured by."""
    assert pieces(" ".join(sentences)) == sentences


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("zh", ["习近平星期二会见了他。", "他说：“我们很高兴。”", "会议结束了！", "真的吗？"]),
        ("ja", ["「雨が降った。」と彼は言った。", "次の文です。"]),
        ("ar", ["قال الرئيس اليوم.", "هل هذا صحيح؟", "نعم."]),
        ("ur", ["یہ پہلا جملہ ہے۔", "یہ دوسرا ہے۔"]),
        ("hi", ["यह पहला वाक्य है।", "यह दूसरा है॥", "तीसरा।"]),
        ("hy", ["Բարեւ։", "Ինչպես ես։"]),
        ("am", ["ሰላም።", "እንዴት ነህ፧"]),
        ("my", ["ဒါက ပထမ။", "ဒါက ဒုတိယ။"]),
        ("km", ["នេះជាប្រយោគ។", "នេះទៀត។"]),
        ("el", ["Τι κάνεις;", "Είμαι καλά."]),
        (
            "de",
            [
                "Am 3. Oktober kam Dr. Müller nach Berlin.",
                "Er sagte z.B. nichts.",
                "Im 19. Jahrhundert war das so.",
            ],
        ),
        ("fr", ["M. Macron a dit : « Bonjour. »", "Puis il est parti."]),
        ("ru", ["А. С. Пушкин родился в 1799 г. в Москве.", "Он писал."]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_other_scripts_and_languages_are_split(language: str, sentences: list[str]):
    """News is not all English, and not all scripts put a blank after a stop."""
    blank = "" if language in {"zh", "ja"} else " "
    assert pieces(blank.join(sentences), language) == sentences


def test_thai_is_cut_at_blanks_and_not_at_each():
    """Thai has no full stop; its blanks part phrases as well as sentences."""
    phrase = "รัฐบาลประกาศมาตรการใหม่เมื่อวันอังคาร"
    found = pieces(" ".join([phrase] * 9))
    assert 1 < len(found) < 9


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("A headline without a stop\n\nThe text.", ["A headline without a stop", "The text."]),
        ("• First point\n• Second point", ["• First point", "• Second point"]),
        ("An exhibit in Milan Image: A. Photographer.", ["An exhibit in Milan", "Image: A. Photographer."]),
        (
            "Jane Doe talks to us Saturday, January 31, 2009",
            ["Jane Doe talks to us", "Saturday, January 31, 2009"],
        ),
        (
            "Jane Doe of the Union In the eastern district, turnout rose.",
            ["Jane Doe of the Union", "In the eastern district, turnout rose."],
        ),
        ("He won for In the Heat of the Night, a film.", ["He won for In the Heat of the Night, a film."]),
        ("It rained.He left. “Now?”She stayed.", ["It rained.", "He left.", "“Now?”", "She stayed."]),
        ("He left. —\nShe stayed.", ["He left. —", "She stayed."]),
        ('It was cold. "We left. " She stayed.', ["It was cold.", '"We left. "', "She stayed."]),
    ],
)
def test_what_lost_its_own_line_is_cut_off(text: str, sentences: list[str]):
    """Headlines, captions and credits carry no stop, and are no part of the sentence beside them."""
    assert pieces(text) == sentences
