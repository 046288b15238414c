"""A packaged model -> the weights it was made of, as far as int8 keeps them: python -m training.restore

    python -m training.restore selector MODEL OUTPUT.npz

MODEL is the folder of all-MiniLM-L6-v2, which gives the positions that the packaged model does not read.
"""

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from index.readers import CHECKER, SELECTOR

_POSITIONS = "embeddings.position_embeddings.weight"
_FUSED = ("query", "key", "value")


def restored(model: Path, backbone: Path) -> dict[str, NDArray[np.float32]]:
    """Return the weights by the names that training.selector.Selector has for them."""
    import onnx
    from onnx import numpy_helper

    stored = {one.name: numpy_helper.to_array(one) for one in onnx.load(model).graph.initializer}
    found: dict[str, NDArray[np.float32]] = {}
    for name, value in stored.items():
        if name.endswith(".weight_q"):
            plain, scale = name.removesuffix("_q"), stored[f"{name.removesuffix('_q')}_scale"]
            rounded = value.astype(np.float32)
            found[f"bert.{plain}"] = rounded * scale if plain.startswith("emb") else (rounded * scale).T
        elif name.endswith("self.query.bias"):
            for part, bias in zip(_FUSED, np.split(value, len(_FUSED)), strict=True):
                found[f"bert.{name.replace('query', part)}"] = bias
        elif name.startswith(("embeddings.", "encoder.")) and not name.endswith("_scale"):
            found[f"bert.{name}"] = value
        elif name.startswith(("dense.", "score.")):
            found[name] = value.T if value.ndim == 2 else value
    read = found[f"bert.{_POSITIONS}"]
    beyond = load_file(backbone / "model.safetensors")[_POSITIONS][len(read) :]
    found[f"bert.{_POSITIONS}"] = np.concatenate([read, beyond.astype(np.float32)])
    return found


def main() -> None:
    """Write the weights of the packaged model that is named."""
    name, backbone, output = sys.argv[1:]
    model = {"selector": SELECTOR, "checker": CHECKER}[name]
    np.savez(output, **restored(model.file, Path(backbone)))


if __name__ == "__main__":
    main()
