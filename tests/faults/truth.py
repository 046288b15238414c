"""What a server has acknowledged, and how one that was killed since compares with it."""

import random
from collections import Counter
from dataclasses import dataclass, field

from serving import WORDS, Server, notice, question_of, wrong_citations


@dataclass(slots=True)
class Truth:
    """What the server has acknowledged. `unsure` holds what ids may be whose last request got no answer."""

    texts: dict[str, str] = field(default_factory=dict)
    deleted: dict[str, str] = field(default_factory=dict)
    unsure: dict[str, set[str | None]] = field(default_factory=dict)
    # Rows of imports that were accepted: they come, by themselves, and once.
    promised: dict[str, str] = field(default_factory=dict)
    recent: set[str] = field(default_factory=set)
    doing: str = ""
    job: str = ""

    def put(self, article_id: str, text: str) -> None:
        self.texts[article_id] = text
        self.deleted.pop(article_id, None)
        self.recent.add(article_id)

    def drop(self, article_id: str) -> None:
        self.deleted[article_id] = self.texts.pop(article_id)
        self.recent.add(article_id)


def text_of(article_id: str, version: int, rng: random.Random, more: int = 0) -> str:
    sentences = [
        f"Report {article_id} in version v{version} is about a {rng.choice(WORDS)} and {rng.choice(WORDS)}s."
    ]
    sentences += [
        f"The {rng.choice(WORDS)} of {article_id} met the {rng.choice(WORDS)} on day {rng.randint(1, 10**6)}."
        for _ in range(more)
    ]
    return " ".join(sentences)


def question(text: str) -> str:
    words = text.split()
    return f"What is report {words[1]} in version {words[4]} about?"


class Checker:
    """Compares a server that was started again with what was acknowledged before the kill."""

    def __init__(self, server: Server, truth: Truth, rng: random.Random, filled: int) -> None:
        self._server, self._truth, self._rng, self._filled = server, truth, rng, filled

    def wrong(self, *, whole: bool) -> list[str]:
        """Return what is lost, came back, or cannot be answered and cited; settle what was unsure."""
        truth = self._truth
        wrong = self._promises() + self._settle()
        imported = [one for one in truth.texts if one.startswith("i") and one not in truth.recent]
        looked_at = {*truth.texts, *truth.deleted} - set(imported)
        for one in sorted(looked_at) + self._rng.sample(imported, min(60, len(imported))):
            wrong += self._text(one, truth.texts.get(one), truth.deleted)
        asked = [one for one in truth.recent if one in truth.texts]
        others = self._rng.sample(sorted(truth.texts), min(6, len(truth.texts)))
        for one in {*self._rng.sample(asked, min(14, len(asked))), *others}:
            wrong += self._answer(one, question(truth.texts[one]), truth.texts[one])
        for one in [one for one in truth.recent if one in truth.deleted][:6]:
            wrong += self._gone(one, truth.deleted[one])
        for number in self._rng.sample(range(self._filled), min(6, self._filled)):
            wrong += self._answer(f"n{number}", question_of(number), notice(number)["text"])
        if whole:
            wrong += self._listed()
        truth.recent.clear()
        return wrong

    def _text(self, one: str, wanted: str | None, deleted: dict[str, str]) -> list[str]:
        held = self._server.text(one)
        if wanted is not None and held != wanted:
            return [f"{one} is {'lost' if held is None else 'not what was acknowledged'}"]
        return [f"{one} came back after it was deleted"] if wanted is None and held is not None else []

    def _promises(self) -> list[str]:
        """Wait for imports that were accepted: they go on by themselves, and add nothing twice."""
        truth = self._truth
        if any(one.startswith("i") for one in {*truth.promised, *truth.unsure}):
            self._server.wait_idle()
        wrong = []
        for one, text in truth.promised.items():
            answer = self._server.http.get(f"/api/articles/{one}")
            if answer.status_code != 200 or answer.json()["text"] != text:
                wrong.append(f"{one} of an accepted import is not there")
            elif answer.json()["revision"] != 1:
                wrong.append(f"{one} of an import was added twice")
            truth.put(one, text)
        truth.promised.clear()
        return wrong

    def _settle(self) -> list[str]:
        """Find out what became of requests that got no answer: all of it or nothing, each allowed."""
        wrong, truth = [], self._truth
        for one, allowed in truth.unsure.items():
            text = self._server.text(one)
            if text not in allowed:
                wrong.append(f"{one} is neither what it was nor what was asked for")
            before = truth.texts.pop(one, None)
            if text is not None:
                truth.put(one, text)
            elif before is not None:
                truth.deleted[one] = before
        truth.unsure.clear()
        return wrong

    def _answer(self, one: str, asked: str, text: str) -> list[str]:
        found = self._server.call("POST", "/api/search", {"question": asked, "limit": 5})["passages"]
        wrong = (
            [] if one in {p["article_id"] for p in found} else [f"{one} is not found by a question about it"]
        )
        answer = self._server.call("POST", "/api/ask", {"question": asked, "filters": {"article_ids": [one]}})
        return wrong + list(wrong_citations(answer, {one: text}))

    def _gone(self, one: str, text: str) -> list[str]:
        found = self._server.call("POST", "/api/search", {"question": question(text), "limit": 20})[
            "passages"
        ]
        return [f"{one} was deleted and is found"] if one in {p["article_id"] for p in found} else []

    def _listed(self) -> list[str]:
        """Return what is listed too often, or not at all, or should not be."""
        counted = Counter(self._server.ids())
        wanted = {*self._truth.texts, *(f"n{number}" for number in range(self._filled))}
        wrong = [f"{one} is listed {count} times" for one, count in counted.items() if count > 1]
        wrong += [f"{one} is not listed" for one in wanted - set(counted)]
        return wrong + [f"{one} is listed, and was never acknowledged" for one in set(counted) - wanted]
