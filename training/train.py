"""Train the selector: python -m training.train QED SQUAD MODEL OUTPUT; folders, but SQUAD is a file.

Goes on from OUTPUT/last.pt when there is one, else from --start WEIGHTS.npz, else from MODEL. Writes
weights.npz, from which training.export makes the model, and a line of JSON every 25 steps and at each
evaluation on QED's development part and on the last articles of SQuAD's training part, not trained on.
"""

import argparse
import pickle
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import nn

from app.evaluation.metrics import auroc
from index.crossencoder import Pair
from index.embeddings import load_embedder
from index.model import vocabulary
from index.readers import InContext, QuestionPairs
from index.runtime import word_pieces
from training.groups import Group, add_negatives
from training.loop import Loop, load, parser, run
from training.qed import read as qed_groups
from training.selector import Selector
from training.squad import read as squad_groups
from training.unanswerable import unanswerable

# A group is four sentences of the paragraph, two of them answers at most, two hard negatives, and an answer
# again for up to two questions that it does not answer. A batch is so many groups on each of two processes.
_GROUPS, _INSIDE, _RIGHT, _NEAR, _OUTSIDE, _CHANGED = 6, 4, 2, 5, 2, 2
_RATE = 5e-5
_HELD, _MEASURED = 600, 300
# The loss: each pair by itself, the paragraph's sentences against each other, and the answer's tokens.
_LISTWISE, _TOKENS = 0.5, 0.3
_PARTS = 4
_EVALUATED = 800


@dataclass(slots=True)
class Example:
    """A pair; `label` is 1 for an answer, 0 for none, -1 for none to a question that was changed.

    `spans` marks the sentence's tokens that are the answer.
    """

    pair: Pair
    label: int
    group: int
    spans: list[float] | None = None


class Sampler:
    """Makes examples of groups, each time other ones."""

    def __init__(self, tokenizer: Any, rng: random.Random) -> None:  # tokenizers has no types
        self._tokenizer, self._rng = tokenizer, rng
        self._pairs = QuestionPairs(tokenizer)

    def examples(self, group: Group, number: int) -> list[Example]:
        """Return the examples of a group, which is the batch's `number`th."""
        rng, question = self._rng, group.question
        if rng.random() < 0.5:
            question = f"{question[0].upper()}{question[1:].removesuffix('?')}?"
        right = [at for at, is_answer in enumerate(group.is_answer) if is_answer]
        wrong = [at for at, is_answer in enumerate(group.is_answer) if not is_answer]
        inside = rng.sample(right, min(_RIGHT, len(right)))
        inside += rng.sample(wrong, min(_INSIDE - len(inside), len(wrong)))
        title = group.title if rng.random() < 0.7 else ""
        found = []
        for at in inside:
            told = group.in_context(at, before=rng.random() < 0.8, title=title)
            example = self._example(question, told, int(group.is_answer[at]), number)
            example.spans = self._spans(told.sentence, group.answers) if example.label else None
            found.append(example)
        near, far = group.negatives[:_NEAR], group.negatives[_NEAR:]
        for other in [*rng.sample(near, min(1, len(near))), *rng.sample(far, min(_OUTSIDE - 1, len(far)))]:
            # Half keep the right title, so that a title alone gives nothing away.
            before = other.before if rng.random() < 0.8 else ""
            told = InContext(other.sentence, before, title if rng.random() < 0.5 else other.title)
            found.append(self._example(question, told, 0, number))
        # Of the ways to change it no two are the same.
        for changed in sorted({self._changed(question, group) for _ in range(_CHANGED)} - {""}):
            told = group.in_context(
                rng.choice(right), before=rng.random() < 0.8, title=group.title if rng.random() < 0.8 else ""
            )
            found.append(self._example(changed, told, -1, number))
        return found

    def _changed(self, question: str, group: Group) -> str:
        return unanswerable(question, group.title, group.sentences, group.negatives, self._rng)

    def _example(self, question: str, told: InContext, label: int, number: int) -> Example:
        return Example(self._pairs.of(question, [told])[0], label, number)

    def _spans(self, sentence: str, answers: list[str]) -> list[float] | None:
        offsets = self._tokenizer.encode(sentence, add_special_tokens=False).offsets
        places = [(sentence.lower().find(answer.lower()), len(answer)) for answer in answers]
        held = [(start, start + size) for start, size in places if start >= 0]
        marks = [float(any(a < end and b > start for start, end in held)) for a, b in offsets]
        return marks if held else None


