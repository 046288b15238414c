"""The records that flow through Footnote, and the addresses that name them.

All offsets are character offsets (Unicode code points, half-open) into `Article.text`.
An absent text value is "" and an absent list is (); nothing here is None.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.errors import InputError

_ARTICLE_ID = re.compile(r"[^\s@#/?%\\\x00-\x1f\x7f\ud800-\udfff]{1,200}")
_ADDRESS = re.compile(r"(?P<article>[^@#]+)@(?P<revision>[0-9]{1,9})#(?P<ordinal>[0-9]{1,9})")


@dataclass(frozen=True, slots=True, kw_only=True)
class RawArticle:
    """One article as a reader found it, before cleaning. `origin` says where (file:line).

    `published` and `modified` are ISO 8601 dates, or date-times with a zone where the source has them.
    """

    text: str
    id: str = ""
    title: str = ""
    publication: str = ""
    authors: tuple[str, ...] = ()
    published: str = ""
    modified: str = ""
    url: str = ""
    language: str = ""
    licence: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One revision of one article; `text` is canonical and never changes again.

    `published` and `modified` are ISO 8601 dates or date-times, `language` is an ISO 639-1 code.
    """

    id: str
    revision: int
    text: str
    title: str = ""
    publication: str = ""
    authors: tuple[str, ...] = ()
    published: str = ""
    modified: str = ""
    url: str = ""
    language: str = ""
    licence: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A span of an article's text: `text[start:end]` is the sentence, exactly."""

    ordinal: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A run of whole sentences, `first` to `last` inclusive, that is embedded as one.

    `matched` is what is embedded: the header (title, publication, date) and the run's text.
    """

    first: int
    last: int
    start: int
    end: int
    matched: str


def text_at(article: Article, sentences: Sequence[Sentence], ordinal: int) -> str:
    """Return the text of an article's sentence, "" before the first and behind the last."""
    if not 0 <= ordinal < len(sentences):
        return ""
    sentence = sentences[ordinal]
    return article.text[sentence.start : sentence.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredChunk:
    """A live chunk as the catalogue holds it: sentences `first` to `last` inclusive of an article."""

    chunk_id: int
    article: Article
    sentences: Sequence[Sentence]
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A chunk that was retrieved, with its article and that article's sentences.

    `score` is in 0..1, comparable within one question; `dense` is the cosine similarity of
    question and chunk (-1..1, 0 where no embedder is at hand); `lexical` is the BM25 score (>= 0).
    """

    chunk_id: int
    article: Article
    sentences: Sequence[Sentence]
    first: int
    last: int
    score: float
    dense: float = 0.0
    lexical: float = 0.0

    @property
    def start(self) -> int:
        return self.sentences[self.first].start

    @property
    def end(self) -> int:
        return self.sentences[self.last].end

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which articles may be searched. An empty field allows all; dates are ISO, both inclusive.

    Names match without regard to case. A date filter leaves out articles without a date.
    """

    publications: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    article_ids: tuple[str, ...] = ()
    published_from: str = ""
    published_to: str = ""

    def __bool__(self) -> bool:
        return bool(
            self.publications or self.authors or self.article_ids or self.published_from or self.published_to
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """The permanent name of a sentence: ARTICLE@REVISION#ORDINAL."""

    article_id: str
    revision: int
    ordinal: int

    def __str__(self) -> str:
        return f"{self.article_id}@{self.revision}#{self.ordinal}"

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Read an address; raise InputError when it is not of that form."""
        match = _ADDRESS.fullmatch(text)
        if match is None:
            raise InputError(
                f"{text!r} is not a sentence address; give ARTICLE@REVISION#ORDINAL, such as a1b2@1#0"
            )
        return cls(
            article_id=match["article"],
            revision=int(match["revision"]),
            ordinal=int(match["ordinal"]),
        )


def check_article_id(article_id: str) -> str:
    """Return the id, or raise InputError when it could not stand in an address or a path."""
    if _ARTICLE_ID.fullmatch(article_id) is None or article_id in {".", ".."}:
        raise InputError(
            f"article id {article_id[:80]!a} cannot be used; give 1 to 200 characters without blanks, "
            "@ # / ? % or \\"
        )
    return article_id


def assert_exact(text: str, sentences: Sequence[Sentence]) -> None:
    """Raise AssertionError unless the sentences are in order, disjoint, trimmed slices of the text."""
    end = 0
    for ordinal, sentence in enumerate(sentences):
        assert sentence.ordinal == ordinal, (ordinal, sentence)
        assert end <= sentence.start < sentence.end <= len(text), sentence
        assert text[sentence.start : sentence.end].strip() == text[sentence.start : sentence.end], sentence
        end = sentence.end
