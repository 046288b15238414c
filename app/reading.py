"""What an import was asked to read in, what is still to be done of it out, item by item.

An item is an article or a refusal, numbered from 1 within its source. Readers give the same items in the
same order whenever they read the same file, so a position names what was done by its number alone.
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.articles import read_stream
from index.fetching import Fetcher
from index.fields import Refusal
from index.online import pages_at
from index.records import RawArticle
from index.sources import read_page

# A source and an item of it; everything up to it is done.
Position = tuple[int, int]
NOTHING: Position = (0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """The `at`-th item of a source; `number` is the one it failed under before, or else the same."""

    source: int
    at: int
    number: int
    found: RawArticle | Refusal
    failed_before: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is still to be done: the items after `position`, but up to `upto` only those that failed.

    `failures` returns a source's failed items, number and origin; in a first run it returns none.
    """

    position: Position
    upto: Position
    failures: Callable[[int], Mapping[int, str]]


def position_of(noted: Mapping[str, int]) -> Position:
    """Return a job's position from the way it is noted."""
    return (noted["source"], noted["item"]) if noted else NOTHING


def upto_of(request: Mapping[str, Any]) -> Position:
    """Return up to where a retry does only what failed; `Jobs.retry` says what it finds in the request."""
    positions = request.get("retry_upto", [])
    if positions is None:
        return (2**31, 0)
    return max(map(position_of, positions), default=NOTHING)


class Reader:
    """Reads the uploaded files in `directory`, the files elsewhere or the web addresses that a request names.

    One thread iterates over `items`; `estimate` may be asked from another. `done` is how many items were
    done before.
    """

    def __init__(
        self, request: Mapping[str, Any], directory: Path, fetcher: Fetcher, wanted: Wanted, done: int
    ) -> None:
        self._files: list[dict[str, str]] = request.get("files", [])
        self._urls: list[str] = request.get("urls", [])
        self._directory, self._fetcher, self._wanted = directory, fetcher, wanted
        self._sizes = [_size(directory / one["file"]) for one in self._files]
        self._whole = sum(self._sizes) if self._files else len(self._urls)
        self._found, self._chars = done, 0
        # How many items were found in how much of the whole.
        self._mark = (0, 0)

    def items(self) -> Generator[Item]:
        """Yield what is to be done, in order."""
        for source in range(self._wanted.position[0], len(self._files) + len(self._urls)):
            failures = self._wanted.failures(source)
            self._mark = (self._found, sum(self._sizes[:source]) if self._files else source)
            found = self._in_file(source, failures) if self._files else self._at_url(source, failures)
            for item in found:
                self._found += 1
                self._chars += _chars(item)
                yield item
        self._mark = (self._found, self._whole)

    def estimate(self) -> int:
        """Return how many items there may be in all; exact at the end."""
        items, seen = self._mark
        if seen:
            return round(items * self._whole / seen)
        # All is from one buffer yet: the lengths of the items tell more.
        return round(self._found / min(max(self._chars / max(self._whole, 1), 1e-6), 1.0))

    def _in_file(self, source: int, failures: Mapping[int, str]) -> Generator[Item]:
        name, path = self._files[source]["name"], self._directory / self._files[source]["file"]
        try:
            stream = path.open("rb")
        except OSError as error:
            reason = f"it cannot be opened ({error.strerror}); add it again"
            refusal = Refusal(origin=f"{name}:1", reason=reason)
            yield Item(source=source, at=1, number=1, found=refusal, failed_before=1 in failures)
            return
        before, told = sum(self._sizes[:source]), 0
        with stream:
            for at, found in enumerate(read_stream(stream, name), start=1):
                if (now := stream.tell()) != told:
                    # Readers take a buffer at once: when they take one, that before it has become items.
                    self._mark, told = (self._found, before + told), now
                if not self._is_done(source, at, at in failures):
                    yield Item(source=source, at=at, number=at, found=found, failed_before=at in failures)

    def _at_url(self, source: int, failures: Mapping[int, str]) -> Generator[Item]:
        url = self._urls[source]
        # A feed has moved on since: what failed is known by its address.
        numbers = {origin: number for number, origin in failures.items()}
        for at, (address, read) in enumerate(pages_at(url, self._fetcher, read_page), start=1):
            if not self._is_done(source, at, bool({address, url} & numbers.keys())):
                number = numbers.get(address, at)
                yield Item(
                    source=source, at=at, number=number, found=read(), failed_before=address in numbers
                )

    def _is_done(self, source: int, at: int, failed: bool) -> bool:
        place = (source, at)
        return place <= self._wanted.position or (place <= self._wanted.upto and not failed)


def _chars(item: Item) -> int:
    """Return about what an article takes in its file."""
    found = item.found
    return len(found.text) + len(found.title) + len(found.url) if isinstance(found, RawArticle) else 0


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
