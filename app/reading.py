"""What an import was asked to read in, what is still to be done of it out, item by item.

An item is an article or a refusal, numbered from 1 within its source. Readers give the same items in the
same order whenever they read the same file, so a position names what was done by its number alone.
"""

from collections.abc import Callable, Collection, Generator, Mapping
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
    """Reads the uploaded files in `directory`, or the web addresses, that a request names.

    One thread iterates over `items`; `estimate` may be asked from another.
    """

    def __init__(self, request: Mapping[str, Any], directory: Path, fetcher: Fetcher, wanted: Wanted) -> None:
        self._files: list[dict[str, str]] = request.get("files", [])
        self._urls: list[str] = request.get("urls", [])
        self._directory, self._fetcher, self._wanted = directory, fetcher, wanted
        self._sizes = [_size(directory / one["file"]) for one in self._files]
        self._found = 0
        self._share = 0.0

    def items(self) -> Generator[Item]:
        """Yield what is to be done, in order."""
        for source in range(self._wanted.position[0], len(self._files) + len(self._urls)):
            failures = self._wanted.failures(source)
            found = self._in_file(source, failures) if self._files else self._at_url(source, failures)
            for item in found:
                self._found += 1
                yield item
        self._share = 1.0

    def estimate(self, done_before: int) -> int:
        """Return how many items there are in all, from how much was read; exact at the end."""
        return round((done_before + self._found) / max(self._share, 1e-6))

    def _in_file(self, source: int, failures: Mapping[int, str]) -> Generator[Item]:
        name, path = self._files[source]["name"], self._directory / self._files[source]["file"]
        before, of_all = sum(self._sizes[:source]), max(sum(self._sizes), 1)
        try:
            stream = path.open("rb")
        except OSError as error:
            reason = f"its uploaded copy cannot be opened ({error.strerror}); upload it again"
            yield self._item(source, 1, Refusal(origin=f"{name}:1", reason=reason), failures)
            return
        with stream:
            for at, found in enumerate(read_stream(stream, name), start=1):
                # A reader of archives moves about; where the buffer ends is near enough.
                self._share = min((before + stream.tell()) / of_all, 1.0)
                if not self._is_done(source, at, at in failures):
                    yield self._item(source, at, found, failures)
        self._share = (before + self._sizes[source]) / of_all

    def _at_url(self, source: int, failures: Mapping[int, str]) -> Generator[Item]:
        url = self._urls[source]
        # A feed has moved on since: what failed is known by its address.
        numbers = {origin: number for number, origin in failures.items()}
        self._share = (source + 1) / len(self._urls)
        for at, (address, read) in enumerate(pages_at(url, self._fetcher, read_page), start=1):
            if not self._is_done(source, at, bool({address, url} & numbers.keys())):
                number = numbers.get(address, at)
                yield Item(
                    source=source, at=at, number=number, found=read(), failed_before=address in numbers
                )

    def _is_done(self, source: int, at: int, failed: bool) -> bool:
        place = (source, at)
        return place <= self._wanted.position or (place <= self._wanted.upto and not failed)

    def _item(self, source: int, at: int, found: RawArticle | Refusal, failures: Collection[int]) -> Item:
        return Item(source=source, at=at, number=at, found=found, failed_before=at in failures)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
