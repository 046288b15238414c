"""What a caller may send: validated here, handed on as core records."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from index.addresses import check_url
from index.errors import InputError
from index.records import Filters, RawArticle
from index.watching import DEFAULT_S, LONGEST_S, SHORTEST_S

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ]|\Z)")


def _storable(text: str) -> str:
    """Refuse what no file can hold: half of a surrogate pair."""
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise ValueError("holds half of a surrogate pair; send valid Unicode")
    return text


def _iso_date(text: str) -> str:
    """Return the day, which articles' dates are compared with as text, so that it has one form only."""
    try:
        if not _DAY.match(text):
            raise ValueError
        return datetime.fromisoformat(text).date().isoformat()
    except ValueError:
        raise ValueError("is not a date of the form YYYY-MM-DD; give it as 2026-11-22") from None


Text = Annotated[str, AfterValidator(_storable)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=2000), AfterValidator(_storable)]
IsoDate = Annotated[str, AfterValidator(_storable), AfterValidator(_iso_date)]
Question = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2000),
    AfterValidator(_storable),
]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class FiltersIn(_In):
    """Which articles may be searched; an absent field allows all, both dates are inclusive."""

    publications: list[Name] = Field(default=[], max_length=1000)
    authors: list[Name] = Field(default=[], max_length=1000)
    article_ids: list[Name] = Field(default=[], max_length=10_000)
    published_from: IsoDate | None = None
    published_to: IsoDate | None = None

    def record(self) -> Filters:
        """Return the core record."""
        return Filters(
            publications=tuple(self.publications),
            authors=tuple(self.authors),
            article_ids=tuple(self.article_ids),
            published_from=self.published_from or "",
            published_to=self.published_to or "",
        )


class _SearchingIn(_In):
    """What is searched for; `today` is the day that "this week" is counted from, by default the day it is."""

    filters: FiltersIn | None = None
    today: IsoDate | None = None

    def filters_in_force(self) -> Filters:
        """Return the filters as the core has them."""
        return self.filters.record() if self.filters else Filters()

    def day(self) -> date | None:
        """Return the day of the question; None for the day it is."""
        return date.fromisoformat(self.today[:10]) if self.today else None


class AskIn(_SearchingIn):
    """A question; filters and the most claims wanted are optional."""

    question: Question
    conversation_id: Annotated[Name, Field(max_length=128)] | None = None
    mode: Literal["auto", "extractive", "generative"] = "auto"
    max_claims: Annotated[int, Field(ge=1, le=12)] | None = None


class CheckIn(_SearchingIn):
    """A claim to hold against the articles."""

    claim: Question


class SearchIn(_SearchingIn):
    """A question whose passages are wanted, not its answer."""

    question: Question
    limit: Annotated[int, Field(ge=1, le=50)] = 10


class ArticleIn(_In):
    """One article to add; only the text is needed."""

    text: Text
    id: Text | None = None
    title: Text | None = None
    url: Text | None = None
    publication: Text | None = None
    authors: list[Text] | None = None
    published: Text | None = None
    modified: Text | None = None
    language: Text | None = None

    def record(self) -> RawArticle:
        """Return the core record."""
        return RawArticle(
            text=self.text,
            id=self.id or "",
            title=self.title or "",
            url=self.url or "",
            publication=self.publication or "",
            authors=tuple(self.authors or ()),
            published=self.published or "",
            modified=self.modified or "",
            language=self.language or "",
        )


class ArticlesIn(_In):
    """Up to 1,000 articles; one that cannot be used is rejected by itself."""

    # Any, so that one article of the wrong shape does not refuse the call.
    articles: Annotated[list[ArticleIn | Any], Field(min_length=1, max_length=1000)]


class FeedIn(_In):
    """A feed to watch, or a page that names one, and the seconds between two rounds."""

    url: Name
    every_s: Annotated[int, Field(ge=SHORTEST_S, le=LONGEST_S)] = DEFAULT_S


def _web_address(text: str) -> str:
    """Refuse what can never be fetched for its form alone; where a name leads is found out later."""
    try:
        check_url(text, allow_private=True)
    except InputError as error:
        raise ValueError(str(error)) from None
    return text.strip()


class ImportIn(_In):
    """Web addresses to import from: pages, RSS and Atom feeds, sitemaps."""

    urls: list[Annotated[str, AfterValidator(_storable), AfterValidator(_web_address)]] = Field(
        min_length=1, max_length=1000
    )
