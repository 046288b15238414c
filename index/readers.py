"""What the trained models read: a question with a sentence in context, a claim with its evidence.

docs/decisions/0016 says what the first is worth, docs/decisions/0020 the second.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from index import runtime
from index.crossencoder import CrossEncoder, Packaged, Pair, Scores, content_of, load_cross_encoder
from index.model import vocabulary

_HERE = Path(__file__).parent
SELECTOR = Packaged(
    _HERE / "selector.onnx", "69696b7fbb67697ae9a6255dad502446ae5a4cc732281f52bf48f727f0bc1d4d"
)
CHECKER = Packaged(_HERE / "checker.onnx", "3c6c4023b200995690606a82b1f226459acf7b5ac82838d01180a2b85ce00f83")
# What is read of each part, in tokens; training builds its pairs with this module.
_QUESTION, _SENTENCE, _TITLE, _BEFORE = 40, 90, 12, 20
_CLAIM, _EVIDENCE = 96, 157
QUESTION_WINDOW = 4 + _QUESTION + _SENTENCE + _TITLE + _BEFORE
CLAIM_WINDOW = 3 + _CLAIM + _EVIDENCE
# No more sentences than so many are tried for the room that a claim's evidence has.
_TRIED = 14


@dataclass(frozen=True, slots=True)
class InContext:
    """A sentence, the sentence before it ("" at the start) and the title of its article."""

    sentence: str
    before: str = ""
    title: str = ""


class _Tokens:
    """Texts → token ids; `tokenizer` is a tokenizers.Tokenizer that adds nothing."""

    def __init__(self, tokenizer: Any) -> None:  # tokenizers has no types
        self._tokenizer = tokenizer
        self.start, self.end = (tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]"))

    def of(self, texts: Sequence[str]) -> list[list[int]]:
        encoded = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [one.ids for one in encoded]


class QuestionPairs:
    """Cuts questions and sentences into "[CLS] question [SEP] sentence [SEP] title before [SEP]"."""

    def __init__(self, tokenizer: Any) -> None:  # tokenizers has no types
        self._tokens = _Tokens(tokenizer)

    def of(self, question: str, sentences: Sequence[InContext]) -> list[Pair]:
        """Return a pair a sentence, in order."""
        tokens = self._tokens.of(
            [question, *(text for one in sentences for text in (one.sentence, one.title, one.before))]
        )
        end = self._tokens.end
        asked = [self._tokens.start, *tokens[0][:_QUESTION], end]
        return [
            Pair([*asked, *sentence[:_SENTENCE], end, *title[:_TITLE], *before[-_BEFORE:], end], len(asked))
            for sentence, title, before in zip(tokens[1::3], tokens[2::3], tokens[3::3], strict=True)
        ]


class ClaimPairs:
    """Cuts claims and evidence into "[CLS] claim [SEP] sentences [SEP]"."""

    def __init__(self, tokenizer: Any) -> None:  # tokenizers has no types
        self._tokens = _Tokens(tokenizer)

    def of(self, claim: str, sentences: Sequence[str], ranked: Sequence[int]) -> Pair:
        """Return the claim with as many of the sentences as there is room for, in their order.

        `ranked` are their numbers, the one to be read first at the beginning; that one is always read, if
        cut off.
        """
        tried = ranked[:_TRIED]
        said, *told = self._tokens.of([claim, *(sentences[number] for number in tried)])
        kept: dict[int, list[int]] = {}
        room = _EVIDENCE
        for number, tokens in zip(tried, told, strict=True):
            if len(tokens) <= room or not kept:
                kept[number] = tokens[:room]
                room -= len(kept[number])
        evidence = [token for number in sorted(kept) for token in kept[number]]
        first = [self._tokens.start, *said[:_CLAIM], self._tokens.end]
        return Pair([*first, *evidence, self._tokens.end], len(first))


class QuestionReader:
    """Tells an answer from a sentence about the same things. Safe to share between threads."""

    def __init__(self, pairs: QuestionPairs, encoder: CrossEncoder) -> None:
        self._pairs, self._encoder = pairs, encoder

    def score(self, question: str, sentences: Sequence[InContext]) -> Scores:
        """Return how well each sentence answers the question, in log odds; shape (len(sentences),)."""
        return self._encoder.score(self._pairs.of(question, sentences))


class ClaimReader:
    """Tells a claim in other words from one with a word changed. Safe to share between threads.

    The model is opened for the first claim: it takes 100 MB, and quoted sentences are never read.
    """

    def __init__(self, threads: int) -> None:
        self._threads = threads

    def score(self, claim: str, sentences: Sequence[str], ranked: Sequence[int]) -> float:
        """Return how well the sentences bear the claim out, in log odds; `ranked` as ClaimPairs takes it."""
        pairs, encoder = self._opened
        return float(encoder.score([pairs.of(claim, sentences, ranked)])[0])

    @cached_property
    def _opened(self) -> tuple[ClaimPairs, CrossEncoder]:
        """The model with what cuts its texts; two threads may open it at once, and one is kept."""
        return ClaimPairs(runtime.word_pieces(vocabulary())), load_cross_encoder(CHECKER, self._threads)


def load_question_reader(threads: int = 1) -> QuestionReader:
    """Load the selector. Raises ModelError when its file is missing or damaged."""
    pairs = QuestionPairs(runtime.word_pieces(vocabulary()))
    return QuestionReader(pairs, load_cross_encoder(SELECTOR, threads))


def load_claim_reader(threads: int = 1) -> ClaimReader:
    """Return the checker. Raises ModelError when its file is missing or damaged."""
    content_of(CHECKER)
    return ClaimReader(threads)
