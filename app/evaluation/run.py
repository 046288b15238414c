"""`footnote eval DIR`: measure what the folder has sets for, and say what made each figure."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from app import __version__
from app.evaluation import abstention, answers, evidence, followups, pages, retrieval, segmentation, support
from app.evaluation.engine import CachedEmbedder, EngineFactory, engine_factory
from app.evaluation.provenance import commit, folder_hash
from app.main import load_embedder_or_none
from app.settings import Settings
from index.chunks import Chunking
from index.dates import now
from index.errors import InputError

Row = dict[str, object]

_MEASURES: dict[str, tuple[tuple[str, ...], Callable[[Path, EngineFactory], list[Row]]]] = {
    "segmentation": (("segmentation",), lambda directory, _: segmentation.evaluate(directory)),
    "pages": (("ingest_html",), lambda directory, _: pages.evaluate(directory)),
    "retrieval": (("news_qa", "multi_article"), retrieval.evaluate),
    "evidence": (("evidence_qa",), evidence.evaluate),
    "answers": (("evidence_qa", "news_qa", "multi_article"), answers.evaluate),
    "abstention": (("evidence_qa", "news_qa", "multi_article"), abstention.evaluate),
    "followups": (("followup",), followups.evaluate),
    "support": (("claim_support",), support.evaluate),
}


def run(directory: Path, settings: Settings, wanted: Sequence[str], output: Path | None) -> list[Row]:
    """Run the wanted measures (all by default) and return their rows, each with what made it.

    The rows are added to `output`, each measure's when it is done: some take half an hour.
    Raises InputError for a measure that does not exist, or a folder without its sets.
    """
    for name in wanted:
        if name not in _MEASURES:
            raise InputError(f"there is no measure {name!r}; choose among {', '.join(_MEASURES)}")
    embedder = load_embedder_or_none(settings)
    cached = CachedEmbedder(embedder, settings.data / "eval" / "vectors.sqlite3") if embedder else None
    factory = engine_factory(settings, cached)
    rows: list[Row] = []
    # Taken first: what is running is what stood in the checkout when it began.
    made_from = commit()
    for name in wanted or _MEASURES:
        folders, measure = _MEASURES[name]
        missing = [folder for folder in folders if not (directory / folder).is_dir()]
        if missing:
            raise InputError(f"{str(directory)!r} has no folder {missing[0]!r}, which {name} needs")
        made_by = {
            "commit": made_from,
            "version": __version__,
            "measured_at": now(),
            "embedder": embedder.fingerprint if embedder else "none",
            "settings": {"chunking": Chunking().fingerprint, "max_claims": settings.max_claims},
            "corpus": {folder: folder_hash(directory / folder) for folder in folders},
        }
        measured: list[Row] = [{"measure": name, **row, **made_by} for row in measure(directory, factory)]
        rows += measured
        if output is not None:
            output.parent.mkdir(parents=True, exist_ok=True)
            with output.open("a", encoding="utf-8") as file:
                file.writelines(json.dumps(row) + "\n" for row in measured)
    return rows


def table(rows: Sequence[Row]) -> str:
    """Return the rows' figures as text, a table a measure."""
    console = Console(width=140, no_color=True)
    with console.capture() as capture:
        for measure in dict.fromkeys(str(row["measure"]) for row in rows):
            shown = Table(title=measure, title_justify="left")
            shown.add_column("set")
            shown.add_column("figures")
            for row in rows:
                if row["measure"] == measure:
                    shown.add_row(str(row["set"]), _figures(row))
            console.print(shown)
    return capture.get()


def _figures(row: Row) -> str:
    figures = {name: value for name, value in row.items() if isinstance(value, int | float)}
    return "  ".join(
        f"{name} {value:.3f}" if isinstance(value, float) else f"{name} {value}"
        for name, value in figures.items()
    )
