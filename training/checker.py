"""Train the checker: python -m training.checker SUMMEDITS QED SQUAD MODEL OUTPUT --start selector.npz

SUMMEDITS, QED and MODEL are folders, SQUAD is a file. Writes weights.npz, from which training.export makes
the model, and a line of JSON every 25 steps and at each evaluation on SummEdits' texts that are kept apart.
"""

import argparse
import pickle
import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import torch
from torch import nn

from app.evaluation.metrics import auroc
from index.crossencoder import Pair
from index.embeddings import load_embedder
from index.model import vocabulary
from index.readers import ClaimPairs
from index.runtime import word_pieces
from index.sentences import split
from training.claims import Made, Maker, Summaries, paragraphs, summedits
from training.edits import Editor, Vocabulary
from training.loop import Loop, load, parser, run
from training.selector import Selector

# So many groups a step on each of two processes, of two right and two wrong claims about one text at most.
_GROUPS, _RIGHT, _WRONG = 7, 2, 2
_RATE = 7e-5
# The loss: each claim by itself, a group's right claims against its wrong ones, and the wrong words.
_PAIRWISE, _WORDS, _WRONG_WORD = 0.5, 1.0, 3.0
_PARTS = 4
_EVALUATED = 200
_MEASURED, _AT_ONCE = 400, 24


@dataclass(slots=True)
class Example:
    """A claim with its evidence; `marks` tells the claim's tokens that are wrong, None where not known."""

    pair: Pair
    is_right: float
    marks: list[float] | None
    group: int


class Sampler:
    """Makes examples, each time other ones."""

    def __init__(self, texts: Sequence[Summaries], maker: Maker, rng: random.Random) -> None:
        self._texts = [one for one in texts if len({claim.is_right for claim in one.claims}) > 1]
        self._maker, self._rng = maker, rng
        self._tokenizer: Any = word_pieces(vocabulary())  # tokenizers has no types
        self._pairs = ClaimPairs(self._tokenizer)

    def examples(self, share: float) -> list[Example]:
        """Return a batch; `share` of its groups are SummEdits'."""
        found = []
        for number in range(_GROUPS):
            made = self._edited() if self._rng.random() < share else self._maker.group()[: _RIGHT + _WRONG]
            found += [one for claim in made if (one := self.example(claim, number))]
        return found

    def example(self, claim: Made, number: int) -> Example | None:
        """Return the claim as it is read; None for a wrong one whose wrong words are cut off."""
        order = claim.ranked or list(range(len(claim.evidence)))
        pair = self._pairs.of(claim.text, claim.evidence, order)
        marks = None
        if claim.marks is not None:
            read = self._tokenizer.encode(claim.text, add_special_tokens=False).offsets[: pair.second - 2]
            marks = [float(any(a < end and b > start for start, end in claim.marks)) for a, b in read]
            if not claim.is_right and not any(marks):
                return None
        return Example(pair, float(claim.is_right), marks, number)

    def _edited(self) -> list[Made]:
        """Return summaries of one text, some cut to a sentence, with some of the evidence left out."""
        rng, text = self._rng, self._rng.choice(self._texts)
        right = [claim for claim in text.claims if claim.is_right]
        wrong = [claim for claim in text.claims if not claim.is_right]
        drawn = [*rng.sample(right, min(_RIGHT, len(right))), *rng.sample(wrong, min(_WRONG, len(wrong)))]
        found = []
        for claim in drawn:
            order = claim.ranked if rng.random() < 0.6 else claim.ranked[: rng.choice([2, 3, 4, 6])]
            order = [number for place, number in enumerate(order) if not place or rng.random() >= 0.1]
            made = Made(claim.text, claim.evidence, claim.is_right, claim.marks, order)
            found.append(self._sentence_of(made) if rng.random() < 0.5 else made)
        return found

    def _sentence_of(self, claim: Made) -> Made:
        """Return a sentence of a summary, wrong only where all of what is wrong stands in it."""
        cut = list(split(claim.text))
        if len(cut) < 2 or claim.marks is None:
            return claim
        one = self._rng.choice(cut)
        inside = [(a - one.start, b - one.start) for a, b in claim.marks if a >= one.start and b <= one.end]
        if inside and len(inside) < len(claim.marks):
            return claim
        return Made(claim.text[one.start : one.end], claim.evidence, not inside, inside, claim.ranked)


