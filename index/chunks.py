"""An article and its sentences in, runs of whole sentences out: the unit that is embedded.

Each chunk is matched with its header (title, publication, date) in front, so that a question which
names the outlet or the day finds it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.records import Article, Chunk, Sentence

_HEADER_CHARS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunking:
    """At most `budget` tokens of text a chunk, whose last `overlap` sentences begin the next one."""

    budget: int = 110
    overlap: int = 1

    @property
    def fingerprint(self) -> str:
        """Names the cut: two chunkings with the same fingerprint give the same chunks."""
        return f"sentences-1-{self.budget}-{self.overlap}"


def header(article: Article) -> str:
    """Return what an article's chunks are matched with besides their text."""
    parts = (article.title[:_HEADER_CHARS], article.publication, article.published[:10])
    return ". ".join(part for part in parts if part)


def chunk(
    article: Article,
    sentences: Sequence[Sentence],
    chunking: Chunking,
    count_tokens: Callable[[Sequence[str]], list[int]],
) -> list[Chunk]:
    """Cut an article into runs of whole sentences, in order, that together hold them all.

    A sentence longer than the budget is a chunk of its own.
    """
    lengths = count_tokens([article.text[s.start : s.end] for s in sentences])
    return [recut(article, sentences, first, last) for first, last in _runs(lengths, chunking)]


def recut(article: Article, sentences: Sequence[Sentence], first: int, last: int) -> Chunk:
    """Return the chunk of these sentences, as it was when it was first cut."""
    start, end = sentences[first].start, sentences[last].end
    front, text = header(article), article.text[start:end]
    matched = f"{front}\n{text}" if front else text
    return Chunk(first=first, last=last, start=start, end=end, matched=matched)


def _runs(lengths: Sequence[int], chunking: Chunking) -> list[tuple[int, int]]:
    """Return inclusive (first, last) runs; each begins after the one before it began and reaches further."""
    runs: list[tuple[int, int]] = []
    first, end = 0, 0
    while end < len(lengths):
        total, last = lengths[first], first
        while last + 1 < len(lengths) and total + lengths[last + 1] <= chunking.budget:
            last += 1
            total += lengths[last]
        if last < end:
            # The overlap filled the budget by itself: start where the new text starts.
            first = end
            continue
        runs.append((first, last))
        end = last + 1
        first = max(first + 1, end - chunking.overlap)
    return runs
