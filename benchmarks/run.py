"""Speed, memory and disk at 1,000 and 10,000 articles, as ratios against baselines of the same run.

    python benchmarks/run.py ../shared/eval            # writes benchmarks/results/benchmarks.jsonl and .png

The corpus is the BBC and news_qa articles of the evaluation folder, nine to one, repeated with edits. Each
size runs in a process of its own, so that its peak memory is its own. Baselines: plain embedding of every
fifth article's texts with the same model, in between, so that both meet the same load of the machine; and the
embedding of the question alone.
"""

import argparse
import gzip
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from app.evaluation.provenance import commit
from app.main import assemble
from app.service import Service
from app.settings import Settings
from index.chunks import Chunking, chunk
from index.embeddings import Embedder, load_embedder
from index.lock import DirectoryLock
from index.records import RawArticle

RESULTS = Path(__file__).parent / "results"
SIZES = (1_000, 10_000)
STEP = 250
SAMPLED = 5
QUESTIONS = 100


def lines(path: Path) -> list[dict]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def corpus(directory: Path, size: int) -> Iterator[RawArticle]:
    """Yield articles, nine of the BBC to one of news_qa; a repeated one is edited in every paragraph."""
    bbc = [
        ("\n\n".join(row["paragraphs"]), row["title"])
        for row in lines(directory / "corpus_bbc/articles.jsonl.gz")
    ]
    news = [(row["text"], row["title"]) for row in lines(directory / "news_qa/articles_2022.jsonl.gz")]
    for number in range(size):
        source, place = (news, number // 10) if number % 10 == 9 else (bbc, number - number // 10)
        edition, place = divmod(place, len(source))
        text, title = source[place]
        if edition:
            text = "\n\n".join(f"Edition {edition}: {paragraph}" for paragraph in text.split("\n\n"))
        yield RawArticle(id=f"a{number}", text=text, title=title)


class Plain:
    """Plain embedding of texts that are being indexed, in between, so that both meet the same load."""

    def __init__(self, service: Service, embedder: Embedder) -> None:
        self.texts, self.wall, self.processor = 0, 0.0, 0.0
        self._service, self._embedder = service, embedder

    def embed(self, ids: list[str]) -> None:
        """Embed the chunks of these articles once more, and add up what it takes."""
        texts: list[str] = []
        for article_id in ids:
            stored = self._service.article(article_id)
            cut = chunk(stored.article, stored.sentences, Chunking(), self._embedder.count_tokens)
            texts += [one.matched for one in cut]
        wall, processor = time.perf_counter(), time.process_time()
        self._embedder.embed_documents(texts)
        self.wall += time.perf_counter() - wall
        self.processor += time.process_time() - processor
        self.texts += len(texts)


def milliseconds(work: Callable[[str], object], given: list[str]) -> list[float]:
    taken = []
    for one in given:
        began = time.perf_counter()
        work(one)
        taken.append((time.perf_counter() - began) * 1000)
    return sorted(taken)


def measure(directory: Path, size: int) -> dict:
    with tempfile.TemporaryDirectory() as data:
        settings = Settings(data=Path(data))
        embedder = load_embedder(settings.embedder, settings.data / "models", settings.threads)
        service = assemble(settings, embedder, DirectoryLock(settings.data, "benchmark"))
        memory_before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        plain, wall, processor = Plain(service, embedder), 0.0, 0.0
        articles = corpus(directory, size)
        while some := list(islice(articles, STEP)):
            began, used = time.perf_counter(), time.process_time()
            added = list(service.add(some))
            wall += time.perf_counter() - began
            processor += time.process_time() - used
            plain.embed([one.id for one in added if one.status == "added"][::SAMPLED])
        memory_after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        status = service.index()

        questions = [row["question"] for row in lines(directory / "news_qa/questions_2022.jsonl")[:QUESTIONS]]
        for question in questions[:10]:
            service.ask(question)
        embedding = milliseconds(embedder.embed_query, questions)
        answering = milliseconds(service.ask, questions)
        service.close()
    return {
        "articles": size,
        "passages": status.passages,
        "sentences": status.sentences,
        "index_passages_per_s": status.passages / wall,
        "plain_embedding_texts_per_s": plain.texts / plain.wall,
        "indexing_to_plain_embedding_wall": status.passages / wall / (plain.texts / plain.wall),
        "indexing_to_plain_embedding_processor": status.passages
        / processor
        / (plain.texts / plain.processor),
        "question_embedding_ms_p50": statistics.median(embedding),
        "answer_ms_p50": statistics.median(answering),
        "answer_ms_p95": answering[int(len(answering) * 0.95)],
        "answer_to_question_embedding": statistics.median(answering) / statistics.median(embedding),
        "memory_mb": memory_after / 1024,
        "memory_growth_mb_per_10k_articles": (memory_after - memory_before) / 1024 * 10_000 / size,
        "disk_mb_per_10k_articles": status.bytes / 1e6 * 10_000 / size,
    }


def plot(rows: list[dict]) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figures = {
        "indexing_to_plain_embedding_processor": ("Indexing ÷ plain embedding, processor time", 0.7),
        "answer_to_question_embedding": ("Answer time ÷ question embedding", None),
        "memory_mb": ("Peak memory, MB", None),
        "disk_mb_per_10k_articles": ("Disk per 10,000 articles, MB", None),
    }
    canvas, axes = pyplot.subplots(1, len(figures), figsize=(13, 3.2), layout="constrained")
    for axis, (name, (title, bar)) in zip(axes, figures.items(), strict=True):
        values = [row[name] for row in rows]
        bars = axis.bar([f"{row['articles']:,}" for row in rows], values, color="#44546a", width=0.5)
        axis.bar_label(bars, fmt="{:.3g}")
        axis.set_title(title, fontsize=10)
        axis.set_xlabel("articles")
        axis.spines[["top", "right"]].set_visible(False)
        if bar is not None:
            axis.axhline(bar, color="#b04a3a", linestyle="--", linewidth=1)
    canvas.savefig(RESULTS / "benchmarks.png", dpi=110)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path, help="the evaluation folder")
    parser.add_argument("--size", type=int, help="measure one size and print its row")
    arguments = parser.parse_args()
    if arguments.size:
        print(json.dumps(measure(arguments.directory, arguments.size)))
        return
    rows = []
    for size in SIZES:
        command = [sys.executable, __file__, str(arguments.directory), "--size", str(size)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        rows.append({**json.loads(done.stdout.splitlines()[-1]), "commit": commit()})
        print(json.dumps(rows[-1], indent=2))
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "benchmarks.jsonl").write_text(
        "".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8"
    )
    plot(rows)


if __name__ == "__main__":
    main()
