"""A question and a sentence in context in, how well the one answers the other out.

A six-layer BERT reads both together, which tells an answer from a sentence about the same things. Ours is
trained from all-MiniLM-L6-v2; training/README.md says on what, and docs/decisions/0016 what it is worth.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index import bert, runtime
from index.errors import ModelError
from index.model import vocabulary

SHA256 = "69696b7fbb67697ae9a6255dad502446ae5a4cc732281f52bf48f727f0bc1d4d"
# What is read of each part, in tokens; training/train.py builds its pairs with this module.
_QUESTION, _SENTENCE, _TITLE, _BEFORE = 40, 90, 12, 20
WINDOW = 4 + _QUESTION + _SENTENCE + _TITLE + _BEFORE
_BATCH_TOKENS = 512
_MODEL = Path(__file__).with_name("selector.onnx")

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class InContext:
    """A sentence, the sentence before it ("" at the start) and the title of its article."""

    sentence: str
    before: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """Token ids of "[CLS] question [SEP] sentence [SEP] title before [SEP]".

    The first `asked` are the question's.
    """

    ids: list[int]
    asked: int


class Pairs:
    """Cuts questions and sentences into tokens. `tokenizer` is a tokenizers.Tokenizer that adds nothing."""

    def __init__(self, tokenizer: Any) -> None:  # tokenizers has no types
        self._tokenizer = tokenizer
        self._start, self._end = (tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]"))

    def of(self, question: str, sentences: Sequence[InContext]) -> list[Pair]:
        """Return a pair a sentence, in order."""
        texts = [question, *(text for one in sentences for text in (one.sentence, one.title, one.before))]
        tokens = [e.ids for e in self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)]
        asked = [self._start, *tokens[0][:_QUESTION], self._end]
        pairs = []
        for sentence, title, before in zip(tokens[1::3], tokens[2::3], tokens[3::3], strict=True):
            told = [*sentence[:_SENTENCE], self._end, *title[:_TITLE], *before[-_BEFORE:], self._end]
            pairs.append(Pair([*asked, *told], len(asked)))
        return pairs


class CrossEncoder:
    """The trained model, run by onnxruntime. Safe to share between threads."""

    def __init__(self, tokenizer: Any, session: Any) -> None:
        self._pairs = Pairs(tokenizer)
        self._session = session

    def score(self, question: str, sentences: Sequence[InContext]) -> Scores:
        """Return how well each sentence answers the question, in log odds; shape (len(sentences),)."""
        scores = np.empty(len(sentences), np.float32)
        pairs = self._pairs.of(question, sentences)
        for batch in runtime.batches([len(pair.ids) for pair in pairs], _BATCH_TOKENS):
            padded, lengths = runtime.pad([pairs[number].ids for number in batch])
            asked = np.array([pairs[number].asked for number in batch])
            given = {
                "input_ids": padded,
                "segments": (np.arange(padded.shape[1]) >= asked[:, None]).astype(np.int64),
                "lengths": lengths,
            }
            scores[batch] = self._session.run(["scores"], given)[0]
        return scores


def load_cross_encoder(threads: int = 1) -> CrossEncoder:
    """Load the packaged model. Raises ModelError when its file is missing or damaged."""
    content = _MODEL.read_bytes() if _MODEL.is_file() else b""
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise ModelError(f"{_MODEL.name} is missing or damaged; install Footnote again")
    session = runtime.session(content, threads)
    if bert.saturates(session):
        session = runtime.session(bert.unsigned(content), threads)
    return CrossEncoder(runtime.word_pieces(vocabulary()), session)


def build_cross_encoder(tensors: bert.Tensors) -> bytes:
    """Write the model from BERT's weights, int8 where they end in `_q`, and the head's `dense` and `score`.

    Inputs are `input_ids` and `segments` (pairs, tokens) and `lengths` (pairs,); the output is `scores`
    (pairs,).
    """
    from onnx import TensorProto, helper

    graph = bert.Graph()
    hidden, shape = bert.encode(graph, tensors, WINDOW, segments=True)
    lengths = graph.node("Unsqueeze", graph.node("Cast", "lengths", to=TensorProto.FLOAT), graph.integers(1))
    mean = graph.node("Div", bert.sums(graph, hidden, shape), lengths)
    dense = graph.node("Tanh", bert.affine(graph, tensors, "dense", mean))
    graph.node("Reshape", bert.affine(graph, tensors, "score", dense), graph.integers(-1), name="scores")
    bert.probe(graph)
    pairs, tokens = "pairs", "tokens"
    return graph.serialize(
        [
            helper.make_tensor_value_info("input_ids", TensorProto.INT64, [pairs, tokens]),
            helper.make_tensor_value_info("segments", TensorProto.INT64, [pairs, tokens]),
            helper.make_tensor_value_info("lengths", TensorProto.INT32, [pairs]),
        ],
        [
            helper.make_tensor_value_info("scores", TensorProto.FLOAT, [pairs]),
            helper.make_tensor_value_info("probe", TensorProto.FLOAT, None),
        ],
    )
