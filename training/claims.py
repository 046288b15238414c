"""SummEdits' other domains, QED and SQuAD -> claims with their evidence, right ones and wrong ones.

SummEdits: Laban et al., "LLMs as Factual Reasoners", EMNLP 2023 (Apache-2.0 repository), without its news;
QED and SQuAD as training/qed.py and training/squad.py say.
"""

import difflib
import gzip
import hashlib
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.matching import Source, match
from index.sentences import split
from training.edits import Edit, Editor
from training.qed import read as qed_groups
from training.squad import SHA256
from training.support import hash_of, shortened

Spans = list[tuple[int, int]]
# One summary in so many texts is kept apart, to measure and to fit the weights of app/grounding.py.
_HELD = 5
_WORD = re.compile(r"\w+(?:[.,'’-]\w+)*|[$%£€]")
_SHORTEST, _LONGEST = 7, 45
_DOES, _ASKS = r"\b(?:did|does|do)\b", r"(?i)\b(?:who|what|which|when|where|how|why)\b"
_WHEN = re.compile(r"(?i)(?:when|in (?:what|which) year|what year) did (.+)$")
_IS = re.compile(r"(?i)(?:who|what|which) (is|was|are|were) (.+)$")
_HOW_MANY = re.compile(r"(?i)how (?:many|much) (.+)$")
_WHO = re.compile(
    r"(?i)(?:who|what) (?!is|was|are|were|did|does|do|has|have|had|can|could|would|will|should|kind|type|"
    r"year|percentage|day|month|date|time|name)(\w+[dstnwegkmply] .+)$"
)
_WHICH = re.compile(
    r"(?i)(?:what|which) (?:[\w' -]+?) ((?:is|was|are|were|has|had|won|became|made|led|began|used|served|"
    r"started|helped|gave|wrote|took|caused|held|produced|created|developed|founded|built) .+)$"
)
_LED = re.compile(r"(?i)(?:in|on|at|by|after|before|during|since) ")
_YEAR = re.compile(r"\D*\d{4}\D*|(?:the )?\d{4}s|\w+ \d{4}")


@dataclass(slots=True)
class Made:
    """A claim; `ranked` are its evidence's sentences to be read first, `marks` its wrong spans, if known."""

    text: str
    evidence: list[str]
    is_right: bool
    marks: Spans | None
    ranked: list[int]


@dataclass(slots=True)
class Summaries:
    """A text of SummEdits and summaries of it."""

    sentences: list[str]
    claims: list[Made] = field(default_factory=list)

    @property
    def is_held(self) -> bool:
        """Whether it is kept apart, the same on every machine."""
        return hash_of(self.sentences[0]) % _HELD == 0


@dataclass(slots=True)
class Paragraph:
    """Sentences, and of SQuAD's (question, answer, which sentence)."""

    sentences: list[str]
    asked: list[tuple[str, str, int]] = field(default_factory=list)


def summedits(folder: Path) -> list[Summaries]:
    """Read the summaries, each with its text's sentences that say most of it first."""
    texts: dict[str, Summaries] = {}
    for path in sorted(folder.glob("*.jsonl.gz")):
        for row in map(json.loads, gzip.decompress(path.read_bytes()).splitlines()):
            text = row["doc"]
            if text not in texts:
                texts[text] = Summaries([text[s.start : s.end] for s in split(text)])
            held = texts[text]
            if held.sentences:
                claim, is_right = row["summary"], bool(row["label"])
                marks = [] if is_right else _differing(claim, row["original_summary"])
                held.claims.append(
                    Made(claim, held.sentences, is_right, marks, ranked(claim, held.sentences))
                )
    return [one for one in texts.values() if one.claims]


def ranked(claim: str, sentences: Sequence[str]) -> list[int]:
    return list(match(claim, [Source(text=one) for one in sentences], [0.0] * len(sentences)).ranked)


def _differing(edited: str, original: str) -> Spans | None:
    """Return where a summary's words are not the original's; None where some were only left out."""
    ours, theirs = list(_WORD.finditer(edited)), [word.lower() for word in _WORD.findall(original)]
    matcher = difflib.SequenceMatcher(None, [m[0].lower() for m in ours], theirs, autojunk=False)
    return [
        (ours[a].start(), ours[b - 1].end())
        for what, a, b, _, _ in matcher.get_opcodes()
        if what != "equal" and b > a
    ] or None


def paragraphs(squad: Path, qed: Sequence[Path]) -> list[Paragraph]:
    """Read SQuAD's paragraphs with their questions, and QED's."""
    content = squad.read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise SystemExit(f"{squad.name} is not SQuAD 1.1's training file")
    found = []
    for row in (row for article in json.loads(content)["data"] for row in article["paragraphs"]):
        text, cut = row["context"], list(split(row["context"]))
        asked = [
            (one["question"].strip(), answer["text"], at)
            for one in row["qas"]
            for answer in one["answers"][:1]
            for at, s in enumerate(cut)
            if s.start <= answer["answer_start"] < s.end
        ]
        found.append(Paragraph([text[s.start : s.end] for s in cut], asked))
    return [*found, *(Paragraph(group.sentences) for group in qed_groups(qed))]


def declared(question: str, answer: str) -> Edit | None:
    """Return a question and its answer as a statement in which the answer is marked; None for one too hard.

    After Demszky et al., "Transforming Question Answering Datasets Into Natural Language Inference Datasets",
    2018, whose rules for simple forms these are.
    """
    asked = question.rstrip("? ").strip()
    if not asked or re.search(_ASKS, asked[3:]):
        return None
    if found := _WHEN.match(asked):
        led = answer if _LED.match(answer) else f"{'in' if _YEAR.fullmatch(answer) else 'on'} {answer}"
        return _statement(f"{found[1]} ", led)
    if re.search(_DOES, asked):
        return None
    if found := _IS.match(asked):
        return _statement(f"{found[2]} {found[1]} ", answer)
    found = _HOW_MANY.match(asked) or _WHO.match(asked) or _WHICH.match(asked)
    return _statement("", answer, f" {found[1]}") if found else None


