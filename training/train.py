"""Train the selector: python -m training.train QED MODEL OUTPUT [--steps 1500] [--seed 7], all three folders.

Goes on from OUTPUT/last.pt when there is one. Writes weights.npz, from which training.export makes the model,
and a line of JSON every 25 steps and at each evaluation on QED's development part.
"""

import argparse
import json
import random
import sys
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from index.crossencoder import InContext, Pair, Pairs
from index.embeddings import load_embedder
from index.model import vocabulary
from index.runtime import word_pieces
from training.qed import Group, add_negatives, read
from training.selector import Selector
from training.unanswerable import unanswerable

# A group is five sentences of the paragraph, two of them answers at most, three hard negatives, and the
# answers again for a question that they do not answer.
_GROUPS, _INSIDE, _RIGHT, _OUTSIDE = 6, 5, 2, 3
_RATE, _DECAY, _WARM_UP, _LAST = 6e-5, 0.01, 150, 0.02
# The loss: each pair by itself, the paragraph's sentences against each other, and the answer's tokens.
_LISTWISE, _TOKENS = 0.5, 0.3
_PARTS = 4
_SAVED, _EVALUATED, _SAID = 200, 600, 25


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
        self._pairs = Pairs(tokenizer)

    def examples(self, group: Group, number: int) -> list[Example]:
        """Return the examples of a group, which is the batch's `number`th."""
        rng, question = self._rng, group.question
        if rng.random() < 0.5:
            question = f"{question[0].upper()}{question[1:]}?"
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
        for other in rng.sample(group.negatives, min(_OUTSIDE, len(group.negatives))):
            # Half keep the right title, so that a title alone gives nothing away.
            before = other.before if rng.random() < 0.8 else ""
            told = InContext(other.sentence, before, title if rng.random() < 0.5 else other.title)
            found.append(self._example(question, told, 0, number))
        changed = unanswerable(question, group.title, [one.title for one in group.negatives], rng)
        if changed:
            for at in right[:_RIGHT]:
                told = group.in_context(
                    at, before=rng.random() < 0.8, title=group.title if rng.random() < 0.8 else ""
                )
                found.append(self._example(changed, told, -1, number))
        return found

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
                size = min(len(one.spans), len(one.pair.ids) - one.pair.asked)
                said = tokens[row, one.pair.asked : one.pair.asked + size]
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
    """Return how often an answer comes first in its paragraph, and the first one's mean reciprocal rank."""
    pairs, ranks = Pairs(tokenizer), []
    for group in groups:
        told = [group.in_context(at, title=group.title) for at in range(len(group.sentences))]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            scores, _ = net(pairs.of(group.question, told))
        order = torch.argsort(-scores).tolist()
        ranks.append(next(rank for rank, at in enumerate(order) if group.is_answer[at]))
    return {
        "right": float(np.mean([rank == 0 for rank in ranks])),
        "mrr": float(np.mean([1 / (1 + r) for r in ranks])),
    }


def prepared(folder: Path, part: str, cache: Path) -> list[Group]:
    """Return the groups of a part of QED, "train" or "dev", with their negatives."""
    groups = read([path for path in folder.iterdir() if f"-{part}" in path.name])
    embedder = load_embedder("minilm", cache)
    assert embedder is not None
    add_negatives(groups, embedder)
    return groups


def train(arguments: argparse.Namespace) -> None:
    """Train to the end, with a checkpoint every 200 steps."""
    torch.manual_seed(arguments.seed)
    rng = random.Random(arguments.seed)
    tokenizer = word_pieces(vocabulary())
    groups, held = (prepared(arguments.qed, part, arguments.output) for part in ("train", "dev"))
    net, sampler = Selector(arguments.model), Sampler(tokenizer, rng)
    decayed = [p for p in net.parameters() if p.ndim > 1]
    others = [p for p in net.parameters() if p.ndim <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": _DECAY}, {"params": others, "weight_decay": 0.0}],
        lr=_RATE,
        fused=True,
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1, (step + 1) / _WARM_UP) * max(_LAST, 1 - step / arguments.steps)
    )
    state = {"net": net, "optimizer": optimizer, "schedule": schedule}
    start, order, losses, began = _resumed(arguments.output / "last.pt", state), [], [], time.monotonic()
    for step in range(start + 1, arguments.steps + 1):
        if len(order) < _GROUPS:
            order += rng.sample(range(len(groups)), len(groups))
        batch = [one for number in range(_GROUPS) for one in sampler.examples(groups[order.pop()], number)]
        loss = loss_of(net, batch)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
        if step % _SAID == 0:
            _say(step=step, loss=float(np.mean(losses[-_SAID:])), seconds=round(time.monotonic() - began))
        if step % _SAVED == 0 or step == arguments.steps:
            _save(arguments.output, {name: one.state_dict() for name, one in state.items()}, step)
        if step % _EVALUATED == 0 or step == arguments.steps:
            _say(step=step, **evaluate(net, held, tokenizer))


def _resumed(path: Path, state: dict[str, Any]) -> int:
    if not path.exists():
        return 0
    saved = torch.load(path, weights_only=False)
    for name, one in state.items():
        one.load_state_dict(saved[name])
    return int(saved["step"])


def _save(folder: Path, state: dict[str, Any], step: int) -> None:
    torch.save({**state, "step": step}, folder / "last.part")
    (folder / "last.part").replace(folder / "last.pt")
    kept = {
        name: value.float().numpy() for name, value in state["net"].items() if not name.startswith("token.")
    }
    np.savez(folder / "weights.npz", **kept)


def _say(**figures: float) -> None:
    sys.stdout.write(json.dumps(figures) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Read the command line and train on one thread: two waiting for each other are slower."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("qed", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    train(arguments)


if __name__ == "__main__":
    main()
