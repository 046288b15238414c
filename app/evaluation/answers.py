"""Answers to every question of every set, the whole corpus open: are the contract's promises kept?

`quotes_exact` compares each quote, an abstention's nearest ones too, with the article as it is read back.
`answer_cited` is the share of news_qa's questions where a cited sentence of a gold or answer-bearing article
holds the answer.
"""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from app.answer import Answer
from app.evaluation.engine import Engine, EngineFactory
from app.evaluation.metrics import mean, plain
from app.evaluation.sets import news_articles, ours, read, sentence_article, stub_articles
from index.records import RawArticle


def evaluate(directory: Path, build: EngineFactory) -> list[dict[str, object]]:
    """Return a row a set: how many questions, the share answered, quotes, and promises kept."""
    evidence = directory / "evidence_qa"
    multirc = list(read(evidence / "multirc_articles.jsonl"))
    clapnq = list(read(evidence / "clapnq.jsonl"))
    squad = list(read(evidence / "squad2.jsonl"))
    sets: list[tuple[str, Iterable[RawArticle], Path]] = [
        ("multirc", (sentence_article(row) for row in multirc), evidence / "multirc_questions.jsonl"),
        ("clapnq", (sentence_article(row, row["title"]) for row in clapnq), evidence / "clapnq.jsonl"),
        ("squad2", (RawArticle(id=r["id"], text=r["context"]) for r in squad), evidence / "squad2.jsonl"),
        (
            "multi_article",
            stub_articles(directory / "multi_article" / "articles.jsonl"),
            directory / "multi_article" / "questions.jsonl",
        ),
    ]
    for year in (2022, 2023):
        folder = directory / "news_qa"
        articles = news_articles(folder / f"articles_{year}.jsonl.gz")
        sets.append((f"news_qa/{year}", articles, folder / f"questions_{year}.jsonl"))
    return [_row(name, articles, file, build) for name, articles, file in sets]


def _row(
    name: str, articles: Iterable[RawArticle], questions: Path, build: EngineFactory
) -> dict[str, object]:
    with build(articles) as engine:
        rows = list(read(questions))
        answers = [engine.answer(row["question"], today=row.get("date", "")) for row in rows]
        exact = [_is_exact(engine, answer) for answer in answers]
        cited = [
            _cites_the_answer(answer, row["answer"], ours({*row["gold_ids"], *row["answer_ids"]}, engine.ids))
            for answer, row in zip(answers, rows, strict=True)
            if "gold_ids" in row
        ]
    figures = {"answer_cited": mean(cited)} if cited else {}
    return {
        "set": f"answers/{name}",
        "n": len(answers),
        "answered": sum(answer.status == "answered" for answer in answers) / len(answers),
        "quotes": sum(len(quotes) for quotes in exact),
        "quotes_exact": sum(map(sum, exact)) / max(1, sum(map(len, exact))),
        "promises_kept": sum(_keeps_promises(answer) for answer in answers) / len(answers),
        **figures,
    }


def _cites_the_answer(answer: Answer, wanted: Sequence[str], articles: Collection[str]) -> bool:
    """Tell whether a cited sentence of one of these articles holds the answer as whole words."""
    return any(
        f" {' '.join(plain(text))} " in f" {' '.join(plain(citation.quote))} "
        for citation in answer.citations
        if citation.article.id in articles
        for text in wanted
        if plain(text)
    )


def _is_exact(engine: Engine, answer: Answer) -> list[bool]:
    """Compare each quote with the article that is read back at its revision."""
    nearest = answer.abstention.nearest if answer.abstention else ()
    found = []
    for citation in (*answer.citations, *nearest):
        held = engine.service.article(citation.article.id, citation.article.revision).article
        found.append(held.text[citation.start : citation.end] == citation.quote != "")
    return found


def _keeps_promises(answer: Answer) -> bool:
    """Every claim is a cited source sentence, word for word, at its place in the text."""
    cited = {citation.number: citation for citation in answer.citations}
    return (answer.abstention is None) == bool(answer.claims) and all(
        claim.citations
        and answer.text[claim.start : claim.end] == claim.text
        and all(number in cited and cited[number].quote == claim.text for number in claim.citations)
        for claim in answer.claims
    )
