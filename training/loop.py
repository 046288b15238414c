"""What trains a network: two processes of a thread each, which add up their gradients, with checkpoints."""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import distributed, multiprocessing, nn

PROCESSES = 2
_DECAY, _WARM_UP, _LAST = 0.01, 100, 0.02
_SAVED, _SAID = 100, 25


class Loop:
    """Steps of AdamW with a warm-up and a linear decay, as process `rank` of those that `run` starts."""

    def __init__(self, net: nn.Module, rank: int, arguments: argparse.Namespace, rate: float) -> None:
        self._net, self._rank, self._output = net, rank, arguments.output
        decayed = [p for p in net.parameters() if p.ndim > 1]
        others = [p for p in net.parameters() if p.ndim <= 1]
        self._optimizer = torch.optim.AdamW(
            [{"params": decayed, "weight_decay": _DECAY}, {"params": others, "weight_decay": 0.0}],
            lr=rate,
            fused=True,
        )
        self._schedule = torch.optim.lr_scheduler.LambdaLR(
            self._optimizer,
            lambda step: min(1, (step + 1) / _WARM_UP) * max(_LAST, 1 - step / arguments.steps),
        )

        self._steps = arguments.steps
        self.first = self._resumed() + 1

    def go(
        self, loss: Callable[[], torch.Tensor], measure: Callable[[], dict[str, float]], evaluated: int
    ) -> None:
        """Train from the `first` step to the last, a `loss` a step; `measure` each `evaluated` steps."""
        losses, began = [], time.monotonic()
        for step in range(self.first, self._steps + 1):
            found = loss()
            self._step(found)
            losses.append(found.item())
            if step % _SAID == 0:
                seconds = round(time.monotonic() - began)
                self._say(step=step, loss=float(np.mean(losses[-_SAID:])), seconds=seconds)
            if step % _SAVED == 0 or step == self._steps:
                self._save(step)
            if self._rank == 0 and (step % evaluated == 0 or step == self._steps):
                self._say(step=step, **measure())

    def _resumed(self) -> int:
        """Take up the last checkpoint and return its step, 0 for none."""
        path = self._output / "last.pt"
        if not path.exists():
            return 0
        saved = torch.load(path, weights_only=False)
        for name, one in self._state().items():
            one.load_state_dict(saved[name])
        return int(saved["step"])

    def _step(self, loss: torch.Tensor) -> None:
        """Move against the mean of all processes' gradients."""
        self._optimizer.zero_grad()
        loss.backward()
        _average([p.grad for p in self._net.parameters() if p.grad is not None])
        nn.utils.clip_grad_norm_(self._net.parameters(), 1.0)
        self._optimizer.step()
        self._schedule.step()

    def _save(self, step: int) -> None:
        """Write the checkpoint and weights.npz, from the first process alone."""
        if self._rank:
            return
        state = {name: one.state_dict() for name, one in self._state().items()}
        torch.save({**state, "step": step}, self._output / "last.part")
        (self._output / "last.part").replace(self._output / "last.pt")
        kept = {
            name: value.float().numpy()
            for name, value in state["net"].items()
            if not name.startswith("token.")
        }
        np.savez(self._output / "weights.npz", **kept)

    def _say(self, **figures: float) -> None:
        """Write a line of JSON, from the first process alone."""
        if not self._rank:
            sys.stdout.write(json.dumps(figures) + "\n")
            sys.stdout.flush()

    def _state(self) -> dict:
        return {"net": self._net, "optimizer": self._optimizer, "schedule": self._schedule}


def run(train: Callable[[int, argparse.Namespace], None], arguments: argparse.Namespace) -> None:
    """Run `train` with its rank on each process; two threads of one process are slower."""
    (arguments.output / "meeting").unlink(missing_ok=True)
    multiprocessing.start_processes(_joined, (train, arguments), nprocs=PROCESSES, start_method="spawn")


def parser(description: str, *names: str) -> argparse.ArgumentParser:
    """Return what reads paths by these names, --steps and --seed."""
    found = argparse.ArgumentParser(description=description.splitlines()[0])
    for name in names:
        found.add_argument(name, type=Path)
    found.add_argument("--start", type=Path)
    found.add_argument("--steps", type=int, default=1500)
    found.add_argument("--seed", type=int, default=7)
    return found


def load(net: nn.Module, weights: Path) -> None:
    """Put weights in, as a loop saves them."""
    net.load_state_dict({k: torch.tensor(v) for k, v in np.load(weights).items()}, strict=False)


def _joined(
    rank: int, train: Callable[[int, argparse.Namespace], None], arguments: argparse.Namespace
) -> None:
    torch.set_num_threads(1)
    meeting = f"file://{arguments.output / 'meeting'}"
    distributed.init_process_group("gloo", init_method=meeting, rank=rank, world_size=PROCESSES)
    torch.manual_seed(arguments.seed)
    train(rank, arguments)


def _average(gradients: list[torch.Tensor]) -> None:
    """Make each process's gradients those of all."""
    flat = torch.cat([one.ravel() for one in gradients])
    distributed.all_reduce(flat)
    at = 0
    for one in gradients:
        one.copy_(flat[at : at + one.numel()].view_as(one) / PROCESSES)
        at += one.numel()
