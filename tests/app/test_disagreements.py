"""A wrong "the sources differ" costs trust: what counts as a disagreement, and what must not."""

import pytest

from app.disagreements import conflicts, with_both_sides
from app.evidence import Evidence
from index.records import Article, Passage
from index.sentences import split


def _evidence(text: str, article_id: str, published: str = "2016-03-24") -> Evidence:
    # What else an article says keeps two short ones from being near copies.
    whole = f"{text} Also {' '.join(f'{article_id}word{n}' for n in range(60))}."
    article = Article(id=article_id, revision=1, text=whole, published=published)
    sentences = split(whole)
    passage = Passage(chunk_id=0, article=article, sentences=sentences, first=0, last=0, score=1.0)
    return Evidence(passage=passage, sentence=sentences[0], score=1.0)


def _values(one: str, other: str) -> list[tuple[str, ...]]:
    a, b = _evidence(one, "a"), _evidence(other, "b")
    return [tuple(side.value for side in found.sides) for found in conflicts([a], [a, b])]


@pytest.mark.parametrize(
    ("one", "other", "values"),
    [
        (
            "Forty people were injured when the dam at Vik broke.",
            "When the dam at Vik broke, 52 people were injured.",
            ("Forty people", "52 people"),
        ),
        (
            "Acme will cut 1,200 jobs in Denver, it said.",
            "Acme is to cut 2,000 jobs in Denver.",
            ("1,200 jobs", "2,000 jobs"),
        ),
        (
            "Police said 12 people were killed in the blast at Vik.",
            "The blast at Vik killed 15 people, officials said.",
            ("12 people", "15 people"),
        ),
        (
            "The dam at Vik broke on Monday.",
            "The dam at Vik broke on Tuesday.",
            ("Monday", "Tuesday"),
        ),
    ],
)
def test_two_articles_that_state_the_same_fact_differently_disagree(
    one: str, other: str, values: tuple[str, ...]
):
    assert _values(one, other) == [values]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # Other matters, told with other words.
        ("Acme sold 12 million phones in May in Norway.", "Acme shipped 14 million phones in May in Norway."),
        (
            "Storm Ada left 5,000 homes in Vik without power.",
            "Storm Ada left 2,000 homes in Vik without water.",
        ),
        ("The driver of the Vik bus paid 300 dollars.", "The owner of the Vik bus paid 900 dollars."),
        # The same figure, rounded, hedged or in words.
        (
            "Forty people were injured when the dam at Vik broke.",
            "40 people were injured when the dam at Vik broke.",
        ),
        ("More than 40 people were injured by the dam at Vik.", "43 people were injured by the dam at Vik."),
        (
            "About 1,000 people were injured by the dam at Vik.",
            "1,043 people were injured by the dam at Vik.",
        ),
        # Another thing is counted, or another matter told.
        (
            "Forty people were injured when the dam at Vik broke.",
            "Six dogs were injured when the dam at Vik broke.",
        ),
        (
            "Forty people were injured when the dam at Vik broke.",
            "Ninety people voted in the town hall of Oslo.",
        ),
        # Another subject.
        ("Forty people died in floods in Spain.", "Ninety people died in floods in Italy."),
        ("Acme will cut 1,200 jobs this year.", "Globex will cut 2,000 jobs this year."),
        # One after another.
        ("Judge hit his 62nd home run of the year.", "Judge hit his 61st home run of the year."),
        # One denies it.
        (
            "Forty people were injured by the dam at Vik.",
            "It is not true that 52 people were injured by the dam at Vik.",
        ),
        # Which of two figures is meant is not clear.
        (
            "Forty people were injured by the dam at Vik.",
            "50 people, then 60 people were injured by the dam at Vik.",
        ),
        # Other measures, and hedges that both may be right with.
        ("The fire at Vik is 5 miles away from Oslo.", "The fire at Vik is 8 kilometres away from Oslo."),
        ("More than 10 people were injured at Vik.", "40 people were injured at Vik."),
        ("Up to 60 people were injured at Vik.", "40 people were injured at Vik."),
        # Another time, as another figure, a date or a word says.
        (
            "Acme sold 5 million phones in the third quarter.",
            "Acme sold 7 million phones in the fourth quarter.",
        ),
        (
            "Acme sold 5 million phones in the first quarter.",
            "Acme sold 7 million phones in the second quarter.",
        ),
        ("Acme sold 5 million phones in 2014.", "Acme sold 7 million phones in 2015."),
        ("Acme will sell 5 million phones in Norway.", "Acme sold 7 million phones in Norway."),
        ("The final of the Cup will be held on Monday.", "The final of the Cup was held on Tuesday."),
        (
            "Acme sold 40 cars in Oslo in the second quarter.",
            "Acme sold 60 cars in Oslo in the third quarter.",
        ),
        ("Acme sold 40 cars in Oslo in the first quarter.", "Acme sold 60 cars in Oslo."),
        ("At 8 p.m. 12 people were missing in Kabul.", "At 11 p.m. 20 people were missing in Kabul."),
        ("So far 12 people have died in Kabul.", "Now 20 people have died in Kabul."),
        # Another matter by one word.
        ("Arsenal won 3 games in May.", "Arsenal lost 5 games in May."),
        ("Troops killed 12 rebels in the north of Mali.", "Troops killed 30 rebels in the south of Mali."),
        ("Brazil exported 40 ships to China.", "China exported 30 ships to Brazil."),
        # Nobody says whom they speak of.
        ("He was jailed for 5 years in prison in Leeds.", "He was jailed for 8 years in prison in Leeds."),
        ("A man was jailed for 5 years for murder.", "A man was jailed for 8 years for murder."),
        ("A 45-year-old man was held in Leeds.", "A 32-year-old man was held in Leeds."),
        # The same day in other words.
        ("The dam at Vik broke on Monday.", "The dam at Vik broke on 21 March 2016."),
    ],
)
def test_what_may_both_be_true_is_no_disagreement(one: str, other: str):
    assert _values(one, other) == []


def test_one_article_does_not_disagree_with_itself():
    a = _evidence("Forty people were injured by the dam at Vik.", "same")
    b = _evidence("Fifty people were injured by the dam at Vik.", "same")
    assert conflicts([a], [a, b]) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Shares in Acme fell on Monday.", "Shares in Acme fell on Tuesday."),
        ("Floods killed 40 people in Lagos.", "Floods killed 52 people in Lagos."),
    ],
)
def test_what_happens_again_weeks_later_is_no_disagreement(one: str, other: str):
    a = _evidence(one, "a", "2016-03-24")
    assert conflicts([a], [a, _evidence(other, "b", "2016-05-24")]) == []


def test_undated_articles_may_disagree_over_a_figure():
    a = _evidence("Floods killed 40 people in Lagos.", "a", "")
    (found,) = conflicts([a], [_evidence("Floods killed 52 people in Lagos.", "b", "")])
    assert found.about == "people"


def test_at_most_three_are_found_and_never_more_sentences_than_wanted():
    told = "{} people were injured when the dam at Vik broke."
    every = [_evidence(told.format(40 + n), article_id) for n, article_id in enumerate("abcdef")]
    found = conflicts(every[:1], every)
    assert len(found) == 3
    assert len(with_both_sides(every[:1], found, most=2)) == 2
    assert len(with_both_sides(every[:1], found, most=9)) == 4
    assert with_both_sides(every[:1], found, most=1) == every[:1]
