"""A web address in, its bytes out: from public hosts, within limits of size, time and type, and politely.

Each hop of a redirect is checked like the first address. docs/decisions/0007-fetching.md has the policy.
"""

import logging
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpcore
import httpx

from index.addresses import Resolve, check_url, shorten
from index.connecting import Connector
from index.errors import AddressRefused, FetchError
from index.pacing import Pace, retry_after_s
from index.payload import ACCEPTED, charset_of, read_body, type_of

logger = logging.getLogger(__name__)

MAX_BODY_BYTES = 20 * 2**20
TIMEOUT_S = 30.0
USER_AGENT = "Footnote (reads news articles on behalf of its user)"
_MAX_REDIRECTS = 5
_ATTEMPTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TEMPORARY = frozenset({408, 425, 429, 500, 502, 503, 504})
_CONDITIONS = frozenset({"If-None-Match", "If-Modified-Since"})
_ADVICE = {
    401: "it wants a login; save the page and add the file",
    402: "it wants payment; save the page and add the file",
    403: "it does not serve programs; save the page and add the file",
    404: "no page is there; check the address",
    410: "the page was taken down for good",
    429: "it was asked too often; try again later",
    451: "it is withheld for legal reasons",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What a web address gave: `url` is the last one after redirects, `body` is unpacked.

    `content_type` is in lower case without parameters, as declared or, where that says nothing, as the body
    begins; `charset` is "" where the header names none. `etag` and `modified` are for the next request. With
    `not_modified` there is no body.
    """

    url: str
    status: int
    content_type: str = ""
    charset: str = ""
    body: bytes = b""
    etag: str = ""
    modified: str = ""
    not_modified: bool = False


@dataclass(slots=True)
class _Budget:
    """The seconds left for the network, over all redirects and attempts of one fetch; waits are not in it."""

    left_s: float

    def spend_since(self, start: float) -> None:
        self.left_s -= time.monotonic() - start


class Fetcher:
    """Fetches web addresses. Safe to share between threads; `pace` decides how often a host is asked.

    `max_bytes` bounds a body as sent and as unpacked, `timeout_s` the time on the network of one fetch with
    its redirects and retries. `resolve` stands in for socket.getaddrinfo. With `allow_private`, loopback and
    private addresses, local names and all ports are fetched too.
    """

    def __init__(
        self,
        *,
        allow_private: bool = False,
        max_bytes: int = MAX_BODY_BYTES,
        timeout_s: float = TIMEOUT_S,
        user_agent: str = USER_AGENT,
        resolve: Resolve = socket.getaddrinfo,
        pace: Pace | None = None,
    ) -> None:
        self.user_agent = user_agent
        self._max_bytes, self._timeout_s = max_bytes, timeout_s
        self._connector = Connector(allow_private=allow_private, resolve=resolve)
        self._pace = pace or Pace()

    def fetch(self, url: str, *, etag: str = "", modified: str = "") -> Fetched:
        """Return what is at the address, or that it has not changed since `etag` and `modified` were given.

        Raises AddressRefused for an address, or a redirect to one, that is never asked, and FetchError for
        what went wrong otherwise. What may pass (503, a broken connection) is tried three times.
        """
        target = check_url(url, allow_private=self._connector.allow_private)
        budget = _Budget(self._timeout_s)
        for attempt in range(_ATTEMPTS):
            try:
                return self._follow(target, self._headers(etag, modified), budget, attempt)
            except FetchError as error:
                is_last = attempt == _ATTEMPTS - 1 or budget.left_s <= 0
                if is_last or not error.is_temporary or error.retry_after_s > self._pace.patience_s:
                    raise
                logger.info("fetch again: %s", error)
        raise AssertionError("the last attempt returns or raises")

    def _headers(self, etag: str, modified: str) -> dict[str, str]:
        headers = {"User-Agent": self.user_agent, "Accept": ACCEPTED, "Accept-Encoding": "gzip"}
        for name, value in zip(("If-None-Match", "If-Modified-Since"), (etag, modified), strict=True):
            if value.isprintable() and value.isascii() and value:
                headers[name] = value
        return headers

    def _follow(self, url: httpx.URL, headers: dict[str, str], budget: _Budget, attempt: int) -> Fetched:
        seen = {url}
        for _ in range(_MAX_REDIRECTS + 1):
            found = self._ask(url, headers, budget, attempt)
            if isinstance(found, Fetched):
                return found
            if found in seen:
                raise FetchError(
                    f"{shorten(str(url))} leads in a circle; its site may want cookies or a login"
                )
            seen.add(found)
            url = found
        raise FetchError(
            f"{shorten(str(url))} is one redirect too many: at most {_MAX_REDIRECTS} are followed; "
            "give the address of the article itself"
        )

    def _ask(
        self, url: httpx.URL, headers: dict[str, str], budget: _Budget, attempt: int
    ) -> Fetched | httpx.URL:
        """Ask one host in its turn; return what it gave or where it points."""
        with self._pace.turn(url.host) as wait_s:
            if wait_s:
                raise FetchError(
                    f"{shorten(str(url))} is not fetched now: its host asked for {wait_s:.0f} s of rest",
                    is_temporary=True,
                    retry_after_s=wait_s,
                )
            start = time.monotonic()
            try:
                return self._exchange(url, headers, budget)
            except FetchError as error:
                if error.is_temporary:
                    self._pace.rest(url.host, error.retry_after_s or self._pace.backoff_s(attempt))
                raise
            finally:
                budget.spend_since(start)

    def _exchange(self, url: httpx.URL, headers: dict[str, str], budget: _Budget) -> Fetched | httpx.URL:
        try:
            with self._connector.get(url, headers, budget.left_s) as (response, chunks):
                fields = httpx.Headers(response.headers)
                if response.status in _REDIRECTS:
                    return self._next(url, fields.get("location", ""))
                _check_status(
                    url, response.status, fields, is_conditional=not _CONDITIONS.isdisjoint(headers)
                )
                return self._fetched(url, response.status, fields, chunks)
        except httpcore.TimeoutException as error:
            raise FetchError(
                f"{shorten(str(url))} did not answer in full within {self._timeout_s:g} s; try again later",
                is_temporary=True,
            ) from error
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            is_certificate = "CERTIFICATE_VERIFY_FAILED" in str(error)
            advice = "its certificate cannot be trusted" if is_certificate else "try again later"
            raise FetchError(
                f"{shorten(str(url))} could not be fetched: {error or 'the connection broke off'}; {advice}",
                is_temporary=not is_certificate,
            ) from error

    def _next(self, url: httpx.URL, location: str) -> httpx.URL:
        shown = shorten(str(url))
        if not location:
            raise FetchError(f"{shown} is a redirect that does not say where to; give another address")
        try:
            target = check_url(str(url.join(location)), allow_private=self._connector.allow_private)
        except (httpx.InvalidURL, ValueError) as error:
            raise AddressRefused(f"{shown} redirects to {shorten(location)}: {error}") from None
        except AddressRefused as error:
            raise AddressRefused(f"{shown} redirects to where Footnote does not go: {error}") from None
        if url.scheme == "https" and target.scheme == "http":
            raise AddressRefused(
                f"{shown} redirects to {shorten(str(target))}, where anyone on the way could change "
                "the text; give that address itself if you trust it"
            )
        return target

    def _fetched(
        self, url: httpx.URL, status: int, fields: httpx.Headers, chunks: Iterator[bytes]
    ) -> Fetched:
        body, content_type = b"", ""
        if status != 304:
            body = read_body(str(url), fields, chunks, self._max_bytes)
            content_type = type_of(str(url), fields, body)
        return Fetched(
            url=str(url),
            status=status,
            content_type=content_type,
            charset=charset_of(fields),
            body=body,
            etag=fields.get("etag", ""),
            modified=fields.get("last-modified", ""),
            not_modified=status == 304,
        )


def _check_status(url: httpx.URL, status: int, fields: httpx.Headers, *, is_conditional: bool) -> None:
    if status == 200 or (status == 304 and is_conditional):
        return
    advice = _ADVICE.get(status, "try again later" if status in _TEMPORARY else "give another address")
    raise FetchError(
        f"{shorten(str(url))} could not be fetched: the server answered {status}; {advice}",
        status=status,
        is_temporary=status in _TEMPORARY,
        retry_after_s=retry_after_s(fields.get("retry-after", "")) if status in {429, 503} else 0.0,
    )
