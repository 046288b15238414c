"""Sentence segmentation against people's: spans and boundaries, micro-averaged over a set.

Spans are compared after blanks and quotation marks are trimmed off both ends, boundaries as sentence ends
with the last of a text left out. Sets with paragraphs are split paragraph by paragraph; news articles also go
the product's own way, joined, cleaned and split whole, as does the "All the news" form, and are mapped back.
"""

import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from index.cleaning import clean
from index.errors import InputError
from index.sentences import split

_FOLDER = "segmentation"
_TRIMMED = " \t\r\n\u00a0\"'’‘“”`"
_QUOTES = "\"'’‘“”`"

_Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Case:
    text: str
    gold: list[_Span]


@dataclass(slots=True)
class _Counts:
    right: int = 0
    found: int = 0
    gold: int = 0

    def add(self, found: set[_Span] | set[int], gold: set[_Span] | set[int]) -> None:
        self.right += len(found & gold)
        self.found += len(found)
        self.gold += len(gold)

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.found + self.gold) if self.found + self.gold else 0.0


@dataclass(frozen=True, slots=True)
class _Set:
    name: str
    file: str
    cases: Callable[[dict[str, object]], Iterator[_Case]]
    spans: Callable[[str], tuple[list[_Span], int]]


def evaluate(directory: Path) -> list[dict[str, object]]:
    """Return one row for each set of `directory/segmentation` that is there; n counts gold sentences."""
    folder = directory / _FOLDER
    rows = [_measure(one, folder / one.file) for one in _SETS if (folder / one.file).is_file()]
    if not rows:
        raise InputError(f"{str(folder)!r} has none of {', '.join(sorted({one.file for one in _SETS}))}")
    return rows


def _measure(one: _Set, path: Path) -> dict[str, object]:
    spans, ends = _Counts(), _Counts()
    sentences = exact = 0
    for case in (case for row in _read(path) for case in one.cases(row)):
        found, exact_here = one.spans(case.text)
        sentences += len(found)
        exact += exact_here
        trimmed_found, trimmed_gold = _trim_all(case.text, found), _trim_all(case.text, case.gold)
        spans.add(trimmed_found, trimmed_gold)
        found_ends, gold_ends = {end for _, end in trimmed_found}, {end for _, end in trimmed_gold}
        last = {max(found_ends | gold_ends, default=0)}
        ends.add(found_ends - last, gold_ends - last)
    return {
        "set": f"{_FOLDER}/{one.name}",
        "n": spans.gold,
        "span_p": round(spans.precision, 4),
        "span_r": round(spans.recall, 4),
        "span_f1": round(spans.f1, 4),
        "boundary_f1": round(ends.f1, 4),
        "offsets_exact": exact / sentences if sentences else 1.0,
    }


def _read(path: Path) -> Iterator[dict[str, object]]:
    content = path.read_bytes()
    for line in (gzip.decompress(content) if path.suffix == ".gz" else content).splitlines():
        yield json.loads(line)


def _paragraphs(row: dict[str, object]) -> Iterator[_Case]:
    paragraphs = row["paragraphs"]
    assert isinstance(paragraphs, list)
    for paragraph in paragraphs:
        yield _Case(paragraph["text"], [(start, end) for start, end in paragraph["sentences"]])


def _article(row: dict[str, object]) -> Iterator[_Case]:
    """Yield the paragraphs as one text, parted by blank lines."""
    text, gold = "", list[_Span]()
    for paragraph in _paragraphs(row):
        offset = len(text)
        gold += [(offset + start, offset + end) for start, end in paragraph.gold]
        text += paragraph.text + "\n\n"
    yield _Case(text, gold)


def _whole(row: dict[str, object]) -> Iterator[_Case]:
    """Yield the text; sentences are spans, or strings that follow one another in it."""
    text, sentences = str(row["text"]), row["sentences"]
    assert isinstance(sentences, list)
    gold: list[_Span] = []
    for sentence in sentences:
        if isinstance(sentence, str):
            start = text.index(sentence, gold[-1][1] if gold else 0)
            gold.append((start, start + len(sentence)))
        else:
            gold.append((sentence[0], sentence[1]))
    yield _Case(text, gold)


def _split_as_given(text: str) -> tuple[list[_Span], int]:
    spans = [(sentence.start, sentence.end) for sentence in split(text)]
    return spans, _count_exact(text, spans)


def _clean_and_split(text: str) -> tuple[list[_Span], int]:
    canonical = clean(text)
    spans, exact = _split_as_given(canonical)
    return _map_back(text, canonical, spans), exact


def _count_exact(text: str, spans: Sequence[_Span]) -> int:
    """Count the spans that are trimmed slices behind the one before."""
    following = pairwise([(0, 0), *spans])
    return sum(
        before[1] <= start < end <= len(text) and text[start:end] == text[start:end].strip()
        for before, (start, end) in following
    )


def _map_back(raw: str, canonical: str, spans: Sequence[_Span]) -> list[_Span]:
    """Return the spans in the raw text: both texts hold the same characters but for blanks and quotes."""
    raw_places, places = _solid(raw), _solid(canonical)
    if [raw[at] for at in raw_places] != [canonical[at] for at in places]:
        raise InputError(
            f"cleaning changed more than blanks and quotes in {raw[:60]!r}; it cannot be mapped back"
        )
    raw_of = dict(zip(places, raw_places, strict=True))
    mapped: list[_Span] = []
    for start, end in spans:
        inside = [raw_of[at] for at in range(start, end) if at in raw_of]
        if inside:
            mapped.append((inside[0], inside[-1] + 1))
    return mapped


def _solid(text: str) -> list[int]:
    return [at for at, char in enumerate(text) if not char.isspace() and char not in _QUOTES]


def _trim_all(text: str, spans: Sequence[_Span]) -> set[_Span]:
    return {trimmed for span in spans if (trimmed := _trim(text, *span))[0] < trimmed[1]}


def _trim(text: str, start: int, end: int) -> _Span:
    content = text[start:end].rstrip(_TRIMMED)
    end = start + len(content)
    return end - len(content.lstrip(_TRIMMED)), end


_SETS = (
    _Set("gum_news", "gum_news.jsonl", _paragraphs, _split_as_given),
    _Set("gum_news (whole articles)", "gum_news.jsonl", _article, _clean_and_split),
    _Set("gum_news_allthenews_style", "gum_news_allthenews_style.jsonl", _whole, _clean_and_split),
    _Set("gum_other", "gum_other.jsonl.gz", _paragraphs, _split_as_given),
    _Set("ewt", "ewt.jsonl.gz", _paragraphs, _split_as_given),
    _Set("golden_rules_en", "golden_rules_en.jsonl", _whole, _split_as_given),
)
