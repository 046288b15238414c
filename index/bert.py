"""The arithmetic of a six-layer BERT as an ONNX graph in which every linear layer multiplies integers.

docs/decisions/0003-embeddings.md has the reasons and the figures.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

DIMENSION = 384

_LAYERS = 6
_HEADS = 12
_EPSILON = 1e-12
_CONTRIB = "com.microsoft"
# GELU never falls below -0.17, so its results spend 16 of the 256 steps on the negative side.
_GELU_FLOOR = 0.17
_GELU_ZERO = 16
_PROBE_DEPTH = 64

Tensors = dict[str, NDArray[Any]]  # several element types


class Graph:
    """An ONNX graph being written: `constant` and `node` return the name of the value they add."""

    def __init__(self) -> None:
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
        return self.node(
            "MatMulIntegerToFloat",
            rows,
            self.constant(weight, value),
            self.scalar(1.0),
            scale,
            self.constant(f"zero {zero}", np.array(zero, np.uint8)),
            self.constant("zero of weights", np.array(0, np.int8)),
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


def encode(graph: Graph, tensors: Tensors, window: int, *, segments: bool = False) -> tuple[str, str]:
    """Write the encoder over `input_ids` and `lengths`: hidden states, and the shape (texts, tokens, -1).

    Hidden states are (tokens of all texts, 384). With `segments` there is an input `segments`, 0 or 1 a
    token; without it all tokens are of segment 0.
    """
    hidden, shape = _embed(graph, tensors, window, segments=segments)
    for layer in range(_LAYERS):
        hidden = _layer(graph, tensors, f"encoder.layer.{layer}.", hidden, shape)
    return hidden, shape


def _embed(graph: Graph, tensors: Tensors, window: int, *, segments: bool) -> tuple[str, str]:
    """Look up tokens, positions and segments."""
    from onnx import TensorProto

    name = "embeddings.word_embeddings.weight"
    rows = graph.node("Gather", graph.constant(f"{name}_q", tensors[f"{name}_q"]), "input_ids")
    scales = graph.node("Gather", graph.constant(f"{name}_scale", tensors[f"{name}_scale"]), "input_ids")
    words = graph.node("Mul", graph.node("Cast", rows, to=TensorProto.FLOAT), scales)
    name = "embeddings.position_embeddings.weight"
    table = tensors[f"{name}_q"].astype(np.float32) * tensors[f"{name}_scale"]
    kinds = tensors["embeddings.token_type_embeddings.weight"]
    table = table[:window] + (0 if segments else kinds[0])
    tokens = graph.node("Shape", "input_ids", start=1, end=2)
    zero = graph.integers(0)
    positions = graph.node("Slice", graph.constant(name, table), zero, tokens, zero)
    hidden = graph.node("Add", words, positions)
    if segments:
        both = graph.constant("embeddings.token_type_embeddings.weight", kinds[:2])
        hidden = graph.node("Add", hidden, graph.node("Gather", both, "segments"))
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


def _layer(graph: Graph, tensors: Tensors, prefix: str, hidden: str, shape: str) -> str:
    attended = _attention(graph, tensors, f"{prefix}attention.", hidden, shape)
    hidden = _residual(graph, tensors, f"{prefix}attention.output.", attended, hidden)
    wide = _linear(graph, tensors, f"{prefix}intermediate.dense", _quantize(graph, hidden))
    wide = graph.node("Add", wide, _bias(graph, tensors, f"{prefix}intermediate.dense"))
    wide = graph.node("Gelu", wide, domain=_CONTRIB)
    narrow = _linear(graph, tensors, f"{prefix}output.dense", _quantize_gelu(graph, wide))
    return _residual(graph, tensors, f"{prefix}output.", narrow, hidden)


def _attention(graph: Graph, tensors: Tensors, prefix: str, hidden: str, shape: str) -> str:
    names = [f"{prefix}self.{part}" for part in ("query", "key", "value")]
    rows = _quantize(graph, hidden)
    parts = [graph.node("Reshape", _linear(graph, tensors, name, rows), shape) for name in names]
    bias = _bias(graph, tensors, *names)
    mixed = graph.node("MultiHeadAttention", *parts, bias, "lengths", domain=_CONTRIB, num_heads=_HEADS)
    mixed = graph.node("Reshape", mixed, graph.integers(-1, DIMENSION))
    return _linear(graph, tensors, f"{prefix}output.dense", _quantize(graph, mixed))


def _residual(graph: Graph, tensors: Tensors, prefix: str, new: str, old: str) -> str:
    # Three plain nodes: onnxruntime's SkipLayerNormalization takes ten times as long as they do.
    biased = graph.node("Add", new, _bias(graph, tensors, f"{prefix}dense"))
    return _norm(graph, tensors, f"{prefix}LayerNorm", graph.node("Add", biased, old))


class _Rows(NamedTuple):
    """Quantised rows: `values` (rows, columns) of 8 bits, each row's `steps`, and what means `zero`."""

    values: str
    steps: str
    zero: int


