"""Terms of texts, and the Tantivy index that ranks chunks by them (BM25); the only importer of tantivy.

Texts are cut into terms here, never by Tantivy, and a question is only ever a bag of such terms:
no character in it has a meaning to a query parser. Derived: the catalogue can rebuild all of it.
"""

import re
import threading
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index import segments
from index.errors import DamagedIndexError
from index.language import UNSPACED

if TYPE_CHECKING:
    import tantivy

# The function words of English questions and news; what asks ("who", "many") is one too.
_FUNCTION_WORDS = """
    a about after all also am an and any are as at be because been before being between both but by ca can
    could did do does doing down during each few for from further had has have having he her here hers him
    his how i if in into is it its just many me more most much my no nor not now of off on once only or
    other our out over own same she should so some such than that the their theirs them then there these
    they this those through to too under until up us very was we were what when where which while who whom
    whose why will with wo would you your
"""
STOP_WORDS = frozenset(_FUNCTION_WORDS.split())

# Vowel signs that Python does not count as letters, Hebrew to Sinhala; a word is not cut at them.
_SIGNS = "\u0591-\u05c7\u064b-\u065f\u0900-\u0dff"
# Scripts written without blanks between words are matched by pairs of neighbouring characters.
_TOKEN = re.compile(
    rf"[{UNSPACED}]+"
    r"|\b(?:[a-zA-Z]\.){2,}"
    r"|\d+(?:[.,]\d+)+(?!\w)"
    rf"|(?:[^\W_{UNSPACED}]|[{_SIGNS}])+"
)
_UNSPACED_START = re.compile(f"[{UNSPACED}]")
_CONTRACTION = re.compile(r"(?<=\w)(?:n['’]t|['’](?:s|re|ve|ll|d|m))\b")
_MARKS = re.compile(r"[\u0300-\u036f]")
# Tantivy itself drops longer ones; no word of a language is that long.
_LONGEST = 60

# How much a match in each part of a chunk's entry counts; "body" is title and text. A share of its whole
# article's score is added to a chunk's. docs/decisions/0004-retrieval-and-selection.md has the measurements.
_BOOSTS = {"body": 1.0, "publication": 1.0, "published": 0.3, "authors": 0.5}
_WHOLE = 0.7
# Chunks are read this many times deeper than asked before the articles' scores are added.
_DEEPER = 3
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
_HEAP_BYTES = 64_000_000
# A set query costs 4 us a key; past this many, taking the unwanted out of the hits is cheaper.
_NARROW = 2000


def terms(text: str) -> list[str]:
    """Return the terms of a text in order: folded, stemmed (English), without stop words.

    Accents and case are folded, "U.S." is one term and not "us", "1,000" is 1000, and scripts without
    blanks give overlapping pairs of characters.
    """
    found: list[str] = []
    for token in _TOKEN.findall(_CONTRACTION.sub("", _fold(text))):
        found += _terms_of(token)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class LexicalDocument:
    """One chunk as it is indexed; `article_key` is what searches are restricted by."""

    chunk_id: int
    article_key: int
    body: str
    title: str
    publication: str
    published: str
    authors: str


