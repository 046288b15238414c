"""QED's files -> groups: a question, a paragraph's sentences, which of them answer, and hard negatives.

QED: Lamm et al., "QED: A Framework and Dataset for Explanations in Question Answering", TACL 2021;
CC BY-SA 3.0.
"""

import gzip
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from index.crossencoder import InContext
from index.embeddings import Embedder

# Of the nearest sentences of other paragraphs so many are kept, those that hold an answer left out.
_NEGATIVES, _NEAREST = 20, 60
_SLICE = 512
# QED is tokenised; what we read is not.
_UNDO = (
    (r" ([,.;:?!%)\]}])", r"\1"),
    (r"([(\[{$]) ", r"\1"),
    (r"`` ?", '"'),
    (r" ?''", '"'),
    (r" ('s|n't|'re|'ve|'ll|'d|'m)\b", r"\1"),
    (r" - ", "-"),
)


@dataclass(slots=True)
class Group:
    """A question and its paragraph. `answers` are texts, shortest first; `negatives` others' sentences."""

    question: str
    title: str
    sentences: list[str]
    is_answer: list[bool]
    answers: list[str]
    negatives: list[InContext] = field(default_factory=list)

    def in_context(self, number: int, *, before: bool = True, title: str = "") -> InContext:
        """Return a sentence of the paragraph as it is read."""
        previous = self.sentences[number - 1] if before and number else ""
        return InContext(self.sentences[number], previous, title)


def read(paths: Sequence[Path]) -> list[Group]:
    """Return the questions that a sentence of their paragraph answers."""
    found = (_group(json.loads(line)) for path in sorted(paths) for line in _lines(path))
    return [group for group in found if any(group.is_answer)]


def add_negatives(groups: Sequence[Group], embedder: Embedder) -> None:
    """Give each group the sentences of other titles most alike to its question that hold no answer."""
    texts = [text for group in groups for text in group.sentences]
    owners = np.array([number for number, group in enumerate(groups) for _ in group.sentences])
    vectors = np.concatenate(
        [embedder.embed_documents(texts[at : at + _SLICE]) for at in range(0, len(texts), _SLICE)]
    )
    for number, group in enumerate(groups):
        nearest = np.argsort(-(vectors @ embedder.embed_query(group.question)))[:_NEAREST]
        for at in nearest:
            other = groups[owners[at]]
            same = owners[at] == number or other.title == group.title or other.question == group.question
            if not same and not any(answer.lower() in texts[at].lower() for answer in group.answers):
                before = texts[at - 1] if at and owners[at - 1] == owners[at] else ""
                group.negatives.append(InContext(texts[at], before, other.title))
            if len(group.negatives) == _NEGATIVES:
                break


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
