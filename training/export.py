"""Trained weights -> an int8 ONNX model that the wheel carries: python -m training.export NAME WEIGHTS.npz...

NAME is "selector" or "checker". Of several files the mean is taken: Wortsman et al., "Model soups", ICML
2022.

Prints the SHA-256 that index/readers.py checks. Weights are rounded per output channel, tables per row.
"""

import hashlib
import sys
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from index.bert import Tensors
from index.crossencoder import build_cross_encoder
from index.readers import CHECKER, CLAIM_WINDOW, QUESTION_WINDOW, SELECTOR


def quantized(weights: Mapping[str, NDArray[np.float32]]) -> Tensors:
    """Return the tensors that build_cross_encoder takes, from those that training/train.py saves."""
    tensors: Tensors = {}
    for name, value in weights.items():
        plain = name.removeprefix("bert.")
        if plain.startswith("encoder.") and value.ndim == 2:
            tensors[f"{plain}_q"], tensors[f"{plain}_scale"] = _rounded(value)
            tensors[f"{plain}_q"] = tensors[f"{plain}_q"].T
            tensors[f"{plain}_scale"] = tensors[f"{plain}_scale"].ravel()
        elif plain in {"embeddings.word_embeddings.weight", "embeddings.position_embeddings.weight"}:
            tensors[f"{plain}_q"], tensors[f"{plain}_scale"] = _rounded(value)
        else:
            tensors[plain] = value
    return tensors


def _rounded(value: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Round each row to 8 bits by its largest value: integers, and the step of each row (rows, 1)."""
    steps = np.maximum(np.abs(value).max(axis=1, keepdims=True) / 127, 1e-12).astype(np.float32)
    return np.round(value / steps).astype(np.int8), steps


def main() -> None:
    """Write the model into the package."""
    name, *paths = sys.argv[1:]
    packaged, window = {"selector": (SELECTOR, QUESTION_WINDOW), "checker": (CHECKER, CLAIM_WINDOW)}[name]
    files = [np.load(path) for path in paths]
    mean = {name: sum(one[name] for one in files) / len(files) for name in files[0]}
    model = build_cross_encoder(quantized(mean), window)
    packaged.file.write_bytes(model)
    sys.stdout.write(f"{hashlib.sha256(model).hexdigest()}  {packaged.file.name}, {len(model):,} bytes\n")


if __name__ == "__main__":
    main()
