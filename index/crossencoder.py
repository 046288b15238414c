"""Pairs of texts in, a number for each out: a six-layer BERT that reads both texts together.

Two models of ours come with the package; training/README.md says what they are trained on.
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

_BATCH_TOKENS = 512

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pair:
    """Token ids of "[CLS] first text [SEP] second text [SEP]"; the second begins at `second`."""

    ids: list[int]
    second: int


@dataclass(frozen=True, slots=True)
class Packaged:
    """A model's file in the package, and the SHA-256 that it must have."""

    file: Path
    sha256: str


class CrossEncoder:
    """A trained model, run by onnxruntime. Safe to share between threads."""

    def __init__(self, session: Any) -> None:  # onnxruntime has no types
        self._session = session

    def score(self, pairs: Sequence[Pair]) -> Scores:
        """Return the log odds of each pair; shape (len(pairs),)."""
        scores = np.empty(len(pairs), np.float32)
        for batch in runtime.batches([len(pair.ids) for pair in pairs], _BATCH_TOKENS):
            padded, lengths = runtime.pad([pairs[number].ids for number in batch])
            second = np.array([pairs[number].second for number in batch])
            given = {
                "input_ids": padded,
                "segments": (np.arange(padded.shape[1]) >= second[:, None]).astype(np.int64),
                "lengths": lengths,
            }
            scores[batch] = self._session.run(["scores"], given)[0]
        return scores


def content_of(model: Packaged) -> bytes:
    """Read a packaged model's file. Raises ModelError when it is missing or damaged."""
    content = model.file.read_bytes() if model.file.is_file() else b""
    if hashlib.sha256(content).hexdigest() != model.sha256:
        raise ModelError(f"{model.file.name} is missing or damaged; install Footnote again")
    return content


def load_cross_encoder(model: Packaged, threads: int = 1) -> CrossEncoder:
    """Load a packaged model. Raises ModelError when its file is missing or damaged."""
    content = content_of(model)
    session = runtime.session(content, threads)
    if bert.saturates(session):
        session = runtime.session(bert.unsigned(content), threads)
    return CrossEncoder(session)


def build_cross_encoder(tensors: bert.Tensors, window: int) -> bytes:
    """Write a model from BERT's weights, int8 where they end in `_q`, and the head's `dense` and `score`.

    Inputs are `input_ids` and `segments` (pairs, tokens), at most `window` tokens, and `lengths` (pairs,);
    the output is `scores` (pairs,).
    """
    from onnx import TensorProto, helper

    graph = bert.Graph()
    hidden, shape = bert.encode(graph, tensors, window, segments=True)
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
