"""A corpus in, a throw-away Footnote over it out, as the measures drive it."""

import hashlib
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np

from app.answer import Answer
from app.evidence import Evidence
from app.main import assemble
from app.service import Service
from app.settings import Settings
from index.embeddings import Embedder, Vectors
from index.lock import DirectoryLock
from index.records import Filters, Passage, RawArticle

_NO_FILTERS = Filters()


@dataclass(slots=True)
class Engine:
    """The product over one corpus; `ids` maps the corpus's article ids to ours (the same text is one)."""

    service: Service
    embedder: Embedder | None = None
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def articles(self) -> int:
        """How many articles the corpus has."""
        return self.service.index().articles

    def search(
        self, question: str, filters: Filters = _NO_FILTERS, limit: int = 10, today: str = ""
    ) -> Sequence[Passage]:
        """Return the passages of `/api/search`; `today` is the question's day (ISO), "" for the day it is."""
        return self.service.search(question, filters=filters, limit=limit, today=_day(today)).passages

    def evidence(self, question: str, filters: Filters = _NO_FILTERS, today: str = "") -> list[Evidence]:
        """Return all considered sentences, best first."""
        return self.service.evidence(question, filters=filters, today=_day(today))

    def answer(
        self,
        question: str,
        filters: Filters = _NO_FILTERS,
        max_claims: int | None = None,
        today: str = "",
    ) -> Answer:
        """Return the answer of `/api/ask`."""
        return self.service.ask(question, filters=filters, max_claims=max_claims, today=_day(today))


def _day(today: str) -> date | None:
    return date.fromisoformat(today) if today else None


EngineFactory = Callable[[Iterable[RawArticle]], AbstractContextManager[Engine]]


def engine_factory(settings: Settings, embedder: Embedder | None) -> EngineFactory:
    """Return what builds an engine over a corpus, in a directory that is removed afterwards."""

    @contextmanager
    def build(articles: Iterable[RawArticle]) -> Iterator[Engine]:
        with tempfile.TemporaryDirectory(prefix="footnote-eval-") as directory:
            temporary = settings.model_copy(update={"data": Path(directory)})
            service = assemble(temporary, embedder, DirectoryLock(temporary.data, "footnote eval"))
            engine = Engine(service=service, embedder=embedder)
            try:
                corpus = list(articles)
                for raw, added in zip(corpus, service.add(corpus), strict=True):
                    engine.ids[raw.id] = added.id
                yield engine
            finally:
                service.close()

    return build


class CachedEmbedder:
    """An embedder that keeps what it embedded in a SQLite file, so that a second run embeds nothing."""

    def __init__(self, embedder: Embedder, path: Path) -> None:
        self.fingerprint = embedder.fingerprint
        self.dimension = embedder.dimension
        self.window = embedder.window
        self._embedder = embedder
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._file.execute("PRAGMA journal_mode = WAL")
        self._file.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB)")

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Embed what was not embedded before; shape (len(texts), dimension)."""
        keys = [hashlib.sha256(f"{self.fingerprint}\0{text}".encode()).digest() for text in texts]
        known = {key: self._known(key) for key in keys}
        missing = {key: text for key, text in zip(keys, texts, strict=True) if known[key] is None}
        fresh = self._embedder.embed_documents(list(missing.values()))
        for key, vector in zip(missing, fresh, strict=True):
            known[key] = vector
        self._file.executemany(
            "INSERT OR IGNORE INTO vectors VALUES (?, ?)",
            [(key, vector.tobytes()) for key, vector in zip(missing, fresh, strict=True)],
        )
        found = [known[key] for key in keys]
        return np.array(found, dtype=np.float32).reshape(len(texts), self.dimension)

    def embed_query(self, text: str) -> Vectors:
        """Embed a question; shape (dimension,)."""
        return self._embedder.embed_query(text)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count each text's tokens without the special ones."""
        return self._embedder.count_tokens(texts)

    def _known(self, key: bytes) -> Vectors | None:
        row = self._file.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone()
        return np.frombuffer(row[0], dtype=np.float32) if row else None
