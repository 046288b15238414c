"""Templates in `prompts/`: rendered with strict variables, named by a short hash of their text."""

import hashlib
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined


def render(name: str, **variables: object) -> str:
    """Render a template; a variable it needs and is not given raises jinja2.UndefinedError."""
    return _environment().get_template(name).render(**variables).strip()


@cache
def prompt_hash(name: str) -> str:
    """Return the first 12 hex digits of the template's SHA-256."""
    environment = _environment()
    assert environment.loader is not None
    source, _, _ = environment.loader.get_source(environment, name)
    return hashlib.sha256(source.encode()).hexdigest()[:12]


@cache
def _environment() -> Environment:
    # Plain text, never HTML: every face escapes for itself.
    return Environment(
        loader=PackageLoader("prompts", ""), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
