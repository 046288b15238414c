"""Near copies: what is one story told once, what is only like it, and what the look-up costs."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.service import Service
from index.copies import are_copies, containment, groups, marks, sketch
from index.records import RawArticle

WORDS = [
    f"{first}{second}"
    for first in ("ma", "to", "ri", "sel", "dun", "har", "ko", "ve", "lin", "pra")
    for second in ("ral", "mond", "tis", "ber", "gan", "los", "fer", "nick", "sta", "dor")
]


def story(seed: int, sentences: int = 40) -> str:
    """Return a text of its own: sentences of ten words, five to a paragraph."""
    chance = random.Random(seed)
    said = [" ".join(chance.choices(WORDS, k=10)).capitalize() + "." for _ in range(sentences)]
    return "\n\n".join(" ".join(said[at : at + 5]) for at in range(0, sentences, 5))


def edited(text: str, share: float, seed: int = 0) -> str:
    chance = random.Random(seed)
    return " ".join(chance.choice(WORDS) if chance.random() < share else word for word in text.split(" "))


AGENCY = story(1)
PARAGRAPHS = AGENCY.split("\n\n")

REPRINTS: dict[str, str] = {
    "another dateline, byline and footer": f"LONDON (Agency) — By A. Writer\n\n{AGENCY}\n\nSign up.",
    "the first quarter only": "\n\n".join(PARAGRAPHS[:2]),
    "one word in twenty is another": edited(AGENCY, 0.05),
    "half of it, with one word in twenty another": edited("\n\n".join(PARAGRAPHS[:4]), 0.05),
    "paragraphs in another order": "\n\n".join(sorted(PARAGRAPHS)),
    "capitals, curly quotes and no paragraphs": AGENCY.upper().replace("\n\n", " ’ "),
    "the half of a longer story": f"{AGENCY}\n\n{story(2)}",
}
STANDING = story(3, 5)

OTHERS: dict[str, str] = {
    "another story": story(4),
    "one paragraph quoted in another story": f"{PARAGRAPHS[0]}\n\n{story(5)}",
    "the same words in another order": " ".join(random.Random(6).sample(AGENCY.split(), len(AGENCY.split()))),
}


@pytest.mark.parametrize("text", REPRINTS.values(), ids=REPRINTS)
def test_a_reprint_is_a_copy(text: str):
    """What an outlet does to agency copy does not make it a second source."""
    assert are_copies(sketch(AGENCY), sketch(text))
    assert set(marks(sketch(AGENCY))) & set(marks(sketch(text)))


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS)
def test_what_shares_less_than_most_of_it_is_no_copy(text: str):
    """Two reports of one event are two sources."""
    assert not are_copies(sketch(AGENCY), sketch(text))


def test_an_outlets_standing_text_does_not_make_its_pieces_copies():
    """Daily briefings open and close with the same words."""
    briefings = [f"{STANDING}\n\n{story(seed, 20)}\n\n{STANDING}" for seed in (7, 8)]
    assert not are_copies(*map(sketch, briefings))


def test_copies_of_copies_are_one_group():
    """A long piece and two halves of it are one source, although the halves have nothing in common."""
    first, second = "\n\n".join(PARAGRAPHS[:4]), "\n\n".join(PARAGRAPHS[4:])
    assert groups([sketch(t) for t in (first, story(9), second, AGENCY)]) == [[0, 2, 3], [1]]
    assert groups([]) == []


def test_a_sketch_is_small_and_the_same_everywhere():
    """It is stored: another run, machine or version must make the same one."""
    assert sketch("The mayor resigned on Tuesday.").hex() == "ea358f4799c137df"
    assert len(sketch(story(10, 4000))) == 4 * 384
    assert sketch("") == b""


def test_scripts_without_blanks_are_compared_by_character():
    """A Chinese sentence has no words that blanks part."""
    text = "市长周二辞职。新的选举将在三月举行，反对党已经宣布了自己的候选人。"
    assert containment(sketch(text), sketch(f"新华社电：{text}")) > 0.9
    assert not are_copies(sketch(text), sketch("暴雨周三袭击了北部沿海的三个城市，数千人被迫离开家园。"))


@given(st.text(), st.text())
def test_any_texts_can_be_compared(one: str, other: str):
    """Any text can be an article: nul, one letter, emoji, half a word."""
    a, b = sketch(one), sketch(other)
    assert 0.0 <= containment(a, b) == containment(b, a) <= 1.0
    assert not a or containment(a, a) == 1.0


def test_an_article_names_its_near_copies_the_likest_first(service: Service):
    """Also after updates and deletions: a look-up names live articles only."""
    texts = {"wire": AGENCY, "cut": REPRINTS["the first quarter only"], "other": story(11)}
    edit = edited(AGENCY, 0.08)
    list(service.add(RawArticle(id=name, text=text) for name, text in {**texts, "edit": edit}.items()))
    assert service.copies(service.article("wire")) == ["cut", "edit"]
    assert service.copies(service.article("other")) == []
    list(service.add([RawArticle(id="cut", text=story(12))]))
    service.remove("edit")
    assert service.copies(service.article("wire")) == []


def test_a_text_that_is_found_again_elsewhere_is_one_article_with_two_origins(service: Service):
    """A journalist wants to see who carried it; the first place stays the one that is cited."""
    first = RawArticle(
        text=AGENCY, publication="The Agency", url="https://agency.example/1", origin="a.csv:2"
    )
    again = replace(first, publication="Daily Reprint", url="https://daily.example/9", origin="b.csv:7")
    added, unchanged, *rest = service.add([first, again, again, replace(again, origin="b.csv:8")])
    assert (added.status, unchanged.status, [one.status for one in rest]) == (
        "added",
        "unchanged",
        ["unchanged"] * 2,
    )
    assert added.id in unchanged.reason
    assert service.article(added.id).article.publication == "The Agency"
    places = [(one.publication, one.url, one.origin) for one in service.origins(added.id)]
    assert sorted(places) == [
        ("Daily Reprint", "https://daily.example/9", "b.csv:7"),
        ("The Agency", "https://agency.example/1", "a.csv:2"),
    ]


def test_what_was_not_known_of_an_article_is_still_taken_over(service: Service):
    """The same text first without and then with its outlet is no second place."""
    bare, full = service.add([RawArticle(text=AGENCY), RawArticle(text=AGENCY, publication="The Agency")])
    assert (bare.status, full.status) == ("added", "updated")
    assert service.article(bare.id).article.publication == "The Agency"


def test_an_article_has_a_hundred_origins_at_most(service: Service):
    """What every feed carries must not grow without end."""
    carried = (RawArticle(text=AGENCY, url=f"https://site{n}.example/") for n in range(130))
    ids = {one.id for one in service.add(carried)}
    assert len(service.origins(ids.pop())) == 100
    assert not ids