def loss_of(net: Selector, examples: list[Example]) -> torch.Tensor:
    """Return the loss of a batch."""
    examples = sorted(examples, key=lambda one: len(one.pair.ids))
    cuts = [len(examples) * part // _PARTS for part in range(_PARTS + 1)]
    scores, word_losses = [], []
    for start, end in pairwise(cuts):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            found, tokens = net([one.pair for one in examples[start:end]])
        scores.append(found)
        for row, one in enumerate(examples[start:end]):
            if one.marks:
                marks = torch.tensor(one.marks)
                said = tokens[row, 1 : 1 + len(marks)]
                weight = torch.where(marks > 0, _WRONG_WORD, 1.0)
                word_losses.append(nn.functional.binary_cross_entropy_with_logits(said, marks, weight=weight))
    logits = torch.cat(scores)
    right = torch.tensor([one.is_right for one in examples])
    groups = torch.tensor([one.group for one in examples])
    loss = nn.functional.binary_cross_entropy_with_logits(logits, right)
    beside = (groups[:, None] == groups[None, :]) & (right[:, None] > right[None, :])
    if beside.any():
        apart = (logits[:, None] - logits[None, :])[beside]
        loss = loss + _PAIRWISE * nn.functional.softplus(-apart).mean()
    return loss + _WORDS * sum(word_losses) / max(1, len(word_losses))


@torch.no_grad()
def evaluate(net: Selector, texts: Sequence[Summaries], sampler: Sampler) -> float:
    """Return the AUROC of right summaries against wrong ones."""
    claims = [claim for text in texts for claim in text.claims]
    claims = random.Random(5).sample(claims, min(_MEASURED, len(claims)))
    read = [(one, claim) for claim in claims if (one := sampler.example(claim, 0))]
    read.sort(key=lambda pair: len(pair[0].pair.ids))
    scores: list[float] = []
    for at in range(0, len(read), _AT_ONCE):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            scores += net([one.pair for one, _ in read[at : at + _AT_ONCE]])[0].tolist()
    return auroc(scores, [claim.is_right for _, claim in read])


def prepared(arguments: argparse.Namespace) -> tuple[list[Summaries], list]:
    """Return SummEdits' texts, and the paragraphs that claims are made of."""
    kept = arguments.output / "claims.pkl"
    if not kept.exists():
        qed = sorted(arguments.qed.glob("qed-train-*.jsonl.gz"))
        kept.write_bytes(pickle.dumps((summedits(arguments.summedits), paragraphs(arguments.squad, qed))))
    return pickle.loads(kept.read_bytes())


def train(rank: int, arguments: argparse.Namespace) -> None:
    """Train to the end, with a checkpoint every 100 steps; `rank` is the process, 0 or 1."""
    texts, told = prepared(arguments)
    net = Selector(arguments.model)
    load(net, arguments.start)
    loop = Loop(net, rank, arguments, _RATE)
    rng = random.Random(f"{arguments.seed}.{rank}.{loop.first - 1}")
    sentences = [one for text in told for one in text.sentences]
    embedder = load_embedder("minilm", arguments.output)
    assert embedder is not None
    maker = Maker(told, Editor(Vocabulary(sentences, embedder), sentences, rng), rng)
    sampler = Sampler([text for text in texts if not text.is_held], maker, rng)
    held = [text for text in texts if text.is_held]
    loop.go(
        lambda: loss_of(net, sampler.examples(arguments.share)),
        lambda: {"held": evaluate(net, held, sampler)},
        _EVALUATED,
    )


def main() -> None:
    """Read the command line and train."""
    options = parser(__doc__ or "", "summedits", "qed", "squad", "model", "output")
    options.add_argument("--share", type=float, default=0.3)
    arguments = options.parse_args()
    if arguments.start is None:
        options.error("--start is needed: the selector's weights, see training/README.md")
    arguments.output.mkdir(parents=True, exist_ok=True)
    prepared(arguments)
    run(train, arguments)


if __name__ == "__main__":
    main()
