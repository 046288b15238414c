"""Texts in, unit vectors out: the `Embedder` protocol and what implements it."""

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index import bert, model, runtime
from index.errors import ModelError

logger = logging.getLogger(__name__)

Vectors = NDArray[np.float32]
Encode = Callable[[NDArray[np.int64], NDArray[np.int32]], Vectors]

# Activations of this many tokens stay in the processor's cache: a quarter faster than 4096.
_BATCH_TOKENS = 512
_SLICE_TEXTS = 4096
_LLAMA_INDEX = "llama-index:"
# The setting, and the fingerprint, of an index that is searched by terms alone.
NO_EMBEDDER = "none"
_PACKAGED = "minilm"
_INPUTS = {"input_ids", "attention_mask", "token_type_ids"}


class Embedder(Protocol):
    """Turns texts into unit vectors. All vectors of one fingerprint are comparable.

    `fingerprint` names weights and arithmetic, `dimension` is a vector's length, and `window`
    is the longest text, in tokens with the special ones, that is read to its end.
    """

    fingerprint: str
    dimension: int
    window: int

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Embed texts of any lengths; shape (len(texts), dimension), rows of norm 1, order kept."""
        ...

    def embed_query(self, text: str) -> Vectors:
        """Embed one question; shape (dimension,), norm 1."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count each text's tokens without the special ones."""
        ...


class OnnxEmbedder:
    """A sentence encoder run by onnxruntime. Safe to share between threads.

    `tokenizer` is a tokenizers.Tokenizer that neither truncates nor pads; `encode` maps token ids
    (texts, tokens), padded on the right, and lengths (texts,) to unit vectors. Longer texts are cut
    at the window.
    """

    def __init__(
        self, tokenizer: Any, encode: Encode, *, fingerprint: str, dimension: int, window: int
    ) -> None:
        self.fingerprint = fingerprint
        self.dimension = dimension
        self.window = window
        self._tokenizer = tokenizer  # tokenizers has no types
        self._encode = encode

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Embed texts of any lengths; shape (len(texts), dimension), rows of norm 1, order kept."""
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for start in range(0, len(texts), _SLICE_TEXTS):
            tokens = self._tokens(texts[start : start + _SLICE_TEXTS])
            for batch in runtime.batches([len(ids) for ids in tokens], _BATCH_TOKENS):
                padded, lengths = runtime.pad([tokens[number] for number in batch])
                vectors[[start + number for number in batch]] = self._encode(padded, lengths)
        return vectors

    def embed_query(self, text: str) -> Vectors:
        """Embed one question; shape (dimension,), norm 1."""
        vector: Vectors = self.embed_documents([text])[0]
        return vector

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count each text's tokens without the special ones."""
        return _count(self._tokenizer, texts)

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        encodings = self._tokenizer.encode_batch_fast(list(texts))
        return [_cut(encoding.ids, self.window) for encoding in encodings]


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedders:
    """The embedder of new generations, and how the one of an older generation is loaded.

    `embedder` is what `setting` names; None when that is "none", or cannot be loaded. `load` returns the
    embedder that a setting names.
    """

    setting: str
    embedder: Embedder | None
    load: Callable[[str], Embedder | None]

    def of(self, fingerprint: str, setting: str) -> Embedder | None:
        """Return the embedder of this fingerprint, loaded as it was before; None when it is not to be had.

        A setting that was not noted yet, "", is the packaged model.
        """
        if fingerprint == NO_EMBEDDER:
            return None
        if self.embedder is not None and self.embedder.fingerprint == fingerprint:
            return self.embedder
        setting = setting or _PACKAGED
        try:
            # What could not be loaded a moment ago is not tried again.
            found = self.load(setting) if setting != self.setting else None
        except Exception as error:
            # A class of somebody else's raises what it likes, and an index is answered from all the same.
            logger.warning("embedder %r cannot be loaded: %s", fingerprint, error)
            return None
        if found is None or found.fingerprint != fingerprint:
            logger.warning("embedder %r is not what %r gives now", fingerprint, setting)
            return None
        return found