def _statement(before: str, answer: str, behind: str = "") -> Edit:
    text = f"{before}{answer}{behind}."
    return Edit(text[0].upper() + text[1:], len(before), len(before) + len(answer))


class Maker:
    """Makes groups of claims, right ones and wrong ones, each time other ones."""

    def __init__(self, texts: Sequence[Paragraph], editor: Editor, rng: random.Random) -> None:
        self._texts, self._editor, self._rng = texts, editor, rng

    def group(self) -> list[Made]:
        """Return claims about one sentence, with at least a right one and a wrong one."""
        while True:
            text = self._rng.choice(self._texts)
            is_asked = text.asked and self._rng.random() < 0.35
            found = list(self._asked(text) if is_asked else self._told(text))
            if len({one.is_right for one in found}) > 1:
                return found

    def _told(self, text: Paragraph) -> Iterator[Made]:
        """Yield claims made of a sentence: shortened, reworded, changed, of two halves, withheld."""
        rng = self._rng
        whole = [n for n, one in enumerate(text.sentences) if _SHORTEST <= len(one.split()) <= _LONGEST]
        if not whole:
            return
        at = rng.choice(whole)
        sentence = text.sentences[at]
        evidence, place = self._evidence(text.sentences, at)
        claim = self._retold(sentence)
        yield made(claim, evidence, [])
        if rng.random() < 0.5:
            yield made(self._retold(sentence), evidence, [])
        for _ in range(2):
            base = claim if rng.random() < 0.6 else self._retold(sentence)
            if rng.random() < 0.3:
                yield from self._against_changed(base, sentence, evidence, place)
            elif edit := self._editor.edit(base, text.sentences):
                yield made(edit.text, evidence, [(edit.start, edit.end)])
        chance = rng.random()
        if chance < 0.12 and len(evidence) > 1:
            yield Made(claim, evidence[:place] + evidence[place + 1 :], False, None, [])
        elif chance < 0.24:
            other = rng.choice((rng.choice(self._texts) if rng.random() < 0.3 else text).sentences)
            if other != sentence:
                ours, theirs = claim.rstrip(".").split(), other.split()
                fused = " ".join(ours[: len(ours) // 2] + theirs[len(theirs) // 2 :])
                yield Made(fused, evidence, False, None, [])

    def _against_changed(self, claim: str, sentence: str, evidence: list[str], place: int) -> Iterator[Made]:
        """Yield the claim with its sentence changed, so that odd words tell nothing by standing in claims."""
        edit = self._editor.edit(sentence, evidence, is_source=True)
        if not edit:
            return
        ours, theirs = sentence.split(), edit.text.split()
        matcher = difflib.SequenceMatcher(None, theirs, ours, autojunk=False)
        gone = [
            word.strip(".,;")
            for what, _, _, a, b in matcher.get_opcodes()
            if what == "replace"
            for word in ours[a:b]
        ]
        marks = [m.span() for word in gone if len(word) > 1 for m in re.finditer(re.escape(word), claim)]
        if marks and len({claim[a:b] for a, b in marks}) == len(gone):
            yield made(claim, [*evidence[:place], edit.text, *evidence[place + 1 :]], marks)

    def _asked(self, text: Paragraph) -> Iterator[Made]:
        """Yield claims made of a question with its answer, with another, or without the answer's sentence."""
        rng = self._rng
        question, answer, at = rng.choice(text.asked)
        said = declared(question, answer)
        if not said:
            return
        evidence, place = self._evidence(text.sentences, at)
        yield made(said.text, evidence, [])
        others = [other for _, other, _ in text.asked if _is_of_its_form(other, answer)]
        if others and (wrong := declared(question, rng.choice(others))):
            yield made(wrong.text, evidence, [(wrong.start, wrong.end)])
        if rng.random() < 0.6 and (edit := self._editor.edit(said.text, text.sentences)):
            yield made(edit.text, evidence, [(edit.start, edit.end)])
        if rng.random() < 0.1 and len(evidence) > 1:
            yield Made(said.text, evidence[:place] + evidence[place + 1 :], False, None, [])

    def _retold(self, sentence: str) -> str:
        rng = self._rng
        base = shortened(sentence, rng) if rng.random() < 0.6 else sentence
        return self._editor.reworded(base, rng.randint(1, 4)) if rng.random() < 0.7 else base

    def _evidence(self, sentences: Sequence[str], at: int) -> tuple[list[str], int]:
        """Return the sentence with up to three others of its paragraph, and where it stands among them."""
        others = [n for n in range(len(sentences)) if n != at]
        kept = sorted([at, *self._rng.sample(others, min(len(others), self._rng.randrange(4)))])
        return [sentences[n] for n in kept], kept.index(at)


def made(text: str, evidence: list[str], marks: Spans) -> Made:
    return Made(text, evidence, not marks, marks, [])


def _is_of_its_form(other: str, answer: str) -> bool:
    """Tell whether an answer may stand for another, which it has not in it and does not stand in."""
    low, lower = other.lower(), answer.lower()
    return (
        low not in lower
        and lower not in low
        and other[0].isdigit() == answer[0].isdigit()
        and other[0].isupper() == answer[0].isupper()
    )
