"""A question, its paragraph, which sentences answer it, and the hard negatives it is trained against."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from index.embeddings import Embedder
from index.readers import InContext

# Of the nearest sentences of other paragraphs so many are kept, those that hold an answer left out.
_NEGATIVES, _NEAREST = 20, 60
_SLICE, _QUESTIONS = 512, 128


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


def add_negatives(groups: Sequence[Group], embedder: Embedder) -> None:
    """Give each group the sentences of other paragraphs most alike to its question that hold no answer.

    They may be of the same article: what is about the same thing and does not answer teaches most.
    """
    texts = [text for group in groups for text in group.sentences]
    owners = np.array([number for number, group in enumerate(groups) for _ in group.sentences])
    vectors = np.concatenate(
        [embedder.embed_documents(texts[at : at + _SLICE]) for at in range(0, len(texts), _SLICE)]
    )
    for start in range(0, len(groups), _QUESTIONS):
        some = groups[start : start + _QUESTIONS]
        likeness = np.stack([embedder.embed_query(group.question) for group in some]) @ vectors.T
        for group, row in zip(some, likeness, strict=True):
            nearest = np.argpartition(-row, _NEAREST)[:_NEAREST]
            own = set(group.sentences)
            for at in nearest[np.argsort(-row[nearest])]:
                held = any(answer.lower() in texts[at].lower() for answer in group.answers)
                if texts[at] in own or held or groups[owners[at]].question == group.question:
                    continue
                before = texts[at - 1] if at and owners[at - 1] == owners[at] else ""
                group.negatives.append(InContext(texts[at], before, groups[owners[at]].title))
                if len(group.negatives) == _NEGATIVES:
                    break
