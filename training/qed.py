"""QED's files -> groups: a question, a paragraph's sentences and which of them answer.

QED: Lamm et al., "QED: A Framework and Dataset for Explanations in Question Answering", TACL 2021;
CC BY-SA 3.0.
"""

import gzip
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from training.groups import Group

# QED is tokenised; what we read is not.
_UNDO = (
    (r" ([,.;:?!%)\]}])", r"\1"),
    (r"([(\[{$]) ", r"\1"),
    (r"`` ?", '"'),
    (r" ?''", '"'),
    (r" ('s|n't|'re|'ve|'ll|'d|'m)\b", r"\1"),
    (r" - ", "-"),
)


def read(paths: Sequence[Path]) -> list[Group]:
    """Return the questions that a sentence of their paragraph answers."""
    found = (_group(json.loads(line)) for path in sorted(paths) for line in _lines(path))
    return [group for group in found if any(group.is_answer)]


def _lines(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from file


def _group(row: dict[str, Any]) -> Group:  # Any: JSON
    text, starts = row["paragraph_text"], row["sentence_starts"]
    spans = list(zip(starts, [*starts, len(text)][1:], strict=True))
    if "answer_spans" in row:
        answers = [(start, end) for start, end in row["answer_spans"]]
    else:
        answers = [(one["start"], one["end"]) for given in row["original_nq_answers"] for one in given]
    return Group(
        question=row["question_text"],
        title=row["title_text"],
        sentences=[_plain(text[start:end]) for start, end in spans],
        is_answer=[any(a < end and b > start for a, b in answers) for start, end in spans],
        answers=sorted({_plain(text[a:b]) for a, b in answers}, key=len),
    )


def _plain(text: str) -> str:
    for pattern, plain in _UNDO:
        text = re.sub(pattern, plain, text)
    return text.strip()