def loss_of(net: Selector, examples: list[Example]) -> torch.Tensor:
    """Return the loss of a batch."""
    examples = sorted(examples, key=lambda one: len(one.pair.ids))
    cuts = [len(examples) * part // _PARTS for part in range(_PARTS + 1)]
    scores, token_losses = [], []
    for start, end in pairwise(cuts):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            found, tokens = net([one.pair for one in examples[start:end]])
        scores.append(found)
        for row, one in enumerate(examples[start:end]):
            if one.spans is not None:
                size = min(len(one.spans), len(one.pair.ids) - one.pair.second)
                said = tokens[row, one.pair.second : one.pair.second + size]
                marks = torch.tensor(one.spans[:size])
                token_losses.append(nn.functional.binary_cross_entropy_with_logits(said, marks))
    logits = torch.cat(scores)
    labels = torch.tensor([one.label for one in examples])
    right = labels.clamp(min=0).float()
    loss = nn.functional.binary_cross_entropy_with_logits(logits, right)
    groups = torch.tensor([one.group for one in examples])
    for number in groups.unique():
        same = (groups == number) & (labels >= 0)
        listwise = -(torch.log_softmax(logits[same], 0) * right[same] / right[same].sum()).sum()
        loss = loss + _LISTWISE * listwise / _GROUPS
    return loss + _TOKENS * sum(token_losses) / max(1, len(token_losses))


@torch.no_grad()
def evaluate(net: Selector, groups: list[Group], tokenizer: Any) -> dict[str, float]:
    """Return how often an answer comes first in its paragraph, and how well the best score tells an answer.

    `mrr` is the first answer's mean reciprocal rank. `answerable` is the AUROC of a paragraph's best score
    against that of the sentences of other paragraphs, `changed` of the answers' against the same sentences'
    for a question that they do not answer.
    """
    pairs, rng, ranks = QuestionPairs(tokenizer), random.Random(1), []
    best, others, asked, changed = [], [], [], []
    for group in groups:
        told = [group.in_context(at, title=group.title) for at in range(len(group.sentences))]
        right = [number for number, is_answer in enumerate(group.is_answer) if is_answer]
        said = unanswerable(group.question, group.title, group.sentences, group.negatives, rng)
        given = pairs.of(group.question, [*told, *group.negatives[:5]])
        given += pairs.of(said, [told[right[0]]]) if said else []
        with torch.autocast("cpu", dtype=torch.bfloat16):
            scores = net(given)[0].tolist()
        inside = scores[: len(told)]
        order = sorted(range(len(told)), key=lambda at: -inside[at])
        ranks.append(next(rank for rank, at in enumerate(order) if group.is_answer[at]))
        if group.negatives:
            best.append(max(inside))
            others.append(max(scores[len(told) : len(told) + 5]))
        if said:
            asked.append(inside[right[0]])
            changed.append(scores[-1])
    return {
        "right": float(np.mean([rank == 0 for rank in ranks])),
        "mrr": float(np.mean([1 / (1 + r) for r in ranks])),
        "answerable": _told_apart(best, others),
        "changed": _told_apart(asked, changed),
    }


def _told_apart(higher: list[float], lower: list[float]) -> float:
    return auroc([*higher, *lower], [True] * len(higher) + [False] * len(lower))


def prepared(arguments: argparse.Namespace) -> dict[str, list[Group]]:
    """Return the groups to train on ("qed", "squad") and those to measure ("qed_held", "squad_held")."""
    kept = arguments.output / "groups.pkl"
    if not kept.exists():
        qed, qed_held = (
            qed_groups([path for path in arguments.qed.iterdir() if f"-{part}" in path.name])
            for part in ("train", "dev")
        )
        squad = squad_groups(arguments.squad, random.Random(arguments.seed))
        embedder = load_embedder("minilm", arguments.output)
        assert embedder is not None
        add_negatives([*qed, *squad], embedder)
        add_negatives(qed_held, embedder)
        cut = len(squad) - _HELD
        held = {group.title for group in squad[cut:]}
        found = {
            "qed": qed,
            "squad": [group for group in squad if group.title not in held],
            "qed_held": qed_held[:_MEASURED],
            "squad_held": squad[cut:][:_MEASURED],
        }
        kept.write_bytes(pickle.dumps(found))
    return pickle.loads(kept.read_bytes())


def train(rank: int, arguments: argparse.Namespace) -> None:
    """Train to the end, with a checkpoint every 100 steps; `rank` is the process, 0 or 1."""
    groups = prepared(arguments)
    tokenizer = word_pieces(vocabulary())
    net = Selector(arguments.model)
    if arguments.start:
        load(net, arguments.start)
    loop = Loop(net, rank, arguments, _RATE)
    rng = random.Random(f"{arguments.seed}.{rank}.{loop.first - 1}")
    sampler, drawn = Sampler(tokenizer, rng), {part: _drawn(groups[part], rng) for part in ("qed", "squad")}

    def loss() -> torch.Tensor:
        parts = ["qed" if rng.random() < arguments.qed_share else "squad" for _ in range(_GROUPS)]
        examples = (sampler.examples(next(drawn[part]), number) for number, part in enumerate(parts))
        return loss_of(net, [one for found in examples for one in found])

    def measure() -> dict[str, float]:
        found = {part: evaluate(net, groups[part], tokenizer) for part in ("qed_held", "squad_held")}
        return {f"{part}_{name}": value for part, told in found.items() for name, value in told.items()}

    loop.go(loss, measure, _EVALUATED)


def _drawn(groups: list[Group], rng: random.Random) -> Iterator[Group]:
    """Yield the groups for ever, each once before any comes again."""
    while True:
        yield from rng.sample(groups, len(groups))


def main() -> None:
    """Read the command line and train."""
    options = parser(__doc__ or "", "qed", "squad", "model", "output")
    options.add_argument("--qed-share", type=float, default=0.35)
    arguments = options.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    prepared(arguments)
    run(train, arguments)


if __name__ == "__main__":
    main()
