"""Whether what was cited still stands: sentences of an old revision against the article as it is now.

In: citations and the catalogue. Out: where each sentence is now, and in words what happened to it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from app.answer import Citation
from index.alignment import Change, align
from index.catalogue import Catalogue, Status, StoredArticle
from index.records import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a cited sentence stands now.

    `current` is its address in the live revision and `text` its words there, both "" where there is none;
    `change` is None for a sentence of the live revision and "gone" for one of a deleted article, of which
    `deleted_at` says when (ISO 8601).
    """

    status: Status
    change: Change | None
    current: str = ""
    text: str = ""
    deleted_at: str = ""

    @property
    def is_stale(self) -> bool:
        return self.change in {"changed", "gone"}


def standings_of(
    catalogue: Catalogue, stored: StoredArticle, ordinals: Collection[int]
) -> dict[int, Standing]:
    """Return how these sentences of one revision stand; it is aligned once for all of them."""
    live = catalogue.live(stored.article.id)
    if live is None:
        gone = Standing(status="deleted", change="gone", deleted_at=stored.deleted_at)
        return dict.fromkeys(ordinals, gone)
    if live.key == stored.key:
        return {ordinal: _at(live, ordinal, "current", None) for ordinal in ordinals}
    became = align(stored.article.text, stored.sentences, live.article.text, live.sentences)
    return {
        ordinal: _at(live, became[ordinal].ordinal, "superseded", became[ordinal].change)
        for ordinal in ordinals
    }


def standings(catalogue: Catalogue, citations: Iterable[Citation]) -> dict[str, Standing]:
    """Return how each cited sentence stands now, by its address. Raises NotFoundError for what was purged."""
    cited: dict[tuple[str, int], set[int]] = {}
    for citation in citations:
        cited.setdefault((citation.article.id, citation.article.revision), set()).add(citation.ordinal)
    found: dict[str, Standing] = {}
    for (article_id, revision), ordinals in cited.items():
        stored = catalogue.article(article_id, revision)
        for ordinal, one in standings_of(catalogue, stored, ordinals).items():
            found[str(Address(article_id=article_id, revision=revision, ordinal=ordinal))] = one
    return found


def notices(citations: Iterable[Citation], standings: Mapping[str, Standing]) -> list[str]:
    """Return in words what of the cited was changed, removed or deleted; nothing when all of it stands."""
    said: list[str] = []
    deleted: dict[str, list[Citation]] = {}
    for citation in citations:
        now = standings[citation.sentence]
        if now.status == "deleted":
            deleted.setdefault(citation.article.id, []).append(citation)
        elif now.change == "changed":
            said.append(
                f"The sentence cited as [{citation.number}] was changed in {_named(citation)}: "
                f"it read “{citation.quote}” and now reads “{now.text}”"
            )
        elif now.change == "gone":
            said.append(
                f"The sentence cited as [{citation.number}] is no longer in {_named(citation)}: "
                f"it read “{citation.quote}”"
            )
    for group in deleted.values():
        numbers = ", ".join(f"[{citation.number}]" for citation in group)
        day = standings[group[0].sentence].deleted_at[:10]
        said.append(f"The article {_named(group[0])}, cited as {numbers}, was deleted on {day}.")
    return said


def _at(live: StoredArticle, ordinal: int | None, status: Status, change: Change | None) -> Standing:
    if ordinal is None:
        return Standing(status=status, change=change)
    article, sentence = live.article, live.sentences[ordinal]
    address = Address(article_id=article.id, revision=article.revision, ordinal=ordinal)
    text = article.text[sentence.start : sentence.end]
    return Standing(status=status, change=change, current=str(address), text=text)


def _named(citation: Citation) -> str:
    article = citation.article
    return f"“{article.title}”" if article.title else article.id
