"""What a site's robots.txt (RFC 9309) lets a program follow."""

from dataclasses import dataclass, field

import httpx

from index.encodings import decode
from index.errors import AddressRefused, FetchError
from index.fetching import Fetcher

_MAX_BYTES = 500 * 1024  # RFC 9309, 2.5: a crawler reads at least so much
_MAX_RULES = 5_000


@dataclass(frozen=True, slots=True)
class Rules:
    """The lines of robots.txt that hold for one program: (path pattern, whether it is allowed)."""

    lines: tuple[tuple[str, bool], ...] = ()

    def allow(self, path: str) -> bool:
        """Whether the path may be asked: the longest pattern that fits decides, and "allow" a tie."""
        fitting = [(len(pattern), is_allowed) for pattern, is_allowed in self.lines if _fits(pattern, path)]
        return max(fitting, default=(0, True))[1]


@dataclass(slots=True)
class _Group:
    agents: list[str] = field(default_factory=list)
    lines: list[tuple[str, bool]] = field(default_factory=list)


def read_rules(text: str, agent: str) -> Rules:
    """Return the rules for the program of that name, or those for all programs where it is not named."""
    groups: list[_Group] = []
    for line in text.splitlines():
        name, colon, value = line.partition("#")[0].partition(":")
        name, value = name.strip().lower(), value.strip()
        if name == "user-agent" and colon:
            if not groups or groups[-1].lines:
                groups.append(_Group())
            groups[-1].agents.append(value.lower())
        elif name in {"allow", "disallow"} and groups:
            # An empty pattern fits nothing, but it ends the list of names.
            groups[-1].lines.append((value, name == "allow"))
    named = [group for group in groups if agent.lower() in group.agents]
    chosen = named or [group for group in groups if "*" in group.agents]
    lines = [line for group in chosen for line in group.lines if line[0]]
    return Rules(tuple(lines[:_MAX_RULES]))


def _fits(pattern: str, path: str) -> bool:
    """Whether the path begins as the pattern says; "*" is any text, and "$" at its end the path's end."""
    is_whole = pattern.endswith("$")
    first, *rest = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    for number, piece in enumerate(rest):
        if is_whole and number == len(rest) - 1:
            return len(path) - len(piece) >= at and path.endswith(piece)
        at = path.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return not is_whole or at == len(path)


class Robots:
    """Asks each site once what it allows. For the length of one import, not for ever."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._agent = fetcher.user_agent.partition("/")[0].partition(" ")[0]
        self._rules: dict[str, Rules] = {}

    def allow(self, url: str) -> bool:
        """Whether the site lets a program follow a link to this address."""
        address = httpx.URL(url)
        site = f"{address.scheme}://{address.netloc.decode('ascii')}"
        if site not in self._rules:
            self._rules[site] = self._ask(site)
        return self._rules[site].allow(address.raw_path.decode("ascii"))

    def _ask(self, site: str) -> Rules:
        """RFC 9309, 2.3.1: a site without the file allows all; one that is in trouble allows nothing."""
        try:
            fetched = self._fetcher.fetch(f"{site}/robots.txt")
        except AddressRefused:
            return Rules()
        except FetchError as error:
            return Rules((("/", False),)) if error.is_temporary else Rules()
        return read_rules(decode(fetched.body[:_MAX_BYTES]), self._agent)
