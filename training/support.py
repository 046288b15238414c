"""Fits the weights of app/grounding.py: python training/support.py TRAINING [--data DIR]

Reads summedits_other (one-fact edits of summaries, with labels) and qed (Wikipedia paragraphs, from which
claims are made by program: shortened and reworded sentences, and such with a figure, a name, a denial or an
opposite put in, fused of two sentences, or with their own sentence withheld). Prints the weights.
"""

import argparse
import gzip
import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.checks import findings
from app.evaluation.engine import CachedEmbedder
from app.evaluation.metrics import auroc
from app.grounding import Source, features
from app.lexicon import opposites, synonyms
from app.main import load_embedder_or_none
from app.matching import match
from app.settings import Settings
from app.wording import wording
from index.embeddings import Embedder
from index.sentences import split

Matrix = NDArray[np.float64]
SEED = 7
# What can only speak for a claim; everything else can only speak against it.
RAISING = {"alone", "alike"}
# Claims made by program are easier than people's edits, and count less.
MADE = 0.3
PARAGRAPHS = 1200
# (group of texts that must not be split between folds, claim, sentences, supported, weight)
Example = tuple[str, str, list[str], bool, float]

_SPACED = (
    (r" ([,.;:!?)%])", r"\1"),
    (r"([($]) ", r"\1"),
    (r" ' s\b| 's\b", "'s"),
    (r" n't\b", "n't"),
    (r"`` ?| ?''", '"'),
    (" -- ", " – "),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("training", type=Path)
    parser.add_argument("--data", type=Path, default=Path("data"))
    given = parser.parse_args()
    embedder = load_embedder_or_none(Settings(data=given.data))
    assert embedder is not None
    cached = CachedEmbedder(embedder, given.data / "eval" / "support.sqlite3")
    examples = [*summedits(given.training / "summedits_other"), *qed(given.training / "qed")]
    for with_embedder in (cached, None):
        rows = [row_of(one, with_embedder) for one in examples]
        report(examples, rows)


def summedits(folder: Path) -> Iterator[Example]:
    """Yield the labelled claims, and supported ones without the sentence that says most of them."""
    generator = random.Random(SEED)
    for path in sorted(folder.glob("*.jsonl.gz")):
        for row in map(json.loads, gzip.decompress(path.read_bytes()).splitlines()):
            text = row["doc"]
            sentences = [text[s.start : s.end] for s in split(text)]
            if not sentences:
                continue
            yield text[:60], row["summary"], sentences, bool(row["label"]), 1.0
            if row["label"] and len(sentences) > 4 and generator.random() < 0.3:
                best = chosen(row["summary"], sentences)
                rest = [one for n, one in enumerate(sentences) if n not in best]
                if rest:
                    yield text[:60], row["summary"], rest, False, 1.0


def qed(folder: Path) -> Iterator[Example]:
    """Yield claims made by program of Wikipedia paragraphs, three borne out and three not for each."""
    generator = random.Random(SEED)
    rows = [
        json.loads(line)
        for path in sorted(folder.glob("qed-train-*.jsonl.gz"))
        for line in gzip.decompress(path.read_bytes()).splitlines()
    ]
    generator.shuffle(rows)
    made = 0
    for row in rows:
        text = spaced(row["paragraph_text"])
        sentences = [text[s.start : s.end] for s in split(text)]
        whole = [one for one in sentences if 8 <= len(one.split()) <= 40]
        if len(whole) < 3:
            continue
        made += 1
        if made > PARAGRAPHS:
            return
        one, other = generator.sample(whole, 2)
        short = shortened(one, generator)
        group = text[:60]
        yield group, short, sentences, True, MADE
        yield group, reworded(short, generator), sentences, True, MADE
        yield group, shortened(other, generator), sentences, True, MADE
        yield group, fused(one, other), sentences, False, MADE
        yield group, short, [s for s in sentences if s != one], False, MADE
        edits = [edit(short, text, generator) for edit in (figure, name, denial, opposite)]
        kept = [edited for edited in edits if edited and edited != short]
        if kept:
            yield group, generator.choice(kept), sentences, False, MADE


def spaced(text: str) -> str:
    """Return tokenised text as people write it."""
    for pattern, instead in _SPACED:
        text = re.sub(pattern, instead, text)
    return text


def shortened(sentence: str, generator: random.Random) -> str:
    """Return the sentence without brackets, and often without one of its parts between commas."""
    bare = re.sub(r"\s*\([^)]*\)", "", sentence)
    parts = bare.split(", ")
    if len(parts) > 2 and generator.random() < 0.6:
        kept = ", ".join(parts[:-1]) if generator.random() < 0.6 else parts[0] + " " + parts[-1]
        bare = kept.rstrip(" ,.") + "."
    return bare


def reworded(sentence: str, generator: random.Random) -> str:
    """Return the sentence with up to two plain words replaced by others for the same."""
    words = [
        w for w in wording(sentence).words if w.kind == "word" and w.lower == w.lemma and synonyms(w.lemma)
    ]
    for word in sorted(generator.sample(words, min(2, len(words))), key=lambda w: -w.start):
        sentence = sentence[: word.start] + generator.choice(synonyms(word.lemma)) + sentence[word.end :]
    return sentence


def fused(one: str, other: str) -> str:
    """Return the first half of one sentence with the second half of another."""
    a, b = one.rstrip(".").split(), other.split()
    return " ".join(a[: len(a) // 2] + b[len(b) // 2 :])


def figure(sentence: str, _: str, generator: random.Random) -> str:
    found = re.findall(r"\d+", sentence)
    if not found:
        return ""
    old = generator.choice(found)
    new = str(max(1, int(old) + generator.choice([-10, -3, -2, -1, 1, 2, 3, 10])))
    return re.sub(rf"(?<!\d){old}(?!\d)", new, sentence, count=1)


def name(sentence: str, text: str, generator: random.Random) -> str:
    ours = re.findall(r"(?<=\s)[A-Z][a-z]{2,}(?:\s[A-Z][a-z]{2,})*", sentence)
    others = [
        n for n in re.findall(r"(?<=[a-z,]\s)[A-Z][a-z]{2,}(?:\s[A-Z][a-z]{2,})*", text) if n not in sentence
    ]
    others += ["Canada", "Thomas Keller", "Denver", "Tanaka"]
    return sentence.replace(generator.choice(ours), generator.choice(others), 1) if ours else ""


def denial(sentence: str, _: str, __: random.Random) -> str:
    if " not " in sentence:
        return sentence.replace(" not ", " ", 1)
    return re.sub(r" (is|was|are|were|has|have|had|will|can) ", r" \1 not ", sentence, count=1)


def opposite(sentence: str, _: str, generator: random.Random) -> str:
    words = [w for w in wording(sentence).words if w.kind == "word" and opposites(w.lemma)]
    if not words:
        return ""
    word = generator.choice(words)
    return sentence[: word.start] + generator.choice(opposites(word.lemma)) + sentence[word.end :]


def chosen(claim: str, sentences: Sequence[str]) -> tuple[int, ...]:
    return match(claim, [Source(text=one) for one in sentences], [0.0] * len(sentences)).chosen


def row_of(example: Example, embedder: Embedder | None) -> dict[str, float]:
    _, claim, sentences, _, _ = example
    cosines = [0.0] * len(sentences)
    if embedder:
        cosines = (embedder.embed_documents(sentences) @ embedder.embed_documents([claim])[0]).tolist()
    found = match(claim, [Source(text=one) for one in sentences], cosines)
    return features(found, findings(found))


def report(examples: Sequence[Example], rows: Sequence[dict[str, float]]) -> None:
    """Print the weights, and the AUROC and balanced accuracy on texts that another fit has not seen."""
    names = list(rows[0])
    values = np.array([[row[n] for n in names] for row in rows])
    labels = np.array([one[3] for one in examples], float)
    made = np.array([one[4] for one in examples])
    importance = made * np.where(labels == 1, 0.5 / labels.mean(), 0.5 / (1 - labels.mean()))
    signs = np.array([1.0 if n in RAISING else -1.0 for n in names])
    folds = np.array([hash_of(one[0]) % 2 for one in examples])
    scores = np.zeros(len(labels))
    for fold in (0, 1):
        seen = folds != fold
        weights = fit(values[seen], labels[seen], importance[seen], signs)
        scores[~seen] = values[~seen] @ weights[:-1] + weights[-1]
    for group in ("edits", "made"):
        inside = (made == 1) == (group == "edits")
        right = labels[inside] == 1
        shown = (scores[inside] >= 0) == right
        balanced = (shown[right].mean() + shown[~right].mean()) / 2
        area = auroc(scores[inside].tolist(), right.tolist())
        print(
            f"{group}: n {inside.sum()}  AUROC {area:.3f}  balanced accuracy {balanced:.3f}  (unseen texts)"
        )
    weights = fit(values, labels, importance, signs)
    print(json.dumps({n: round(float(w), 3) for n, w in zip([*names, "bias"], weights, strict=True)}))


def hash_of(text: str) -> int:
    return sum(text.encode())


def fit(rows: Matrix, labels: Matrix, importance: Matrix, signs: Matrix, penalty: float = 1.0) -> Matrix:
    """Fit a logistic regression whose weights have the given signs; the bias comes last.

    Accelerated projected gradient descent. The signs keep what is an accident of one source out of the
    weights: in SummEdits a reworded summary has more unknown words than an edited one, and is the right one.
    """
    deviation = rows.std(0) + 1e-9
    scaled = np.c_[rows / deviation, np.ones(len(rows))]
    steepest = np.linalg.norm(scaled * np.sqrt(importance)[:, None], 2) ** 2 / 4 + penalty
    weights = np.zeros(scaled.shape[1])
    ahead, momentum = weights.copy(), 1.0
    for _ in range(3000):
        chance = 1 / (1 + np.exp(-scaled @ ahead))
        slope = scaled.T @ (importance * (chance - labels))
        slope[:-1] += penalty * ahead[:-1]
        stepped = ahead - slope / steepest
        stepped[:-1] = np.where(stepped[:-1] * signs < 0, 0.0, stepped[:-1])
        following = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        ahead = stepped + (momentum - 1) / following * (stepped - weights)
        weights, momentum = stepped, following
    return np.r_[weights[:-1] / deviation, weights[-1]]


if __name__ == "__main__":
    main()
