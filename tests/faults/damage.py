"""Every damage a data directory can take, one at a time: what is said of it, what is answered, what mends it.

    python tests/faults/damage.py                       # prints a row a case, exits 1 on any violation
    python tests/faults/damage.py --only catalogue      # the cases whose name holds a word

Each case is a fresh copy of a directory with known articles. The rule for all of them: a question gets its
right answer or a clear error, never an empty or wrong answer as if all were well; `footnote doctor` names the
damage; and Footnote goes on by itself, after `doctor --repair`, or as the message says. The cases that need a
disk of their own mount a small tmpfs, which takes root on Linux; elsewhere they are skipped and say so.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import disks
import httpx
from cases import ARTICLES, CATALOGUE, LATER, Case, catalogue_cases, index_cases, other_cases
from serving import Server, StartError, code, fill, footnote, notice, question_of, wrong_citations

from app.doctor import examine
from index.errors import FootnoteError
from index.lock import DirectoryLock

DELETED = 5
_ORDER = ("nothing", "itself", "repair", "loss", "person")


@dataclass(slots=True)
class Asked:
    """What became of the known questions."""

    right: int = 0
    # Searches without the article among the first five; without terms notices are hard to tell apart.
    missed: int = 0
    errors: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def brief(self) -> dict[str, Any]:
        return {
            "right": self.right,
            "missed": self.missed,
            "errors": len(self.errors),
            "first_error": self.errors[:1],
        }


def ask(server: Server, numbers: list[int]) -> Asked:
    """Ask for the code of each notice; raises httpx.TransportError when the server is gone."""
    asked = Asked()
    for number in numbers:
        one = f"n{number}"
        try:
            answer = server.call("POST", "/api/ask", {"question": question_of(number)})
            found = server.call("POST", "/api/search", {"question": question_of(number), "limit": 5})
        except httpx.HTTPStatusError as error:
            problem = error.response.headers.get("content-type", "") == "application/problem+json"
            is_clear = problem and error.response.json().get("detail") and error.response.status_code != 500
            (asked.errors if is_clear else asked.wrong).append(str(error))
            continue
        wrong = [
            said for said in wrong_citations(answer, {one: notice(number)["text"]}) if "no slice" in said
        ]
        if answer["status"] != "answered" or code(number) not in answer["text"]:
            wrong.append(f"{one}: {answer['status']} {answer['text'][:80]!r}")
        asked.missed += one not in {passage["article_id"] for passage in found["passages"]}
        asked.wrong += wrong
        asked.right += not wrong
    found = server.http.post("/api/search", json={"question": question_of(DELETED), "limit": 50})
    if f'"n{DELETED}"' in found.text:
        asked.wrong.append("a deleted article is found")
    return asked


class Trial:
    """One case on its copy: the row that is printed, and what went against the rule."""

    def __init__(self, case: Case, data: Path) -> None:
        self._case, self._data = case, data
        self._numbers = [n for n in range(0, ARTICLES, 6) if n != DELETED] + (
            list(LATER)[::5] if case.killed else []
        )
        self.row: dict[str, Any] = {"case": case.name}
        self.violations: list[str] = []

    def run(self) -> None:
        if self._case.serving:
            self._damage_served()
        else:
            self._case.damage(self._data)
        self._ask_doctor()
        recovered = "itself" if self._serve("served") else ""
        if not recovered and self._case.remedy in {"repair", "loss"}:
            recovered = self._repair()
        wanted = "itself" if self._case.remedy == "nothing" else self._case.remedy
        if self._case.remedy == "person" and self._case.mend is None:
            recovered = recovered or "person"
        self.row["recovered"] = recovered or "no"
        if not recovered or _ORDER.index(recovered) > _ORDER.index(wanted):
            self.violations.append(f"it is to recover by {wanted}, and did by {recovered or 'nothing'}")
        self.row["violations"] = self.violations

    def _damage_served(self) -> None:
        """Damage the directory under a server, and let it answer, write and end."""
        server = Server(self._data, env=self._case.env)
        ask(server, self._numbers[:2])
        self._case.damage(self._data)
        try:
            self._note("while_serving", ask(server, self._numbers))
            written = self._write(server)
            self._note("after_writing", ask(server, self._numbers))
            self.row["written"] = written
            self.row["exit"] = server.stop()
        except (httpx.TransportError, httpx.HTTPStatusError) as error:
            self.row["while_serving_ended"] = str(error)[:200]
            server.kill()

    def _write(self, server: Server) -> list[str]:
        """Add and delete an article; what is refused is refused clearly."""
        said = []
        for method, path, body in (
            ("POST", "/api/articles", {"articles": [notice(9_000)]}),
            ("DELETE", "/api/articles/n9000", None),
        ):
            answer = server.http.request(method, path, json=body)
            if answer.status_code >= 500 and "problem+json" not in answer.headers.get("content-type", ""):
                self.violations.append(f"{method}: {answer.status_code} {answer.text[:200]}")
            said.append(f"{method} {answer.status_code}")
        return said

    def _ask_doctor(self) -> None:
        """Doctor looks at a copy of its own, so that it mends nothing by looking."""
        copy = self._data.with_name("looked-at")
        shutil.copytree(self._data, copy, symlinks=True)
        found = doctor(copy)
        self.row["doctor"] = found
        shutil.rmtree(copy)
        if not found and self._case.is_named and self._case.remedy != "nothing" and not self._case.serving:
            self.violations.append("doctor does not name it")

    def _serve(self, name: str) -> bool:
        """Start, ask, wait for what mends itself, ask again; return whether all is well then."""
        try:
            server = Server(self._data, env=self._case.env)
        except StartError as error:
            said = str(error)
            self.row[name] = {"refused": said[-400:]}
            if not said or "Traceback" in said or "footnote:" not in said:
                self.violations.append(f"the start fails without a clear message: {said[-200:]!r}")
            return False
        row: dict[str, Any] = {}
        self.row[name] = row
        try:
            ready = server.http.get("/health/ready")
            row["ready"] = f"{ready.status_code} {ready.text[:200]}"
            row["state"] = server.http.get("/api/index").json().get("state")
            self._note(name, ask(server, self._numbers), row)
            if self._case.mend:
                self._case.mend(server)
            server.wait_idle(90)
            after = ask(server, self._numbers)
            self._note(f"{name}_later", after, row)
            row["written"] = self._write(server)
            row["exit"] = server.stop()
        except (httpx.TransportError, httpx.HTTPStatusError) as error:
            # Where only a person can help, a clear refusal is the right answer.
            if self._case.remedy == "person" and isinstance(error, httpx.HTTPStatusError):
                row["refused"] = str(error)[:200]
            else:
                self.violations.append(f"{name}: {error}")
            server.kill()
            return False
        row["doctor"] = doctor(self._data)
        return after.right == len(self._numbers) and not row["doctor"]

    def _repair(self) -> str:
        done = footnote(self._data, "doctor", "--repair", env=self._case.env)
        self.row["repair"] = (done.stdout + done.stderr)[-300:]
        if "Traceback" in done.stderr:
            self.violations.append(f"doctor --repair: {done.stderr[-300:]}")
        if self._case.remedy == "loss":
            self._numbers = [n for n in self._numbers if n < ARTICLES]
        return self._case.remedy if self._serve("repaired") else ""

    def _note(self, when: str, asked: Asked, row: dict[str, Any] | None = None) -> None:
        (self.row if row is None else row)[when] = asked.brief()
        self.violations += [f"{when}: {one}" for one in asked.wrong[:5]]


def doctor(data: Path) -> list[str]:
    """Return what `footnote doctor` finds to be a problem, or worth a warning."""
    try:
        with closing(DirectoryLock(data, "footnote doctor")):
            found = list(examine(data))
    except FootnoteError as error:
        return [str(error)]
    return [f"{one.what}: {one.detail} [{one.mended_by}]" for one in found if one.state != "well"]


def make_base(base: Path) -> None:
    """Fill a directory with known articles, one of them deleted and one revised, and close it cleanly."""
    server = Server(base)
    fill(server, ARTICLES)
    server.call("DELETE", f"/api/articles/n{DELETED}")
    server.call(
        "POST", "/api/articles", {"articles": [{"id": "n1", "text": "Notice 1 was first of another text."}]}
    )
    server.call("POST", "/api/articles", {"articles": [notice(1)]})
    server.call("POST", "/api/index/rebuild")
    server.wait_idle()
    asked = ask(server, [n for n in range(0, ARTICLES, 6) if n != DELETED])
    assert not asked.wrong, asked.wrong
    server.stop()


def make_killed(base: Path, killed: Path) -> None:
    """Copy it, add more, and leave it as kill -9 does."""
    shutil.copytree(base, killed)
    server = Server(killed)
    for number in LATER:
        server.call("POST", "/api/articles", {"articles": [notice(number)]})
    server.kill()
    assert (killed / f"{CATALOGUE}-wal").stat().st_size


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="a word in the names of the cases")
    arguments = parser.parse_args()
    violations = cases = 0
    with tempfile.TemporaryDirectory() as directory:
        base, killed = Path(directory) / "base", Path(directory) / "killed"
        make_base(base)
        make_killed(base, killed)
        # Copies share the model, which only its own cases touch, and those replace it.
        for case in (*index_cases(base), *catalogue_cases(base), *other_cases(base)):
            if arguments.only not in case.name:
                continue
            data = Path(directory) / "case" / "data"
            shutil.copytree(killed if case.killed else base, data)
            trial = Trial(case, data)
            trial.run()
            _print(trial.row)
            cases, violations = cases + 1, violations + len(trial.violations)
            shutil.rmtree(data.parent)
        for row in disks.rows(base, arguments.only):
            _print(row)
            cases, violations = cases + 1, violations + len(row["violations"])
    _print({"cases": cases, "violations": violations})
    return 1 if violations else 0


def _print(row: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(row) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
