"""A question and a generation in, an Answer out: a list of named steps.

passages → evidence → judgement → claims → citations, each step timed.
"""

import re
import time
import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from app.abstention import Judgement, judge
from app.answer import Abstention, Answer, Citation, Searched
from app.claims import Draft, check, check_against, quote
from app.clauses import several
from app.disagreements import conflicts, shown, with_both_sides
from app.evidence import Evidence, Selector
from app.grounding import Grounding
from app.prompt import prompt_hash, render
from index.mentions import Mentions
from index.readers import ClaimReader
from index.records import Filters, Passage
from index.retriever import Retriever, Snapshot

_ABSTENTION = "abstention.j2"
# So many passages are considered, and so many where the question names several outlets.
_PASSAGES, _PASSAGES_OF_SEVERAL = 12, 24
_NEAREST = 3
# A sentence that holds such a mark would read as if it cited something itself, so it is no evidence.
_MARKER = re.compile(r"\[\s*\d+(?:\s*[,–-]\s*\d+)*\s*\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked and on which day, and of which articles; `allowed` are revision keys, None for all.

    `text` is what is searched and answered: for a follow-up `asked` with what it leaves out.
    So many `articles` are searched. `searched` counts the passages too, and `has_articles` says whether any
    of them is from between two days: an answer does not need these, so only an abstention calls them.
    """

    asked: str
    text: str
    today: date
    filters: Filters
    allowed: Collection[int] | None
    articles: int
    searched: Callable[[], Searched]
    has_articles: Callable[[str, str], bool]
    max_claims: int
    conversation_id: str = ""


Write = Callable[[Sequence[Citation]], list[Draft]]


class Answerer:
    """Answers questions with source sentences, word for word, or abstains."""

    def __init__(
        self,
        retriever: Retriever,
        selector: Selector,
        reader: ClaimReader | None = None,
        write: Write = quote,
    ) -> None:
        """Take what finds, chooses, reads claims, and writes sentences from the chosen ones."""
        self._retriever = retriever
        self._selector = selector
        self._reader = reader
        self._write = write

    def passages(
        self, snapshot: Snapshot, text: str, today: date, allowed: Collection[int] | None, limit: int
    ) -> list[Passage]:
        """Return the passages for a question of that day, best first."""
        return self._retriever.retrieve(snapshot, text, today=today, allowed=allowed, limit=limit)

    def considered(
        self, snapshot: Snapshot, text: str, today: date, allowed: Collection[int] | None
    ) -> list[Passage]:
        """Return the passages that an answer is made of, best first."""
        found = self.passages(snapshot, text, today, allowed, _PASSAGES_OF_SEVERAL)
        is_wide = several(text, (one.article.publication for one in found))
        return found if is_wide else found[:_PASSAGES]

    def rank(self, snapshot: Snapshot, text: str, today: date, passages: Sequence[Passage]) -> list[Evidence]:
        """Return the passages' distinct sentences, best first."""
        return self._selector.rank(text, passages, snapshot.embedder, today=today)

    def evidence(
        self, snapshot: Snapshot, text: str, today: date, allowed: Collection[int] | None
    ) -> list[Evidence]:
        """Return the sentences an answer would be chosen from, best first."""
        return self.rank(snapshot, text, today, self.considered(snapshot, text, today, allowed))

    def check(
        self, snapshot: Snapshot, claim: str, today: date, allowed: Collection[int] | None
    ) -> tuple[Grounding, tuple[Citation, ...]]:
        """Say whether the articles bear a claim out, and which sentences do, or come nearest."""
        found, rests_on = check_against(
            claim, self.evidence(snapshot, claim, today, allowed), snapshot.embedder, self._reader
        )
        return found, _cite(rests_on)

    def answer(self, snapshot: Snapshot, generation: str, question: Question) -> Answer:
        """Answer a question from one generation, or abstain."""
        clock = _Clock()
        with clock.step("retrieve"):
            passages = self.considered(snapshot, question.text, question.today, question.allowed)
        with clock.step("select"):
            every = self.rank(snapshot, question.text, question.today, passages)
            ranked = [one for one in every if not _MARKER.search(one.text)]
            judgement = judge(question.text, passages, ranked, question.articles)
        with clock.step("generate"):
            offered = ranked if judgement.answerable else []
            chosen = self._selector.choose(question.text, offered, max_claims=question.max_claims)
            differing = conflicts(chosen, ranked)
            chosen = with_both_sides(chosen, differing, most=question.max_claims)
            citations = _cite(chosen)
            drafts = self._write(citations)
        with clock.step("verify"):
            checked = check(question.text, drafts, citations, snapshot.embedder, self._reader)
        nearest = [] if checked.claims else self._selector.distinct(ranked, _NEAREST)
        abstention = None if checked.claims else _abstain(question, judgement, nearest)
        return Answer(
            answer_id=uuid.uuid4().hex,
            conversation_id=question.conversation_id or uuid.uuid4().hex,
            generation=generation,
            mode="extractive",
            model="",
            prompt_hash=prompt_hash(_ABSTENTION),
            question=question.asked,
            standalone_question=question.text,
            text=abstention.message if abstention else checked.text,
            claims=checked.claims,
            citations=checked.citations,
            abstention=abstention,
            disagreements=tuple(shown(differing, checked.citations)),
            retrieved=tuple(passages),
            timings_ms=clock.timings_ms(),
        )


def _cite(evidence: Sequence[Evidence]) -> tuple[Citation, ...]:
    """Number the chosen sentences from 1, in the order given."""
    return tuple(
        Citation(
            number=number,
            article=one.passage.article,
            sentences=one.passage.sentences,
            ordinal=one.sentence.ordinal,
            score=one.score,
        )
        for number, one in enumerate(evidence, start=1)
    )


def _abstain(question: Question, judgement: Judgement, nearest: Sequence[Evidence]) -> Abstention:
    searched = question.searched()
    # What seemed to answer was written into nothing that its sources bear out.
    reason = judgement.reason or "weak_evidence"
    meant = Mentions(question.text, question.today).period
    if searched.articles == 0:
        reason = "no_article" if question.filters else "empty_index"
    elif (
        meant
        and meant.is_named
        and not judgement.missing
        and not question.has_articles(str(meant.first), str(meant.last))
    ):
        reason = "no_article_then"
    message = render(
        _ABSTENTION,
        reason=reason,
        missing=list(judgement.missing),
        mentioned=list(judgement.mentioned),
        articles=searched.articles,
        published_range=searched.published_range,
        meant=meant,
    )
    return Abstention(reason=reason, message=message, nearest=_cite(nearest), searched=searched)


class _Clock:
    """Times named steps in milliseconds."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._steps: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self._steps[name] = (time.perf_counter() - began) * 1000

    def timings_ms(self) -> dict[str, float]:
        return {"total": (time.perf_counter() - self._began) * 1000, **self._steps}