class LexicalIndex:
    """A directory with one Tantivy index. Searches and writes may come from any thread."""

    def __init__(self, index: "tantivy.Index", directory: Path) -> None:
        """Take an opened index; use `open`."""
        self._index = index
        self._directory = directory
        self._schema = index.schema
        self._writer: tantivy.IndexWriter | None = None
        self._guard = threading.Lock()
        self._sizes = segments.sizes(directory)

    @classmethod
    def open(cls, directory: Path, *, check: bool = False) -> "LexicalIndex":
        """Open the index in a directory, created when empty; raise DamagedIndexError when unreadable.

        `check` says that there was one: nothing is created, and its files are compared with the checksums
        that Tantivy ends them with, and itself never looks at.
        """
        import tantivy

        if check:
            _check_files(directory)
        with _failing("read", f" in {directory}"):
            directory.mkdir(parents=True, exist_ok=True)
            if any(directory.iterdir()):
                index = tantivy.Index.open(str(directory))
            else:
                index = tantivy.Index(_schema(), path=str(directory))
            index.reload()
            opened = cls(index, directory)
            opened.search("probe", 1, None)
        return opened

    def apply(self, add: Iterable[LexicalDocument], remove: Iterable[int]) -> None:
        """Add and remove chunks in one commit, durable on return; doing it twice changes nothing.

        A chunk id that is there already is replaced; one that is not there is removed without complaint.
        Chunks of one article belong into one call: what is added together is also scored as a whole, and
        that whole goes when one of its chunks does.
        """
        with self._guard:
            if self._writer is None:
                with _failing("written"):
                    self._writer = self._index.writer(_HEAP_BYTES, 1)
            try:
                with _failing("written"):
                    self._write(add, remove)
                    self._writer.commit()
                    self._index.reload()
                self._sizes = segments.sizes(self._directory)
            except DamagedIndexError:
                # A writer that failed once, on a full disk say, fails for ever.
                self._writer = None
                raise

    def _write(self, add: Iterable[LexicalDocument], remove: Iterable[int]) -> None:
        import tantivy

        assert self._writer is not None
        for chunk_id in remove:
            self._forget(chunk_id)
        wholes: dict[int, tuple[list[int], list[str]]] = {}
        for document in add:
            self._forget(document.chunk_id)
            parts = _parts(document)
            ids, texts = wholes.setdefault(document.article_key, ([], []))
            ids.append(document.chunk_id)
            texts.append(parts["body"])
            entry = tantivy.Document()
            entry.add_unsigned("chunk_id", document.chunk_id)
            entry.add_unsigned("article_key", document.article_key)
            for field, text in parts.items():
                entry.add_text(field, text)
            self._writer.add_document(entry)
        for article_key, (ids, texts) in wholes.items():
            entry = tantivy.Document()
            entry.add_unsigned("article_key", article_key)
            for chunk_id in ids:
                entry.add_unsigned("member", chunk_id)
            entry.add_text("whole", " ".join(texts))
            self._writer.add_document(entry)

    def search(self, question: str, limit: int, allowed: Collection[int] | None) -> list[tuple[int, float]]:
        """Return up to `limit` (chunk id, score), best first, ties by id.

        The score is BM25 of the chunk plus a share of its whole article's. `allowed` are article
        keys, None for all. A question without a term finds nothing. Raises DamagedIndexError.
        """
        wanted = list(dict.fromkeys(terms(question)))
        if not wanted or limit < 1 or (allowed is not None and not allowed):
            return []
        # What a file lost since it was opened reads as zeros, which finds other chunks without an error, or
        # ends the process.
        if cut := segments.shortened(self._sizes):
            raise DamagedIndexError(f"the term index's files were cut short: {', '.join(cut)}")
        with _failing("read"):
            searcher = self._index.searcher()
            chunks = self._hits(searcher, self._query(wanted, _BOOSTS, allowed), limit * _DEEPER, allowed)
            articles = self._hits(searcher, self._query(wanted, {"whole": 1.0}, allowed), limit, allowed)
        whole: dict[int, float] = {}
        for article_key, _, score in articles:
            whole[article_key] = max(score, whole.get(article_key, 0.0))
        found = [
            (chunk_id, score + _WHOLE * whole.get(article_key, 0.0))
            for article_key, chunk_id, score in chunks
        ]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:limit]

    def _query(
        self, wanted: Collection[str], boosts: Mapping[str, float], allowed: Collection[int] | None
    ) -> "tantivy.Query":
        import tantivy

        query = tantivy.Query.boolean_query(
            [
                (
                    tantivy.Occur.Should,
                    tantivy.Query.boost_query(tantivy.Query.term_query(self._schema, field, term), boost),
                )
                for term in wanted
                for field, boost in boosts.items()
            ]
        )
        if allowed is None or len(allowed) > _NARROW:
            return query
        members = tantivy.Query.term_set_query(self._schema, "article_key", list(allowed))
        narrow = tantivy.Query.const_score_query(members, 0.0)
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, narrow)])

    def _hits(
        self,
        searcher: "tantivy.Searcher",
        query: "tantivy.Query",
        limit: int,
        allowed: Collection[int] | None,
    ) -> list[tuple[int, int, float]]:
        """Return (article key, chunk id or -1, score), searching deeper until enough are allowed."""
        keys = None if allowed is None or len(allowed) <= _NARROW else frozenset(allowed)
        depth, total = limit, max(limit, searcher.num_docs)
        while True:
            hits = searcher.search(query, depth, count=False).hits
            addresses = [address for _, address in hits]
            owners = searcher.fast_field_values("article_key", addresses)
            ids = searcher.fast_field_values("chunk_id", addresses)
            found = [
                (int(owner), -1 if chunk_id is None else int(chunk_id), float(score))
                for owner, chunk_id, (score, _) in zip(owners, ids, hits, strict=True)
                if owner is not None and (keys is None or owner in keys)
            ]
            if len(found) >= limit or len(hits) < depth or depth >= total:
                return found[:limit]
            depth = min(total, depth * 8)

    def count(self) -> int:
        """Return how many chunks the index holds."""
        import tantivy

        chunks = tantivy.Query.exists_query("chunk_id", False)
        with _failing("read"):
            found: Any = self._index.searcher().search(chunks, 1, count=True)  # the stubs leave out its count
            return int(found.count)

    def close(self) -> None:
        """Let go of the directory; merges under way are finished first.

        Raises DamagedIndexError when its files are not what was written: Tantivy itself would not notice.
        """
        with self._guard:
            writer, self._writer = self._writer, None
            if writer is not None:
                with _failing("closed"):
                    writer.wait_merging_threads()
        _check_files(self._directory)

    def _forget(self, chunk_id: int) -> None:
        """Delete a chunk's entry, and the entry of the whole it was part of."""
        import tantivy

        assert self._writer is not None
        for field in ("chunk_id", "member"):
            # delete_documents_by_term takes a Python int for a signed term, and so deletes nothing here.
            term = tantivy.Query.term_query(self._schema, field, chunk_id)
            self._writer.delete_documents_by_query(term)


