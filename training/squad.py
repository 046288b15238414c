"""SQuAD 1.1's training file -> groups, a question a paragraph.

SQuAD: Rajpurkar et al., "SQuAD: 100,000+ Questions for Machine Comprehension of Text", EMNLP 2016;
CC BY-SA 4.0. Only its training part is read: an evaluation set of ours is made of the other one.
"""

import hashlib
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from index.sentences import split
from training.groups import Group

SHA256 = "3527663986b8295af4f7fcdff1ba1ff3f72d07d61a20f487cb238a6ef92fd955"


def read(path: Path, rng: random.Random) -> list[Group]:
    """Return one question of each paragraph, drawn by `rng`, in the file's order of articles."""
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise SystemExit(f"{path.name} is not SQuAD 1.1's training file")
    return list(_groups(json.loads(content)["data"], rng))


def _groups(articles: list[Any], rng: random.Random) -> Iterator[Group]:  # Any: JSON
    for article in articles:
        title = unquote(article["title"]).replace("_", " ")
        for paragraph in article["paragraphs"]:
            text, asked = paragraph["context"], rng.choice(paragraph["qas"])
            answers = [
                (one["answer_start"], one["answer_start"] + len(one["text"])) for one in asked["answers"]
            ]
            sentences = split(text)
            is_answer = [any(a < one.end and b > one.start for a, b in answers) for one in sentences]
            if any(is_answer):
                yield Group(
                    question=asked["question"].strip(),
                    title=title,
                    sentences=[text[one.start : one.end] for one in sentences],
                    is_answer=is_answer,
                    answers=sorted({text[a:b] for a, b in answers}, key=len),
                )