def load_embedder(name: str, cache: Path, threads: int = 1) -> Embedder | None:
    """Load the embedder a setting names; raise ModelError when that cannot be done.

    `name` is "minilm", "none" (returns None), "llama-index:package.module:Class", or a directory
    with a sentence encoder as model.onnx and its tokenizer.json or vocab.txt.
    """
    if name == NO_EMBEDDER:
        return None
    if name == _PACKAGED:
        return load_minilm(cache, threads)
    if name.startswith(_LLAMA_INDEX):
        from index.llama import load_llama_index

        return load_llama_index(name.removeprefix(_LLAMA_INDEX))
    return load_directory(Path(name), threads)


def load_minilm(cache: Path, threads: int = 1) -> OnnxEmbedder:
    """Load the packaged all-MiniLM-L6-v2, building its int8 form in `cache` on first use."""
    session = runtime.session(model.load_model(cache), threads)
    if bert.saturates(session):
        session = runtime.session(model.load_model(cache, unsigned=True), threads)

    def encode(padded: NDArray[np.int64], lengths: NDArray[np.int32]) -> Vectors:
        vectors: Vectors = session.run(["vectors"], {"input_ids": padded, "lengths": lengths})[0]
        return vectors

    return OnnxEmbedder(
        runtime.word_pieces(model.vocabulary()),
        encode,
        fingerprint=model.fingerprint(),
        dimension=bert.DIMENSION,
        window=model.WINDOW,
    )


def load_directory(folder: Path, threads: int = 1) -> OnnxEmbedder:
    """Load a user's own ONNX sentence encoder: mean pooling, a window of 256 tokens.

    Its first output is either a vector per token or a vector per text.
    """
    weights, tokenizer, words = (folder / name for name in ("model.onnx", "tokenizer.json", "vocab.txt"))
    if not weights.is_file() or not (tokenizer.is_file() or words.is_file()):
        raise ModelError(
            f"{str(folder)!r} is no embedding model; give minilm, none, llama-index:package.module:Class "
            "or a directory with model.onnx and tokenizer.json or vocab.txt"
        )
    session = _own_session(weights, threads)
    names = [entry.name for entry in session.get_inputs()]
    unknown = set(names) - _INPUTS
    if unknown:
        raise ModelError(f"{str(weights)!r} wants inputs no text encoder has: {sorted(unknown)}")

    def encode(padded: NDArray[np.int64], lengths: NDArray[np.int32]) -> Vectors:
        mask = np.arange(padded.shape[1]) < lengths[:, None]
        known = {
            "input_ids": padded,
            "attention_mask": mask.astype(np.int64),
            "token_type_ids": np.zeros_like(padded),
        }
        return _pool(session.run(None, {name: known[name] for name in names})[0], mask)

    return OnnxEmbedder(
        _tokenizer_file(tokenizer) if tokenizer.is_file() else runtime.word_pieces(words),
        encode,
        fingerprint=f"onnx-{hashlib.sha256(weights.read_bytes()).hexdigest()[:12]}-mean-{model.WINDOW}",
        dimension=encode(np.zeros((1, 1), np.int64), np.ones(1, np.int32)).shape[1],
        window=model.WINDOW,
    )


def token_counter() -> Callable[[Sequence[str]], list[int]]:
    """Return a function that counts texts' tokens as MiniLM's, for models that do not say."""
    tokenizer = runtime.word_pieces(model.vocabulary())
    return lambda texts: _count(tokenizer, texts)


def _own_session(weights: Path, threads: int) -> Any:
    from onnxruntime.capi import onnxruntime_pybind11_state as errors

    try:
        return runtime.session(str(weights), threads)
    except (errors.Fail, errors.InvalidGraph, errors.InvalidProtobuf, errors.NotImplemented) as error:
        raise ModelError(f"{str(weights)!r} is no ONNX model that runs here: {error}") from error


def _tokenizer_file(path: Path) -> Any:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises nothing narrower
        raise ModelError(f"{str(path)!r} is no tokenizer: {error}") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _count(tokenizer: Any, texts: Sequence[str]) -> list[int]:
    encodings = tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
    return [len(encoding) for encoding in encodings]


def _cut(ids: list[int], window: int) -> list[int]:
    """Cut a text's tokens at the window, keeping the special token that ends it."""
    return ids if len(ids) <= window else [*ids[: window - 1], ids[-1]]


def _pool(output: Vectors, mask: NDArray[np.bool_]) -> Vectors:
    vectors = output if output.ndim == 2 else (output * mask[:, :, None]).sum(axis=1)
    unit: Vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return unit
