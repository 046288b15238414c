"""Files, folders and patterns read to their end, as an import reads them."""

from collections.abc import Iterator, Sequence

from index.articles import RawArticle, Refusal, files_of, read_stream


def read(sources: Sequence[str]) -> Iterator[RawArticle | Refusal]:
    """Yield the articles, and the refusals among them, in the order given."""
    for source in sources:
        for file in files_of(source):
            if isinstance(file, Refusal):
                yield file
            else:
                with file.open("rb") as stream:
                    yield from read_stream(stream, str(file))
