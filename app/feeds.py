"""`footnote feeds`: what a serving Footnote asks again and again for new articles."""

import re
from typing import Annotated

import typer

from app.terminal import AsJson, Data, client_of, say
from index.errors import InputError

commands = typer.Typer(
    help="Watch feeds and sitemaps: `footnote serve` asks them and adds what is new.", no_args_is_help=True
)

_UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
Url = Annotated[str, typer.Argument(help="The web address.")]


@commands.command()
def add(
    url: Annotated[str, typer.Argument(help="A feed or sitemap, or a page that names one feed.")],
    every: Annotated[str, typer.Option(help="How often to ask: 5m to 1d.")] = "30m",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Watch a feed; one that is watched already is asked anew, and as often as said now."""
    from app.report import checked, feed_words
    from app.schemas.requests import FeedIn

    wanted = checked(FeedIn, {"url": url, "every_s": _seconds(every)})
    with client_of(data, "footnote feeds add") as client:
        feed = client.watch_feed(wanted)
    say(feed.model_dump(), f"watched from now on:\n{feed_words(feed)}", as_json=as_json)


@commands.command("list")
def list_feeds(data: Data = None, as_json: AsJson = False) -> None:
    """List the watched feeds: when each is asked next, what was taken, and what went wrong last."""
    from app.report import feed_words

    with client_of(data, "footnote feeds list") as client:
        found = client.feeds()
    words = "\n".join(feed_words(feed) for feed in found.feeds) or "no feed is watched"
    say(found.model_dump(), words, as_json=as_json)


@commands.command()
def remove(url: Url, data: Data = None, as_json: AsJson = False) -> None:
    """Watch a feed no longer; its articles stay."""
    with client_of(data, "footnote feeds remove") as client:
        client.unwatch_feed(url)
    say({"removed": url}, f"no longer watched: {url}", as_json=as_json)


def _seconds(every: str) -> int:
    match = re.fullmatch(r"([0-9]{1,6})([smhd])", every.strip().lower())
    if match is None:
        raise InputError(
            f"--every {every!r} is no span of time; give minutes, hours or a day as 30m, 2h or 1d"
        )
    return int(match[1]) * _UNITS_S[match[2]]
