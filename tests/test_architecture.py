"""The shape of the code, kept by tests where import-linter and ruff cannot see it."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("app", "index", "prompts", "seeds")
MODULES = sorted(path for name in ("app", "index") for path in (ROOT / name).rglob("*.py"))
HEAVY = ("gradio", "chromadb", "llama_index", "fastapi", "tantivy", "onnxruntime")
MODULE_LINES = 400
FUNCTION_LINES = 50
# Written so that this line does not match itself.
ELSEWHERE = re.compile(
    r"(?<![\w.])/(?:work|root)/|/tmp/(?:lab)|pypi\.org|files\.python(?:hosted)|registry\.npmjs|deb\.debian\.org"
)
ENVIRONMENT = {"environ", "environb", "getenv", "getenvb"}


def tracked() -> list[Path]:
    """Every file git knows; none in an unpacked source archive."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    paths = [ROOT / name for name in listing.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]


def syntax(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_fits_in_one_reading(path: Path):
    """A file past 400 lines has more than one job."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MODULE_LINES


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_function_fits_on_a_screen(path: Path):
    """A function past 50 lines has steps that want names."""
    functions = (n for n in ast.walk(syntax(path)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
    too_long = {f.name: f.end_lineno - f.lineno + 1 for f in functions if f.end_lineno is not None}
    assert {name: lines for name, lines in too_long.items() if lines > FUNCTION_LINES} == {}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_our_packages_are_never_imported_bare(path: Path):
    """After `import index`, any variable called index silently takes the package's place."""
    imports = (n for n in ast.walk(syntax(path)) if isinstance(n, ast.Import))
    assert [a.name for n in imports for a in n.names if a.name.split(".")[0] in PACKAGES] == []


@pytest.mark.parametrize("path", [p for p in MODULES if name_of(p) != "app/settings.py"], ids=name_of)
def test_only_the_settings_read_the_environment(path: Path):
    """A setting read elsewhere is one that `footnote settings` does not list."""
    tree = syntax(path)
    # Telling a library something through os.environ is a write: frameworks take some switches nowhere else.
    writes = {
        id(node.value)
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr in {"setdefault", "update"})
        or (isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del))
    }
    reads = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ENVIRONMENT and id(node) not in writes
    ]
    reads += [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "os"
        for name in node.names
        if name.name in ENVIRONMENT
    ]
    assert reads == []


@pytest.mark.parametrize("module", ["app.answerer", "app.cli", "index.ingest", "index.records"])
def test_the_core_starts_without_the_heavy_libraries(module: str):
    """gradio alone takes seconds to import; `footnote --help` must not wait for it."""
    probe = f"import sys, {module}; print([name for name in {HEAVY!r} if name in sys.modules])"
    loaded = subprocess.run(
        [sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert loaded.stdout.strip() == "[]"


def test_no_installed_package_takes_one_of_our_top_level_names():
    """Two packages called `app` in one environment: which one is imported would be chance."""
    clashes = {
        (dist.name, file.parts[0])
        for dist in distributions()
        if dist.name != "footnote-news"
        for file in dist.files or ()
        if file.parts[0] in PACKAGES or (len(file.parts) == 1 and file.stem in PACKAGES)
    }
    assert clashes == set()


def test_no_committed_file_names_a_machine_or_a_registry():
    """A path of one machine, or a package index of one place, works nowhere else."""
    found = [
        (name_of(path), unwanted.group())
        for path in tracked()
        for unwanted in ELSEWHERE.finditer(path.read_bytes().decode("utf-8", errors="ignore"))
    ]
    assert found == []


def test_every_package_of_ours_travels_in_the_wheel():
    """A template or seed left out of the wheel breaks only where nobody looks: in an installation."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert sorted(settings["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == sorted(PACKAGES)
