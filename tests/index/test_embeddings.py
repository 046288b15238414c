"""Texts to vectors: the packaged model, a user's own, and none."""

import socket
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import onnx  # noqa: TID253 - a test of the model file
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper  # noqa: TID253 - as above
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.pre_tokenizers import BertPreTokenizer

from index import model
from index.embeddings import load_embedder, token_counter
from index.errors import ModelError

QUESTION = "How many Belgians have joined extremist groups in Syria?"
PARAPHRASE = "The number of fighters from Belgium in Syrian militias is put at 500."
GOLDEN_INT8 = [0.1050, -0.0362, -0.0602, -0.0506, 0.0143]
GOLDEN_FLOAT = [0.1010, -0.0401, -0.0629, -0.0549, 0.0170]
UNRELATED = "Bake the cake for an hour and let it cool."


@pytest.fixture(scope="module")
def minilm(tmp_path_factory):
    return load_embedder("minilm", tmp_path_factory.mktemp("models"), 1)


def test_a_known_sentence_has_its_known_vector(minilm):
    """Any change of weights, tokens, arithmetic or pooling shows here first."""
    vector = minilm.embed_query(QUESTION)
    assert vector[:5] == pytest.approx(GOLDEN_INT8, abs=0.004)


def test_the_integer_model_stays_close_to_the_float_one(minilm):
    """GOLDEN_FLOAT is the packaged float32 graph's vector: the reference this model approximates."""
    assert minilm.embed_query(QUESTION)[:5] == pytest.approx(GOLDEN_FLOAT, abs=0.01)


def test_vectors_are_unit_float32_rows(minilm):
    """Dot products are read as cosines everywhere downstream."""
    vectors = minilm.embed_documents([QUESTION, "", UNRELATED])
    assert vectors.dtype == np.float32
    assert vectors.shape == (3, minilm.dimension)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_no_texts_give_no_rows(minilm):
    """An article set without chunks is no error."""
    assert minilm.embed_documents([]).shape == (0, minilm.dimension)


def test_meaning_is_nearer_than_words(minilm):
    """Sanity: the model understands, it does not just run."""
    question, paraphrase, unrelated = minilm.embed_documents([QUESTION, PARAPHRASE, UNRELATED])
    assert question @ paraphrase > 0.5 > 0.3 > question @ unrelated


WORDS = st.lists(st.sampled_from(["Brussels", "police", "1,200", "said", "über", "北京", "."]), max_size=60)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(WORDS.map(" ".join), min_size=1, max_size=12))
def test_a_text_has_one_vector_whatever_stands_beside_it(minilm, texts):
    """Order is kept over length-sorted batches, and a rebuild in other batches finds the same vectors."""
    together = minilm.embed_documents(texts)
    for text, vector in zip(texts, together, strict=True):
        assert minilm.embed_query(text) @ vector > 0.9999


def test_a_long_text_is_read_up_to_the_window(minilm):
    """What stands behind the window cannot move the vector; what stands before it can."""
    inside = "word " * (minilm.window - 2)
    vectors = minilm.embed_documents([inside, inside + "Brussels " * 5000, "Brussels " + inside])
    assert vectors[0] @ vectors[1] > 0.99999
    assert vectors[0] @ vectors[2] < 0.99999


def test_tokens_are_counted_past_the_window_and_without_the_special_ones(minilm):
    """Chunks are cut by these counts."""
    assert minilm.count_tokens(["", "Hello world", "word " * 1000]) == [0, 2, 1000]
    assert token_counter()(["Hello world"]) == [2]


def test_threads_may_share_an_embedder(minilm):
    """The API answers from a pool of threads."""
    texts = [f"{QUESTION} {number}" for number in range(24)]
    expected = minilm.embed_documents(texts)
    with ThreadPoolExecutor(8) as pool:
        found = np.array(list(pool.map(minilm.embed_query, texts)))
    assert (found * expected).sum(axis=1).min() > 0.9999


def test_loading_and_embedding_need_no_network(monkeypatch, tmp_path):
    """No model is ever fetched from anywhere."""

    def refuse(*args, **kwargs):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    load_embedder("minilm", tmp_path).embed_query(QUESTION)


def test_the_fingerprint_names_the_weights(minilm):
    """Vectors of other weights must not be compared with these."""
    assert model.WEIGHTS_SHA256[:12] in minilm.fingerprint


def test_no_embedder_can_be_asked_for(tmp_path):
    """Words alone still answer."""
    assert load_embedder("none", tmp_path) is None


@pytest.mark.parametrize("name", ["minilm-2", "", "/nowhere", "."])
def test_a_name_that_is_no_model_is_refused_with_the_choices(name, tmp_path, monkeypatch):
    """A typing error in a setting should cost a minute."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelError, match="give minilm, none, llama-index"):
        load_embedder(name, tmp_path)


def own_encoder(folder, inputs=("input_ids", "attention_mask")):
    """Save an encoder that maps each token to a row of its own, as an exported model would be."""
    tokens = model.vocabulary().read_text("utf-8").splitlines()
    table = np.random.default_rng(0).standard_normal((len(tokens), 8)).astype(np.float32)
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])],
        "own",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"]) for name in inputs],
        [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["texts", "tokens", 8])],
        [numpy_helper.from_array(table, "table")],
    )
    saved = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)
    onnx.save(saved, folder / "model.onnx")
    return table


def test_a_directory_with_an_encoder_is_an_embedder(tmp_path):
    """Users bring models of their own language."""
    table = own_encoder(tmp_path)
    (tmp_path / "vocab.txt").write_bytes(model.vocabulary().read_bytes())
    own = load_embedder(str(tmp_path), tmp_path)
    mean = table[[101, 7592, 102]].mean(axis=0)
    padded = own.embed_documents(["hello", "hello hello hello"])[0]
    assert own.dimension == 8
    assert padded == pytest.approx(mean / np.linalg.norm(mean), abs=1e-6)
    assert own.fingerprint != load_embedder("minilm", tmp_path).fingerprint


def test_a_tokenizer_file_is_used_without_its_own_padding_and_cut(tmp_path):
    """Exported tokenizers pad and truncate to 128; the window and the batch decide here."""
    own_encoder(tmp_path)
    tokenizer = Tokenizer(WordPiece.from_file(str(model.vocabulary()), unk_token="[UNK]"))
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.enable_padding(length=128)
    tokenizer.enable_truncation(128)
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    assert load_embedder(str(tmp_path), tmp_path).count_tokens(["hello", "hello " * 200]) == [1, 200]


def test_an_encoder_that_is_no_text_encoder_is_refused(tmp_path):
    """An image model in the wrong folder should be named, not crash."""
    own_encoder(tmp_path, inputs=("input_ids", "pixel_values"))
    (tmp_path / "vocab.txt").write_bytes(model.vocabulary().read_bytes())
    with pytest.raises(ModelError, match="pixel_values"):
        load_embedder(str(tmp_path), tmp_path)


def test_an_encoder_that_cannot_be_read_is_refused(tmp_path):
    """A broken download should be named, not crash."""
    (tmp_path / "model.onnx").write_bytes(b"version https://git-lfs.github.com/spec/v1")
    (tmp_path / "vocab.txt").write_bytes(model.vocabulary().read_bytes())
    with pytest.raises(ModelError, match=r"model\.onnx"):
        load_embedder(str(tmp_path), tmp_path)


def test_a_tokenizer_that_cannot_be_read_is_refused(tmp_path):
    """The same, for the file beside it."""
    own_encoder(tmp_path)
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelError, match=r"tokenizer\.json"):
        load_embedder(str(tmp_path), tmp_path)
