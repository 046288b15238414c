"""Trained weights -> the int8 ONNX model that the wheel carries: python -m training.export WEIGHTS.npz...

Of several files the mean is taken: Wortsman et al., "Model soups", ICML 2022.

Prints the SHA-256 that index/crossencoder.py checks. Weights are rounded per output channel, tables per row.
"""

import hashlib
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import index.crossencoder
from index.bert import Tensors
from index.crossencoder import build_cross_encoder


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
    files = [np.load(path) for path in sys.argv[1:]]
    mean = {name: sum(one[name] for one in files) / len(files) for name in files[0]}
    model = build_cross_encoder(quantized(mean))
    path = Path(index.crossencoder.__file__).with_name("selector.onnx")
    path.write_bytes(model)
    sys.stdout.write(f"{hashlib.sha256(model).hexdigest()}  {path.name}, {len(model):,} bytes\n")


if __name__ == "__main__":
    main()
