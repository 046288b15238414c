"""The documents say what the code does: every command, setting, route and module is described."""

import re
import subprocess
from pathlib import Path

import pytest
import typer
import typer.main
from fastapi.routing import APIRoute

from app import __version__
from app.report import answer_words
from app.schemas.answers import AnswerOut
from app.service import Service
from app.settings import Settings

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")] + sorted(
    (ROOT / "docs").rglob("*.md")
)
PROSE = "\n".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def shell_blocks() -> list[tuple[str, str]]:
    return [
        (f"{path.name}:{number}", body)
        for path in DOCUMENTS
        for number, (language, body) in enumerate(FENCE.findall(path.read_text(encoding="utf-8")), 1)
        if language == "sh"
    ]


@pytest.mark.parametrize(
    "block", [body for _, body in shell_blocks()], ids=[name for name, _ in shell_blocks()]
)
def test_a_shell_block_parses(block: str):
    """A reader pastes it; a lost quote would leave them at a `>` prompt."""
    subprocess.run(["sh", "-n"], input=block, text=True, check=True)


def test_every_make_target_named_in_the_documents_exists():
    """`make something` in a document is a promise."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    blocks = "\n".join(body for _, body in shell_blocks())
    named = set(re.findall(r"^\s*make ([a-z][a-z-]+)", blocks, re.MULTILINE)) | set(
        re.findall(r"`make ([a-z][a-z-]+)", PROSE)
    )
    assert named - targets == set()


def test_every_command_is_documented():
    """A command nobody can find is not there."""
    from app import cli

    [application] = [value for value in vars(cli).values() if isinstance(value, typer.Typer)]
    commands = typer.main.get_command(application).commands  # type: ignore[attr-defined]
    assert [name for name in commands if f"footnote {name}" not in PROSE] == []


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_documented(name: str):
    """Each row of the table in docs/operations.md is a setting, and each setting a row."""
    operations = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert f"| `FOOTNOTE_{name.upper()}` |" in operations


def test_every_route_is_documented():
    """The reference lists what OpenAPI lists, and nothing else."""
    from app.api.routes import health, router

    reference = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `((?:GET|POST|PUT|PATCH|DELETE) /[^`]*)`", reference, re.MULTILINE))
    served = {
        f"{method} {route.path}"
        for route in [*router.routes, *health.routes]
        if isinstance(route, APIRoute) and route.include_in_schema
        for method in route.methods
    }
    assert listed == served


def test_no_document_names_a_setting_that_does_not_exist():
    """A setting in a document that the code no longer reads is set in vain."""
    settings = {f"FOOTNOTE_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"FOOTNOTE_[A-Z_]*[A-Z]", PROSE)) - settings == set()


def test_every_module_has_its_row_in_the_architecture():
    """A newcomer finds each file in the table, and nothing in the table that is not a file."""
    architecture = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = set(
        re.findall(r"`((?:app|index)/[\w/]+)`", "\n".join(re.findall(r"^\|.*", architecture, re.MULTILINE)))
    )
    modules = {
        str(path.relative_to(ROOT).with_suffix(""))
        for name in ("app", "index")
        for path in (ROOT / name).rglob("*.py")
        if path.name != "__init__.py"
    }
    assert modules == table


def test_every_link_between_documents_leads_somewhere():
    """A moved file takes its links along."""
    dead = [
        (path.name, target)
        for path in DOCUMENTS
        for target in LINK.findall(path.read_text(encoding="utf-8"))
        if "://" not in target and not (path.parent / target).exists()
    ]
    assert dead == []


def test_the_changelog_begins_with_the_version_that_is_built():
    """A release without its entry leaves users to read commits."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[(\d[^\]]*)\]", changelog, re.MULTILINE)
    assert versions[0] == __version__


def test_the_transcript_in_the_readme_is_what_footnote_says(seeded: Service):
    """The first answer a newcomer sees must be the one they get."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    [transcript] = [body for language, body in FENCE.findall(readme) if language == "console"]
    prompt, printed = transcript.split("\n", 1)
    question = re.fullmatch(r'\$ footnote ask "(.+)"', prompt)
    assert question is not None
    # The README folds long lines; the words and their order are what counts.
    assert printed.split() == answer_words(AnswerOut.of(seeded.ask(question[1]))).split()


def test_every_document_the_code_points_to_exists():
    """A comment that sends its reader to a page that was never written is worse than none."""
    code = [path for name in ("app", "index", "tests", "benchmarks") for path in (ROOT / name).rglob("*.py")]
    named = {
        document
        for path in code
        for document in re.findall(r"\b(?:docs|seeds)/[\w./-]+\.md", path.read_text(encoding="utf-8"))
    }
    assert [document for document in sorted(named) if not (ROOT / document).is_file()] == []
