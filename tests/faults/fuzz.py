"""Coverage-guided fuzzing of every reader, and of the line from text to chunks.

    pip install atheris            # Linux, Python 3.11; not among the project's own dependencies
    python tests/faults/fuzz.py --seconds 600            # every target in turn, a row each
    python tests/faults/fuzz.py html pdf --keep fuzzed   # two of them; corpus and findings stay there
    python tests/faults/fuzz.py html --again FILE        # what one finding does

A finding is an error that no reader turns into a refusal, an offset that is not exact, a text that cleaning
does not settle, an input that takes over 10 s or 2 GB. Documents are parsed in this process, where their
coverage is seen, and not in the child that holds up their crashes otherwise.
"""

import argparse
import io
import json
import re
import subprocess
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import samples

MAX_INPUT_S = 10
MAX_MEMORY_MB = 2048
# Parts of one input that make up an archive, and the text's language in front of a text.
_PART = b"%%"
# What is ours, and the readers in pure Python that we call.
_INSTRUMENTED = [
    "index",
    "markdown_it",
    "trafilatura",
    "justext",
    "email",
    "tarfile",
    "zipfile",
    "charset_normalizer",
    "ftfy",
]
_OURS = str(Path(__file__).parents[2] / "index")
_MAX_LINE_CHARS = 20_000

Target = Callable[[bytes], None]


class InProcess:
    """Stands in for the child process: errors of libraries are damage, ours are findings."""

    def parse(self, kind: str, name: str, data: bytes) -> list[dict[str, Any]]:
        from index.documents import _PARSERS
        from index.errors import ArticleError

        try:
            found = _PARSERS[kind](data, name)
        except ArticleError:
            raise
        except Exception as error:
            innermost = traceback.extract_tb(error.__traceback__)[-1]
            if innermost.filename.startswith(_OURS):
                raise
            raise ArticleError(f"it is damaged: {error}") from None
        mappings: list[dict[str, Any]] = json.loads(json.dumps(found))
        return mappings


def read_file(data: bytes, name: str) -> None:
    """Read a file of any kind, as `footnote add` does."""
    from index.articles import read_stream

    drain(read_stream(io.BytesIO(data), name))


def read_document(data: bytes, kind: str) -> None:
    """Read a document whose kind is settled, whatever its first bytes have become."""
    from index.documents import READERS
    from index.formats import Document

    drain(READERS[kind](Document(name="fuzz", stream=io.BytesIO(data), head=data[:1024])))


def drain(found: Any) -> None:
    for one in found:
        assert re.search(r":\d+$", one.origin), one.origin
        if hasattr(one, "reason"):
            assert one.reason
            one.reason.encode()
        else:
            take(one.text, one.language or "en")