@contextmanager
def _failing(verb: str, place: str = "") -> Iterator[None]:
    """Raise DamagedIndexError for whatever Tantivy raises, its panics over damaged files included."""
    try:
        yield
    except (ValueError, OSError, RuntimeError) as error:
        raise DamagedIndexError(f"the term index{place} cannot be {verb}: {error}") from error
    except BaseException as error:
        # A class of pyo3's run time, which nothing exports.
        if type(error).__name__ != "PanicException":
            raise
        raise DamagedIndexError(f"the term index{place} cannot be {verb}: it is damaged") from error


def _check_files(directory: Path) -> None:
    if garbled := segments.garbled(directory):
        raise DamagedIndexError(f"the term index's files are damaged: {', '.join(garbled)}")


def _parts(document: LexicalDocument) -> dict[str, str]:
    """Return the text of each field, terms with blanks between them."""
    texts = {
        "body": f"{document.title}\n{document.body}",
        "publication": document.publication,
        "published": _spoken_month(document.published),
        "authors": document.authors,
    }
    return {field: " ".join(terms(text)) for field, text in texts.items()}


def _spoken_month(published: str) -> str:
    """Return an ISO date's month and year as questions have them: "November 2023"."""
    year, month = published[:4], published[5:7]
    return f"{_MONTHS[int(month) - 1]} {year}" if month.isdigit() and 1 <= int(month) <= 12 else year


def _schema() -> "tantivy.Schema":
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("chunk_id", stored=True, indexed=True, fast=True)
    builder.add_unsigned_field("article_key", stored=False, indexed=True, fast=True)
    builder.add_unsigned_field("member", stored=False, indexed=True, fast=False)
    for field in (*_BOOSTS, "whole"):
        builder.add_text_field(field, stored=False, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _fold(text: str) -> str:
    """Return the text in compatibility form without the accents of Latin, Greek and Cyrillic."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFKD", text)))


def _terms_of(token: str) -> tuple[str, ...]:
    """Return the terms of a token; only words are remembered, for whole lines without blanks never recur."""
    if _UNSPACED_START.match(token):
        return tuple(token[i : i + 2] for i in range(max(1, len(token) - 1)))
    return _terms_of_word(token) if len(token) <= _LONGEST else _terms_of_word.__wrapped__(token)


@lru_cache(maxsize=200_000)
def _terms_of_word(token: str) -> tuple[str, ...]:
    if token == "US" or (len(token) > 1 and token[1] == "." and token[0].isalpha()):
        return (token.replace(".", "").lower() + ".",)
    if token[0].isdigit() and not token.isalnum():
        return (re.sub(r",(?=\d{3})", "", token),)
    lower = token.lower()
    if lower in STOP_WORDS or len(lower) > _LONGEST:
        return ()
    stems = _stemmer().analyze(lower)
    return (stems[0] if stems else lower,)


@lru_cache(maxsize=1)
def _stemmer() -> Any:  # tantivy's analyser, a type its stubs name only at run time
    import tantivy

    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw())
    return builder.filter(tantivy.Filter.stemmer("english")).build()
