"""Models on this machine: sessions, tokenizers and batches."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def session(source: bytes | str, threads: int) -> Any:  # onnxruntime has no types
    """Open a model, from its bytes or its path, on the processor."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Threads that wait for work by spinning would hold a core while nobody asks anything.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])


def word_pieces(words: Path) -> Any:  # tokenizers has no types
    """Return the lower-casing WordPiece tokenizer of a vocabulary; it neither truncates nor pads."""
    from tokenizers import BertWordPieceTokenizer

    return BertWordPieceTokenizer(str(words), lowercase=True)._tokenizer


def batches(lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Group text numbers by length, so that little is padded; at most so many tokens a batch."""
    batch: list[int] = []
    for number in sorted(range(len(lengths)), key=lambda number: (lengths[number], number)):
        if batch and (len(batch) + 1) * lengths[number] > most:
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch


def pad(tokens: Sequence[list[int]]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return token ids (texts, tokens), padded on the right, and lengths (texts,)."""
    lengths = np.array([len(ids) for ids in tokens], np.int32)
    padded = np.zeros((len(tokens), int(lengths.max())), np.int64)
    for row, ids in zip(padded, tokens, strict=True):
        row[: len(ids)] = ids
    return padded, lengths