def take(raw: str, language: str) -> None:
    """Take a text all the way to its chunks: exact at every step, and the same when it comes again."""
    from index.chunks import Chunking, chunk
    from index.cleaning import clean
    from index.records import Article, assert_exact
    from index.sentences import split

    text = clean(raw[:_MAX_LINE_CHARS])
    assert clean(text) == text, "cleaning again changes it again"
    text.encode()
    sentences = split(text, language)
    assert_exact(text, sentences)
    within = bytearray(len(text))
    for sentence in sentences:
        within[sentence.start : sentence.end] = b"\1" * (sentence.end - sentence.start)
    lost = [at for at, one in enumerate(text) if not within[at] and not one.isspace()]
    assert not lost, f"no sentence holds {text[lost[0]]!r} at {lost[0]}"
    article = Article(id="a", revision=1, text=text, title="T")
    runs = chunk(article, sentences, Chunking(), lambda texts: [1 + len(one) // 4 for one in texts])
    held = {ordinal for run in runs for ordinal in range(run.first, run.last + 1)}
    assert held == set(range(len(sentences))), "a sentence is in no chunk"
    for run in runs:
        assert (run.start, run.end) == (sentences[run.first].start, sentences[run.last].end)
        assert run.matched.endswith(text[run.start : run.end])


def read_line(data: bytes) -> None:
    """Any characters, lone surrogates too, in a language of their choice."""
    from index.language import detect

    text = (
        data[2:].decode("utf-8", "surrogatepass" if data[:1] < b"\x80" else "replace") if _fits(data) else ""
    )
    language = detect(text) if data[1:2] > b"\xf0" else ("en", "de", "th", "zh", "fr", "ar")[len(data) % 6]
    take(text, language)


def _fits(data: bytes) -> bool:
    try:
        data[2:].decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data[:1] >= b"\x80"
    return True


def read_listing(data: bytes) -> None:
    from index.errors import FetchError
    from index.feeds import discover
    from index.fetching import Fetched

    fetched = Fetched(url="https://news.example/feed", status=200, content_type="text/xml", body=data)
    try:
        listing = discover(fetched)
    except FetchError:
        return
    for entry in listing.entries if listing else ():
        assert entry.url.startswith(("http://", "https://", "HTTP")) or ":" in entry.url
        take(entry.text, entry.language[:2] or "en")


def read_robots(data: bytes) -> None:
    from index.encodings import decode
    from index.robots import read_rules

    text, _, path = decode(data).rpartition("\n")
    read_rules(text, "footnote").allow("/" + path)


def packed(data: bytes, names: tuple[str, ...]) -> bytes:
    """Make a zip of an input's parts, so that a change of one byte is not just a wrong checksum."""
    if data.startswith(b"PK"):
        return data
    parts = data.split(_PART)
    if not names:
        heads = [part.partition(b"\n") for part in parts[:50]]
        return samples.zipped(
            {head.decode("latin-1")[:200]: rest for head, _, rest in heads}, zipfile.ZIP_STORED
        )
    return samples.zipped(dict(zip(names, parts, strict=False)), zipfile.ZIP_STORED)


def summed(data: bytes) -> bytes:
    """Set the checksums of a tar's headers right, where they would be."""
    tar, at = bytearray(data), 0
    while at + 512 <= len(tar):
        tar[at + 148 : at + 156] = b" " * 8
        tar[at + 148 : at + 156] = b"%06o\0 " % sum(tar[at : at + 512])
        try:
            size = int(bytes(tar[at + 124 : at + 136]).strip(b" \0") or b"0", 8)
        except ValueError:
            break
        at += 512 + (max(size, 0) + 511) // 512 * 512
    return bytes(tar)


def read_gzip(data: bytes) -> None:
    import gzip

    read_file(gzip.compress(summed(data[1:]), 1) if data[:1] < b"\x80" else data[1:], "fuzz.tar.gz")


def _seeds() -> dict[str, tuple[bytes, ...]]:
    files = {"a.txt": samples.TEXT, "b/c.csv": samples.CSV, "d.html": samples.HTML, "e.json": samples.JSON}
    parts = _PART.join(name.encode() + b"\n" + content for name, content in files.items())
    tar = samples.tarred(files)
    docx = dict(zip(samples.DOCX_NAMES, samples.DOCX_PARTS, strict=True))
    epub = dict(zip(samples.EPUB_NAMES, samples.EPUB_PARTS, strict=True))
    wrapped = " ".join(f"’{one}’" for one in ("", *samples.PARAGRAPHS)).encode()
    return {
        "csv": (samples.CSV, samples.CSV.decode().encode("utf-16"), b"text\n\"a\nb"),
        "tsv": (samples.TSV,),
        "json": (samples.JSON, samples.JSONL, b'[{"text": "A b."}] {"_source": {"body": ["a"]}}'),
        "jsonl": (samples.JSONL,),
        "txt": (samples.TEXT, wrapped, "Grüße.".encode("cp1252"), samples.TEXT.decode().encode("utf-16-le")),
        "markdown": (samples.MARKDOWN,),
        "html": (samples.HTML,),
        "pdf": (samples.printed(),),
        "docx": (_PART.join(samples.DOCX_PARTS), samples.zipped(docx)),
        "epub": (_PART.join(samples.EPUB_PARTS), samples.zipped(epub)),
        "eml": (samples.EMAIL, b"From: a\n\nHello there."),
        "zip": (parts, samples.zipped(files), samples.zipped(docx)),
        "tar": (tar,),
        "targz": (b"\0" + tar, b"\xff" + samples.tarred(files, "w:gz")),
        "feed": (samples.RSS, samples.ATOM),
        "sitemap": (samples.SITEMAP, samples.SITEMAP_INDEX),
        "robots": (samples.ROBOTS,),
        "line": tuple(b"\0\0" + one for one in (samples.TEXT, wrapped, "ภาษา ไทย\u200b，é\u0301".encode())),
    }  # fmt: skip


TARGETS: dict[str, Target] = {
    "csv": lambda data: read_file(data, "fuzz.csv"),
    "tsv": lambda data: read_file(data, "fuzz.tsv"),
    "json": lambda data: read_file(data, "fuzz.json"),
    "jsonl": lambda data: read_file(data, "fuzz.jsonl"),
    "txt": lambda data: read_file(data, "fuzz.txt"),
    "markdown": lambda data: read_file(data, "fuzz.md"),
    "html": lambda data: read_document(data, "HTML"),
    "pdf": lambda data: read_document(data, "PDF"),
    "docx": lambda data: read_document(packed(data, samples.DOCX_NAMES), "Word"),
    "epub": lambda data: read_document(packed(data, samples.EPUB_NAMES), "EPUB"),
    "eml": lambda data: read_document(data, "e-mail"),
    "zip": lambda data: read_file(packed(data, ()), "fuzz.zip"),
    "tar": lambda data: read_file(summed(data), "fuzz.tar"),
    "targz": read_gzip,
    "feed": read_listing,
    "sitemap": read_listing,
    "robots": read_robots,
    "line": read_line,
}


def fuzz(target: str, arguments: list[str]) -> None:
    """Fuzz one target in this process until libFuzzer ends it."""
    import atheris

    with atheris.instrument_imports(include=_INSTRUMENTED, enable_loader_override=False):
        import trafilatura  # noqa: F401

        from index import articles, documents, feeds, fetching, ingest, language, pdfs, robots  # noqa: F401
    from trafilatura.meta import reset_caches

    documents.aside = InProcess  # type: ignore[assignment]
    # A checksum would stop every change at the door.
    zipfile.ZipExtFile._update_crc = lambda *_: None  # type: ignore[attr-defined]
    runs = 0

    def run(data: bytes) -> None:
        nonlocal runs
        runs += 1
        if runs % 500 == 0:
            reset_caches()
        TARGETS[target](data)

    atheris.Setup([sys.argv[0], *arguments], run)
    atheris.Fuzz()


def supervise(target: str, seconds: int, keep: Path) -> dict[str, Any]:
    """Fuzz one target in a process of its own; return what libFuzzer counted, and what it found."""
    corpus, found = keep / target / "corpus", keep / target / "found"
    corpus.mkdir(parents=True, exist_ok=True)
    found.mkdir(exist_ok=True)
    for number, seed in enumerate(_seeds()[target]):
        (corpus / f"seed{number}").write_bytes(seed)
    before = set(found.iterdir())
    began = time.monotonic()
    command = [
        sys.executable, __file__, "--one", target, str(corpus), f"-max_total_time={seconds}",
        f"-timeout={MAX_INPUT_S}", f"-rss_limit_mb={MAX_MEMORY_MB}", f"-artifact_prefix={found}/",
        "-max_len=20000", "-print_final_stats=1", "-verbosity=1",
    ]  # fmt: skip
    log = keep / target / "log"
    with log.open("wb") as output:
        code = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, check=False).returncode
    said = log.read_text(errors="replace")
    covered = re.findall(r"cov: (\d+) ft: (\d+) corp: (\d+)", said) or [("0", "0", "0")]
    stats = dict(re.findall(r"stat::(\w+):\s+(\d+)", said))
    runs = int(stats.get("number_of_executed_units", 0))
    findings = sorted(str(path) for path in set(found.iterdir()) - before)
    return {
        "target": target, "seconds": round(time.monotonic() - began), "runs": runs,
        "covered": int(covered[-1][0]), "corpus": int(covered[-1][2]),
        "peak_mb": int(stats.get("peak_rss_mb", 0)), "exit": code, "findings": findings,
    }  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "targets", nargs="*", choices=[[], *TARGETS], metavar="TARGET", help=", ".join(TARGETS)
    )
    parser.add_argument("--seconds", type=int, default=600, help="for each target")
    parser.add_argument("--keep", type=Path, help="where corpus, log and findings stay")
    parser.add_argument("--again", type=Path, help="run one target over this file, once")
    if sys.argv[1:2] == ["--one"]:
        fuzz(sys.argv[2], sys.argv[3:])
        return 0
    arguments = parser.parse_args()
    if arguments.again:
        fuzz(arguments.targets[0], [str(arguments.again)])
        return 0
    keep = arguments.keep or Path(tempfile.mkdtemp(prefix="fuzz-"))
    failed = 0
    for target in arguments.targets or TARGETS:
        row = supervise(target, arguments.seconds, keep)
        failed += bool(row["exit"] or row["findings"])
        sys.stdout.write(json.dumps(row) + "\n")
        sys.stdout.flush()
    sys.stdout.write(f"{len(arguments.targets or TARGETS)} targets, {failed} with findings, kept in {keep}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
