"""What became of each sentence of an article that changed."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.alignment import Alignment, align
from index.records import Sentence

GONE = Alignment(change="gone", ordinal=None)


def spans(sentences: list[str]) -> tuple[str, list[Sentence]]:
    text, found = "", []
    for ordinal, words in enumerate(sentences):
        found.append(Sentence(ordinal=ordinal, start=len(text), end=len(text) + len(words)))
        text += words + " "
    return text, found


def aligned(old: list[str], new: list[str]) -> tuple[Alignment, ...]:
    return align(*spans(old), *spans(new))


def same(ordinal: int) -> Alignment:
    return Alignment(change="same", ordinal=ordinal)


def changed(ordinal: int) -> Alignment:
    return Alignment(change="changed", ordinal=ordinal)


A = "A bridge over the Akerselva fell on Monday morning."
B = "Nobody was hurt, the police in Oslo said."
C = "The mayor, Kari Holm, said that repairs will cost 40 million kroner."
D = "Divers searched the river until late in the evening."

# Few words, so that sentences repeat.
TEXTS = st.lists(st.sampled_from([A, B, C, D, "No comment.", "The end."]), max_size=12)
WORDS = ["river", "bridge", "mayor", "police", "night", "water", "street", "money", "winter", "train"]
DISTINCT = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=3, max_size=7).map(lambda words: " ".join(words) + "."),
    max_size=10,
    unique=True,
)


@given(TEXTS)
def test_a_text_aligns_with_itself(sentences: list[str]):
    """A re-import must not make one citation stale."""
    assert aligned(sentences, sentences) == tuple(same(n) for n in range(len(sentences)))


@given(DISTINCT, st.data())
def test_a_sentence_put_in_leaves_the_others_the_same(sentences: list[str], data: st.DataObject):
    """The commonest change of all: a paragraph is added."""
    place = data.draw(st.integers(0, len(sentences)))
    new = [*sentences[:place], "Update: 17 more were found!", *sentences[place:]]
    assert aligned(sentences, new) == tuple(same(n + (n >= place)) for n in range(len(sentences)))


@given(DISTINCT.filter(bool), st.data())
def test_a_sentence_taken_out_leaves_the_others_the_same(sentences: list[str], data: st.DataObject):
    """And is no longer there itself."""
    place = data.draw(st.integers(0, len(sentences) - 1))
    found = aligned(sentences, sentences[:place] + sentences[place + 1 :])
    kept = [one for n, one in enumerate(found) if n != place]
    assert kept == [same(n) for n in range(len(sentences) - 1)]
    assert found[place].change != "same"


@given(TEXTS, TEXTS)
def test_a_sentence_is_the_same_when_its_words_stand_there_and_only_then(old: list[str], new: list[str]):
    """ "Same" is what a reader relies on; no new sentence stands in for two old ones."""
    found = aligned(old, new)
    assert len(found) == len(old)
    kept = [one.ordinal for one in found if one.change == "same"]
    assert len(kept) == len(set(kept)) == sum(min(old.count(s), new.count(s)) for s in set(old))
    for words, one in zip(old, found, strict=True):
        assert (one.ordinal is None) == (one.change == "gone")
        if one.ordinal is not None:
            assert (new[one.ordinal] == words) == (one.change == "same")


@given(DISTINCT, st.data())
def test_edits_in_place_keep_the_order(sentences: list[str], data: st.DataObject):
    """What was before stays before, whatever was edited, put in or taken out."""
    new: list[str] = []
    for n, words in enumerate(sentences):
        match data.draw(st.sampled_from(["keep", "edit", "drop", "add"])):
            case "keep":
                new.append(words)
            case "edit":
                new.append(words.removesuffix(".") + f" {n} times.")
            case "add":
                new += [f"{n} {n} {n}!", words]
    places = [one.ordinal for one in aligned(sentences, new) if one.ordinal is not None]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (C, "The mayor, Kari Holm, said that repairs will cost 55 million kroner."),
        (C, "The mayor, Kari Holm, said that repairs will cost 40.5 million kroner."),
        (C, "The mayor, Kari Holm, said that repairs will cost 40 million kroner and take a year at least."),
        (C, "Repairs will cost 40 million kroner, the mayor said."),
        (B, "Nobody was hurt, the police in Oslo said on Tuesday."),
        (B, "Three people were hurt, the police in Oslo said."),
        ("It was not sold.", "It was sold."),
        ("市长说，修桥将花费四千万克朗。", "市长说，修桥将花费五千万克朗。"),
    ],
    ids=["number", "decimal", "clauses", "order", "day", "negation", "short", "chinese"],
)  # fmt: skip
def test_an_edited_sentence_is_changed_and_never_the_same(old: str, new: str):
    """A corrected figure is what a stored answer must be called stale for."""
    assert aligned([A, old, D], [A, "Traffic was led round.", new, D]) == (same(0), changed(2), same(3))


def test_sentences_that_were_merged_and_split_are_found_again():
    """Editors do both all the time."""
    merged = (
        "A bridge over the Akerselva fell on Monday morning, but nobody was hurt, the police in Oslo said."
    )
    assert aligned([A, B, D], [merged, D]) == (changed(0), changed(0), same(1))
    assert aligned([merged, D], [A, B, D]) == (changed(0), same(2))


def test_a_sentence_that_moved_is_the_same_where_it_stands_now():
    """A paragraph that became the lead is still there, word for word."""
    assert aligned([A, B, C, D], [D, A, B, C]) == (same(1), same(2), same(3), same(0))


def test_a_sentence_replaced_by_one_about_something_else_is_gone():
    """Else a notice would show two sentences as versions of each other that are none."""
    assert aligned([A, B, C], [A, D, C]) == (same(0), GONE, same(2))
    assert aligned([A, B], []) == (GONE, GONE)
    assert aligned([], [A]) == ()


def test_other_line_breaks_are_no_change_of_words():
    """A text wrapped anew says the same."""
    text, sentences = spans([A, B])
    wrapped = text.replace(" on ", "\non ")
    assert align(text, sentences, wrapped, sentences) == (same(0), same(1))


def test_a_book_of_changed_sentences_takes_seconds_not_hours():
    """An old address is read while somebody waits."""
    old = [f"In chapter {n} the hero rides {n * 7} miles and meets {n * 3} giants." for n in range(2000)]
    began = time.perf_counter()
    found = aligned(old, [words.replace("giants", "dwarfs") for words in old])
    assert time.perf_counter() - began < 20
    assert {one.change for one in found} == {"changed"}