def _quantize(graph: Graph, hidden: str) -> _Rows:
    """Round every row (token) to 8 bits by its own largest value.

    ONNX's DynamicQuantizeLinear takes one step for all rows, which is coarser and lets a text's
    vector depend on the texts beside it in a batch.
    """
    peaks = graph.node("ReduceMax", graph.node("Abs", hidden), graph.integers(1), keepdims=0)
    return _round(graph, hidden, graph.node("Mul", peaks, graph.scalar(1 / 127)), 128)


def _quantize_gelu(graph: Graph, hidden: str) -> _Rows:
    peaks = graph.node("ReduceMax", hidden, graph.integers(1), keepdims=0)
    steps = graph.node("Mul", peaks, graph.scalar(1 / (255 - _GELU_ZERO)))
    steps = graph.node("Max", steps, graph.scalar(_GELU_FLOOR / _GELU_ZERO))
    return _round(graph, hidden, steps, _GELU_ZERO)


def _round(graph: Graph, hidden: str, steps: str, zero: int) -> _Rows:
    values = graph.node("QuantizeLinear", hidden, steps, f"zeros {zero}", axis=0)
    return _Rows(values, graph.node("Unsqueeze", steps, graph.integers(1)), zero)


def _linear(graph: Graph, tensors: Tensors, name: str, rows: _Rows) -> str:
    """Multiply by a weight in integers; its bias is left to whoever uses the product."""
    scale = graph.constant(f"{name}.weight_scale", tensors[f"{name}.weight_scale"])
    weight = f"{name}.weight_q"
    product = graph.product(rows.values, rows.zero, weight, tensors[weight], scale)
    return graph.node("Mul", product, rows.steps)


def _norm(graph: Graph, tensors: Tensors, name: str, hidden: str) -> str:
    parts = [graph.constant(part, tensors[part]) for part in (f"{name}.weight", f"{name}.bias")]
    return graph.node("LayerNormalization", hidden, *parts, axis=-1, epsilon=_EPSILON)


def _bias(graph: Graph, tensors: Tensors, *names: str) -> str:
    return graph.constant(f"{names[0]}.bias", np.concatenate([tensors[f"{name}.bias"] for name in names]))


def sums(graph: Graph, hidden: str, shape: str) -> str:
    """Add up each text's tokens, without the padding: (texts, 384)."""
    from onnx import TensorProto

    tokens = graph.node("Shape", "input_ids", start=1, end=2)
    last = graph.node("Squeeze", tokens)
    positions = graph.node(
        "Range", graph.constant("0", np.array(0, np.int64)), last, graph.constant("1", np.array(1, np.int64))
    )
    lengths = graph.node("Unsqueeze", graph.node("Cast", "lengths", to=TensorProto.INT64), graph.integers(1))
    mask = graph.node("Cast", graph.node("Less", positions, lengths), to=TensorProto.FLOAT)
    added = graph.node(
        "MatMul",
        graph.node("Unsqueeze", mask, graph.integers(1)),
        graph.node("Reshape", hidden, shape),
    )
    return graph.node("Reshape", added, graph.integers(-1, DIMENSION))


def affine(graph: Graph, tensors: Tensors, name: str, rows: str) -> str:
    """Multiply by a small weight in float32 and add its bias: rows (n, in) to (n, out)."""
    product = graph.node("MatMul", rows, graph.constant(f"{name}.weight", tensors[f"{name}.weight"].T))
    return graph.node("Add", product, graph.constant(f"{name}.bias", tensors[f"{name}.bias"]))


def probe(graph: Graph) -> None:
    """Write the output `probe`, from which `saturates` tells what the processor does."""
    rows = graph.constant("probe rows", np.full((4, _PROBE_DEPTH), 255, np.uint8))
    weight = np.full((_PROBE_DEPTH, 16), 127, np.int8)
    product = graph.product(rows, 0, "probe weight", weight, graph.scalar(1.0))
    graph.node("Identity", product, name="probe")


def saturates(session: Any) -> bool:  # onnxruntime has no types
    """Tell whether this processor clips the model's integer products.

    x86 processors without VNNI instructions add pairs of products in 16 bits. Weights stored as
    unsigned numbers take another path there: slower, and with the same result as elsewhere.
    """
    text = {"input_ids": np.zeros((1, 1), np.int64), "segments": np.zeros((1, 1), np.int64)}
    given = {**text, "lengths": np.ones(1, np.int32)}
    products = session.run(["probe"], {one.name: given[one.name] for one in session.get_inputs()})[0]
    return bool((products != 255 * 127 * _PROBE_DEPTH).any())


def unsigned(model: bytes) -> bytes:
    """Return the same model with unsigned weights, for processors on which `saturates` is true."""
    import onnx
    from onnx import numpy_helper

    loaded = onnx.load_model_from_string(model)
    products = [node for node in loaded.graph.node if node.op_type == "MatMulIntegerToFloat"]
    weights = {node.input[1] for node in products} | {node.input[5] for node in products}
    for stored in loaded.graph.initializer:
        if stored.name in weights:
            value = numpy_helper.to_array(stored).view(np.uint8) ^ 128
            stored.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(value), stored.name))
    return bytes(loaded.SerializeToString(deterministic=True))
