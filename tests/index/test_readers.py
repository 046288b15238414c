"""The packaged models: they know an answer and a changed claim when they read one, on every processor."""

import numpy as np
import onnxruntime  # noqa: TID253 - runs the model files
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import bert
from index.crossencoder import Packaged, load_cross_encoder
from index.errors import ModelError
from index.model import vocabulary
from index.readers import (
    CHECKER,
    CLAIM_WINDOW,
    QUESTION_WINDOW,
    SELECTOR,
    ClaimPairs,
    ClaimReader,
    InContext,
    QuestionPairs,
    QuestionReader,
    load_claim_reader,
    load_question_reader,
)
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
EVIDENCE = [
    "The mayor of Oslo closed the bridge after engineers found cracks in two pillars.",
    "Ferries will carry commuters until the repairs are finished in the spring.",
]


@pytest.fixture(scope="module")
def questions() -> QuestionReader:
    return load_question_reader()


@pytest.fixture(scope="module")
def claims() -> ClaimReader:
    return load_claim_reader()


def test_the_sentence_that_answers_scores_above_those_about_the_same_things(questions):
    """That is what likeness cannot tell, and why there is a model."""
    scores = questions.score(QUESTION, [ANSWER, *OTHERS])
    assert scores.argmax() == 0


def test_a_score_does_not_depend_on_the_other_sentences(questions):
    """An answer must not change because another article was found beside it."""
    together = questions.score(QUESTION, [ANSWER, *OTHERS])
    alone = np.concatenate([questions.score(QUESTION, [one]) for one in (ANSWER, *OTHERS)])
    assert np.abs(together - alone).max() < 1e-3


def test_no_sentence_has_no_score(questions):
    """A question may find nothing."""
    assert questions.score(QUESTION, []).shape == (0,)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (
            "The mayor of Oslo shut the bridge after engineers discovered cracks in two pillars.",
            "The mayor of Oslo shut the bridge after teachers discovered cracks in two pillars.",
        ),
        (
            "The mayor of Oslo closed the bridge after cracks were found.",
            "The mayor of Oslo opened the bridge after cracks were found.",
        ),
        (
            "Ferries will carry commuters until the repairs are done.",
            "Ferries will carry tourists until the repairs are done.",
        ),
        (
            "Repairs are finished in the spring.",
            "Repairs are finished in the autumn.",
        ),
    ],
)
def test_a_claim_in_other_words_scores_above_one_with_a_word_changed(claims, right, wrong):
    """No rule knows that an engineer is no teacher."""
    scores = [claims.score(one, EVIDENCE, [0, 1]) for one in (right, wrong)]
    assert scores[0] > scores[1]


@given(st.text(max_size=300), st.text(max_size=1000), st.text(max_size=1000), st.text(max_size=300))
def test_any_text_can_be_read(question, sentence, before, title):
    """All four come from outside."""
    pairs = QuestionPairs(word_pieces(vocabulary())).of(question, [InContext(sentence, before, title)])
    assert len(pairs[0].ids) <= QUESTION_WINDOW
    assert 2 <= pairs[0].second < len(pairs[0].ids)


@given(st.text(max_size=1000), st.lists(st.text(max_size=600), min_size=1, max_size=20))
def test_any_claim_can_be_read_with_any_evidence(claim, sentences):
    """Claims come from outside, and so does what they are held against."""
    pair = ClaimPairs(word_pieces(vocabulary())).of(claim, sentences, range(len(sentences)))
    assert len(pair.ids) <= CLAIM_WINDOW
    assert 2 <= pair.second < len(pair.ids)


def test_evidence_is_read_in_its_order_and_the_first_ranked_always():
    """A sentence that points back is understood behind the one that it points to."""
    tokenizer = word_pieces(vocabulary())
    pairs = ClaimPairs(tokenizer)
    long = "cracks " * 500
    in_order = pairs.of("A claim.", EVIDENCE, [1, 0])
    assert in_order == pairs.of("A claim.", EVIDENCE, [0, 1])
    assert len(pairs.of("A claim.", [EVIDENCE[0], long], [1, 0]).ids) == CLAIM_WINDOW - 96 + 3
    assert pairs.of("A claim.", [EVIDENCE[0], long], [0, 1]) == pairs.of("A claim.", EVIDENCE[:1], [0])


@pytest.mark.parametrize("text", ["", "\x00", "word " * 2000, "\U0001f600" * 500, "ａｂｃ\u202e"])
def test_odd_texts_have_finite_scores(questions, claims, text):
    """Neither nothing nor too much may end in nonsense."""
    assert np.isfinite(questions.score(text, [InContext(text, text, text)])).all()
    assert np.isfinite(claims.score(text, [text, text], [0, 1]))


@pytest.mark.parametrize("model", [SELECTOR, CHECKER])
def test_the_unsigned_form_gives_the_same_scores(model):
    """Old processors take another path through the same integers."""
    content = model.file.read_bytes()
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


@pytest.mark.parametrize("model", [SELECTOR, CHECKER])
def test_a_damaged_or_missing_model_is_refused(model, tmp_path):
    """Garbled weights would choose plausible nonsense."""
    content = bytearray(model.file.read_bytes())
    content[len(content) // 2] ^= 1
    damaged = tmp_path / model.file.name
    damaged.write_bytes(content)
    for path in (damaged, tmp_path / "none.onnx"):
        with pytest.raises(ModelError, match="install Footnote again"):
            load_cross_encoder(Packaged(path, model.sha256))
