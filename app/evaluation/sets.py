"""Reads evaluation files, and maps their gold sentences to the sentences of the article we made of them.

Our splitter may cut elsewhere and cleaning may change blanks and quotes. So positions are compared over
letters, digits and signs only, and a sentence of the file counts as cited when cited sentences hold more
than half of it; a cited sentence that holds none so far is counted for the one it holds most of.
"""

import gzip
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from app.evidence import Evidence
from index.dates import parse_published
from index.records import Article, RawArticle

_BLANK = frozenset(" \t\r\n\u00a0\"'’‘“”`´")

# Any: rows are JSON.
Row = dict[str, Any]


def read(path: Path) -> Iterator[Row]:
    """Yield the objects of a .jsonl or .jsonl.gz file."""
    content = path.read_bytes()
    for line in (gzip.decompress(content) if path.suffix == ".gz" else content).splitlines():
        yield json.loads(line)


def news_articles(path: Path) -> list[RawArticle]:
    """Return the articles of a news_qa file."""
    return [
        RawArticle(
            id=row["id"],
            text=row["text"],
            title=row["title"] or "",
            publication=row["publication"] or "",
            authors=tuple(row["authors"] or ()),
            published=parse_published(row["date"] or ""),
            url=row["url"] or "",
        )
        for row in read(path)
    ]


def stub_articles(path: Path) -> list[RawArticle]:
    """Return the stubs of multi_article: each stub's sentences are one article."""
    return [
        RawArticle(
            id=row["id"],
            text=" ".join(row["sentences"]),
            title=row["title"] or "",
            publication=row["publication"] or "",
            authors=(row["author"],) if row["author"] else (),
            published=parse_published(row["published_at"] or ""),
            url=row["url"] or "",
        )
        for row in read(path)
    ]


def sentence_article(row: Mapping[str, Any], title: str = "") -> RawArticle:
    """Return the article of a row that has an id and its text as sentences."""
    return RawArticle(id=row["id"], text=" ".join(row["sentences"]), title=title)


class GoldSentences:
    """A file's sentences for each of our article ids, named "article#index"."""

    def __init__(self, rows: Iterable[Mapping[str, Any]], ids: Mapping[str, str]) -> None:
        """Take rows with an id and sentences; `ids` gives our id for theirs."""
        self._sentences: dict[str, list[tuple[str, str]]] = {}
        for row in rows:
            named = [(f"{row['id']}#{i}", _solid(text)) for i, text in enumerate(row["sentences"])]
            self._sentences.setdefault(ids[row["id"]], named)
        self._spans: dict[str, list[tuple[str, int, int]]] = {}

    def cited(self, evidence: Sequence[Evidence]) -> list[str]:
        """Return the names of the file's sentences that these sentences cite, in their order."""
        held: Counter[str] = Counter()
        named: dict[str, None] = {}
        for one in evidence:
            start = len(_solid(one.passage.article.text[: one.sentence.start]))
            end = start + len(_solid(one.text))
            overlaps = {
                (name, b - a): min(end, b) - max(start, a)
                for name, a, b in self._spans_in(one.passage.article)
                if min(end, b) > max(start, a)
            }
            held.update({name: common for (name, _), common in overlaps.items()})
            whole = [name for name, size in overlaps if 2 * held[name] > size]
            if not whole and overlaps:
                whole = [max(overlaps, key=overlaps.__getitem__)[0]]
            named.update(dict.fromkeys(whole))
        return list(named)

    def _spans_in(self, article: Article) -> list[tuple[str, int, int]]:
        """Return where the file's sentences stand in the article, blanks and quotes not counted."""
        if article.id not in self._spans:
            canonical, at, spans = _solid(article.text), 0, []
            for name, sentence in self._sentences.get(article.id, ()):
                found = canonical.find(sentence, at)
                if found >= 0:
                    at = found + len(sentence)
                    spans.append((name, found, at))
            self._spans[article.id] = spans
        return self._spans[article.id]


def ranked_articles(ids: Iterable[str]) -> list[str]:
    """Return the article ids in the order of their best passage or sentence."""
    return list(dict.fromkeys(ids))


def ours(given: Collection[str], ids: Mapping[str, str]) -> set[str]:
    """Return our ids for theirs; an article that was refused has none and cannot be found."""
    return {ids.get(one) or one for one in given}


def _solid(text: str) -> str:
    return "".join(char for char in text if char not in _BLANK)
