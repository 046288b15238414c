"""The packaged selector: it knows an answer when it reads one, on every processor, whatever the text."""

import numpy as np
import onnxruntime  # noqa: TID253 - runs the model file
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import bert, crossencoder
from index.crossencoder import WINDOW, CrossEncoder, InContext, Pairs, load_cross_encoder
from index.errors import ModelError
from index.model import vocabulary
from index.runtime import word_pieces

QUESTION = "Who designed the bridge that fell in Oslo?"
ANSWER = InContext(
    "It was designed by the engineer Kari Holm.", "A bridge in Oslo fell on Monday.", "Bridge falls"
)
OTHERS = [
    InContext("A bridge in Oslo fell on Monday.", "", "Bridge falls"),
    InContext("Nobody was hurt when the bridge fell.", ANSWER.sentence, "Bridge falls"),
    InContext("Repairs will cost 40 million kroner.", "", "Bridge falls"),
    InContext("The museum was designed by Snøhetta.", "", "Museum opens"),
]


@pytest.fixture(scope="module")
def encoder() -> CrossEncoder:
    return load_cross_encoder()


def test_the_sentence_that_answers_scores_above_those_about_the_same_things(encoder):
    """That is what likeness cannot tell, and why there is a model."""
    scores = encoder.score(QUESTION, [ANSWER, *OTHERS])
    assert scores.argmax() == 0


def test_a_score_does_not_depend_on_the_other_sentences(encoder):
    """An answer must not change because another article was found beside it."""
    together = encoder.score(QUESTION, [ANSWER, *OTHERS])
    alone = np.concatenate([encoder.score(QUESTION, [one]) for one in (ANSWER, *OTHERS)])
    assert np.abs(together - alone).max() < 1e-3


def test_no_sentence_has_no_score(encoder):
    """A question may find nothing."""
    assert encoder.score(QUESTION, []).shape == (0,)


@given(st.text(max_size=300), st.text(max_size=1000), st.text(max_size=1000), st.text(max_size=300))
def test_any_text_can_be_read(question, sentence, before, title):
    """All four come from outside."""
    pairs = Pairs(word_pieces(vocabulary())).of(question, [InContext(sentence, before, title)])
    assert len(pairs[0].ids) <= WINDOW
    assert 2 <= pairs[0].asked < len(pairs[0].ids)


@pytest.mark.parametrize("text", ["", "\x00", "word " * 2000, "\U0001f600" * 500, "ａｂｃ\u202e"])
def test_odd_texts_have_finite_scores(encoder, text):
    """Neither nothing nor too much may end in nonsense."""
    assert np.isfinite(encoder.score(text, [InContext(text, text, text)])).all()


def test_the_unsigned_form_gives_the_same_scores():
    """Old processors take another path through the same integers."""
    content = crossencoder._MODEL.read_bytes()
    given = {
        "input_ids": [[101, 2040, 102, 2129, 102], [101, 2040, 102, 102, 0]],
        "segments": [[0, 0, 0, 1, 1], [0, 0, 0, 1, 0]],
        "lengths": [5, 4],
    }
    signed, unsigned = (
        onnxruntime.InferenceSession(form).run(["scores"], given)[0]
        for form in (content, bert.unsigned(content))
    )
    assert np.abs(signed - unsigned).max() < 1e-4


def test_a_damaged_or_missing_model_is_refused(monkeypatch, tmp_path):
    """Garbled weights would choose plausible nonsense."""
    content = bytearray(crossencoder._MODEL.read_bytes())
    content[len(content) // 2] ^= 1
    damaged = tmp_path / "selector.onnx"
    for path in (damaged, tmp_path / "none.onnx"):
        damaged.write_bytes(content)
        monkeypatch.setattr(crossencoder, "_MODEL", path)
        with pytest.raises(ModelError, match="install Footnote again"):
            load_cross_encoder()
