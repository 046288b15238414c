"""Draws what benchmarks/results/evaluation.jsonl holds: figures step by step, and reliability.

pip install matplotlib            # not among the project's own dependencies
python benchmarks/plots.py        # writes steps.png and reliability.png beside the rows
"""

import json
from collections import defaultdict
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
# (measure, set, figure, title, bar): the figures that the bars are set on.
FIGURES = (
    ("retrieval", "news_qa/2022/gold", "hits5", "news_qa 2022, gold article, Hits@5", 0.82),
    ("retrieval", "news_qa/2022/gold", "mrr10", "news_qa 2022, gold article, MRR@10", 0.70),
    ("retrieval", "multi_article/sentence", "all_found10", "multi_article, all needed in ten", 0.76),
    ("evidence", "evidence_qa/multirc/given", "f1", "MultiRC, evidence F1", 0.62),
    ("evidence", "evidence_qa/clapnq/given", "f1", "CLAPNQ, evidence F1", 0.65),
    ("abstention", "evidence_qa/clapnq/given", "auroc", "CLAPNQ, answerable or not, AUROC", None),
    ("abstention", "evidence_qa/squad2/given", "auroc", "SQuAD 2.0, answerable or not, AUROC", None),
    ("abstention", "news_qa/2022/withheld", "auroc", "news_qa withheld, AUROC", None),
)
INK, ACCENT, GREY = "#44546a", "#b04a3a", "#9aa3ad"


def steps(rows: list[dict]) -> None:
    """Draw each figure over the commits that measured it."""
    from matplotlib import pyplot

    canvas, axes = pyplot.subplots(2, 4, figsize=(13, 5.2), layout="constrained")
    for axis, (measure, name, figure, title, bar) in zip(axes.flat, FIGURES, strict=True):
        told = [row for row in rows if (row["measure"], row["set"]) == (measure, name)]
        values = [row[figure] for row in told]
        axis.plot(range(len(values)), values, color=INK, marker="o")
        for at, value in enumerate(values):
            if f"{value:.3f}" == f"{values[at - 1]:.3f}" and at:
                continue
            axis.annotate(
                f"{value:.3f}", (at, value), (0, 6), textcoords="offset points", ha="center", fontsize=8
            )
        axis.set_xticks(range(len(values)), [row["commit"][:7] for row in told], fontsize=7, rotation=45)
        axis.set_title(title, fontsize=9)
        axis.margins(x=0.2, y=0.4)
        axis.spines[["top", "right"]].set_visible(False)
        if bar is not None:
            axis.axhline(bar, color=ACCENT, linestyle="--", linewidth=1)
    canvas.savefig(RESULTS / "steps.png", dpi=110)


def reliability(rows: list[dict]) -> None:
    """Draw how often the questions that were given a probability could be answered."""
    from matplotlib import pyplot

    newest = {row["set"]: row for row in rows if "reliability" in row}
    canvas, axes = pyplot.subplots(1, len(newest) + 1, figsize=(14, 3.2), layout="constrained", sharey=True)
    together: dict[int, list[tuple[int, float, float]]] = defaultdict(list)
    for row in newest.values():
        for place, told in enumerate(row["reliability"]):
            together[place].append(told)
    pooled = [
        (
            sum(n for n, _, _ in told),
            sum(n * p for n, p, _ in told) / max(1, sum(n for n, _, _ in told)),
            sum(n * share for n, _, share in told) / max(1, sum(n for n, _, _ in told)),
        )
        for told in together.values()
    ]
    sets = [*((name, row["reliability"]) for name, row in newest.items()), ("all four", pooled)]
    for axis, (name, told) in zip(axes, sets, strict=True):
        axis.plot([0, 1], [0, 1], color=GREY, linewidth=1)
        held = [one for one in told if one[0]]
        axis.scatter(
            [p for _, p, _ in held], [s for _, _, s in held], [4 + n / 2 for n, _, _ in held], color=INK
        )
        axis.set_title(name, fontsize=9)
        axis.set_xlabel("probability given", fontsize=8)
        axis.spines[["top", "right"]].set_visible(False)
    axes[0].set_ylabel("share that can be answered", fontsize=8)
    canvas.savefig(RESULTS / "reliability.png", dpi=110)


def main() -> None:
    import matplotlib

    matplotlib.use("Agg")
    lines = (RESULTS / "evaluation.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    steps(rows)
    reliability(rows)


if __name__ == "__main__":
    main()
