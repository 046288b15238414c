"""Questions that ask of several outlets: each is heard, and each clause is looked for."""

from datetime import date

from app.clauses import clauses, in_turn, several
from app.evidence import Selector
from index.embeddings import Embedder
from index.records import Article, Passage
from index.sentences import split

TODAY = date(2024, 3, 1)
BOTH = (
    "Does 'The Herald' report that the ferry company raised its fares, "
    "while 'Harbour News' says that passengers complained about delays?"
)


def passage(publication: str, text: str) -> Passage:
    held = Article(id=publication, revision=1, text=text, publication=publication)
    sentences = split(text)
    last = len(sentences) - 1
    return Passage(chunk_id=0, article=held, sentences=sentences, first=0, last=last, score=1.0)


HERALD = passage(
    "The Herald",
    "The ferry company raised its fares by a tenth in May. The ferry company raised fares before, in 2019. "
    "A ferry company that raised its fares lost passengers. The Herald asked the company about its fares.",
)
HARBOUR = passage(
    "Harbour News", "Rain fell on Sunday. On the quay passengers complained that they waited for hours."
)
OTHER = passage("Evening Post", "Delays of ferries made passengers complain, and the company raised fares.")


def test_two_named_outlets_make_a_question_of_several_and_one_does_not():
    """ "The Herald" alone is asked of as ever."""
    names = ("The Herald", "Harbour News", "Evening Post")
    assert several(BOTH, names) == {"The Herald", "Harbour News"}
    assert several("What did The Herald report?", names) == frozenset()


def test_a_question_is_cut_where_it_asks_for_something_else():
    """Each part is looked for by itself; scraps say nothing."""
    assert clauses(BOTH) == [
        "Does 'The Herald' report that the ferry company raised its fares",
        "'Harbour News' says that passengers complained about delays?",
    ]
    assert clauses("Who, if anyone, won?") == []


def test_outlets_take_turns_behind_the_best_three_and_nothing_is_lost():
    """Ten sentences of one outlet would leave no room for the other."""
    ranked = ["a1", "a2", "a3", "a4", "x1", "a5", "b1", "b2"]
    assert in_turn(ranked, lambda one: one[0], {"a", "b"}) == ["a1", "a2", "a3", "b1", "b2", "a4", "a5", "x1"]
    assert in_turn([], lambda one: one, {"a", "b"}) == []


def test_each_outlet_that_is_asked_of_is_cited(embedder: Embedder):
    """Who compares two papers wants to read both, however much more the one wrote."""
    selector = Selector()
    ranked = selector.rank(BOTH, [HERALD, OTHER, HARBOUR], embedder, today=TODAY)
    chosen = selector.choose(BOTH, ranked, max_claims=4)
    assert len({one.place for one in ranked}) == len(ranked) == 7
    assert {"The Herald", "Harbour News"} <= {one.passage.article.publication for one in chosen}
    assert len(selector.choose(BOTH, ranked, max_claims=1)) == 1


def test_what_was_taken_over_word_for_word_is_not_cited_twice_for_a_second_outlet():
    """Two papers that print one agency's sentence are one source."""
    said = "The ferry company raised its fares by a tenth in May, and passengers complained about delays."
    ranked = Selector().rank(BOTH, [passage("The Herald", said), passage("Harbour News", said)], today=TODAY)
    assert len(Selector().choose(BOTH, ranked, max_claims=4)) == 1
