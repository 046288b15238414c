"""Fixtures that many tests share: the real embedder once a run, and a service over an empty directory."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.main import assemble
from app.service import Service
from app.settings import Settings
from index.embeddings import Embedder, load_embedder
from index.lock import DirectoryLock
from index.records import RawArticle
from tests.reading import read
from tests.site import hasty, reply, site

__all__ = ["hasty", "reply", "site"]

SEEDS = Path(__file__).parents[1] / "seeds"


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A developer's own FOOTNOTE_ variables must not decide a test."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"FOOTNOTE_{name.upper()}", raising=False)
    monkeypatch.setenv("FOOTNOTE_DATA", str(tmp_path / "data"))


@pytest.fixture(scope="session")
def embedder(tmp_path_factory: pytest.TempPathFactory) -> Embedder:
    loaded = load_embedder("minilm", tmp_path_factory.mktemp("models"), 2)
    assert loaded is not None
    return loaded


@pytest.fixture
def open_service(embedder: Embedder, tmp_path: Path) -> Iterator[Callable[..., Service]]:
    """Open services over directories of the test's own, closed when it ends; call again to open anew."""
    opened: list[Service] = []

    def open_at(
        name: str = "data",
        *,
        embedder: Embedder | None = embedder,
        setting: str = "minilm",
        load: Callable[[str], Embedder | None] | None = None,
        **given: Any,
    ) -> Service:
        settings = Settings(data=tmp_path / name, embedder=setting, **given)
        service = assemble(settings, embedder, DirectoryLock(settings.data, "a test"), load=load)
        opened.append(service)
        return service

    yield open_at
    for service in opened:
        service.close()


@pytest.fixture
def service(open_service: Callable[..., Service]) -> Service:
    return open_service()


@pytest.fixture(scope="session")
def seeded(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service over the seed articles. Only for tests that change nothing in it."""
    settings = Settings(data=tmp_path_factory.mktemp("seeded"))
    service = assemble(settings, embedder, DirectoryLock(settings.data, "tests"))
    articles = [one for one in read([str(SEEDS)]) if isinstance(one, RawArticle)]
    assert all(one.status == "added" for one in service.add(articles))
    yield service
    service.close()


@pytest.fixture
def bridge() -> RawArticle:
    return RawArticle(
        text="A bridge over the Akerselva fell on Monday.\n\n"
        "Nobody was hurt. The mayor, Kari Holm, said that repairs will cost 40 million kroner.",
        title="Bridge falls in Oslo",
        publication="The Fjord Times",
        authors=("Ola Nordmann",),
        published="2026-03-02",
        url="https://example.org/bridge",
    )
