"""What the commands of `footnote` share: options, how they reach the articles, and how they print."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.settings import Settings, load_settings

if TYPE_CHECKING:
    from app.client import Client

Data = Annotated[Path | None, typer.Option("--data", help="The data directory (FOOTNOTE_DATA).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of words.")]


def settings_of(**overrides: object) -> Settings:
    """Read the settings and log as they say."""
    loaded = load_settings(**overrides)
    logging.basicConfig(level=loaded.log_level.upper(), format="%(levelname)s %(name)s: %(message)s")
    return loaded


@contextmanager
def client_of(data: Path | None, purpose: str) -> Iterator["Client"]:
    """Open the data directory for one command, or reach the server that has it open."""
    from app.client import open_client

    with open_client(settings_of(data=data), purpose=purpose) as client:
        yield client


@contextmanager
def service_of(data: Path | None, purpose: str) -> Iterator[Any]:
    """Open the service for one command. Any: importing its type here would load all it needs."""
    from app.main import open_service

    service = open_service(settings_of(data=data), purpose=purpose)
    try:
        yield service
    finally:
        service.close()


def say(wire: object, words: str, *, as_json: bool) -> None:
    """Print words, or the object they were drawn from."""
    if as_json:
        print_json(wire)
    else:
        typer.echo(words)


def print_json(wire: object) -> None:
    """Print an object as the API would send it."""
    typer.echo(json.dumps(wire, ensure_ascii=False, indent=2))
