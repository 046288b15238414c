"""The style, script and fixed markup that travel with the package."""

from importlib.resources import files


def shipped(name: str) -> str:
    """Return the text of a file beside this module."""
    return (files(__package__) / name).read_text(encoding="utf-8")
