"""One HTTP request over a connection that goes to a checked IP address and ends by a deadline.

The host name is resolved once, here; Host header, SNI and certificate check keep the name. There is no proxy
and no cookie from anywhere: httpcore, which httpx stands on, knows of none.
"""

import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore
import httpx

from index.addresses import Resolve, addresses_of, port_of

# Of many addresses, these many are tried; one that does not answer may take this long.
_MAX_ADDRESSES = 4
_CONNECT_S = 10.0


class _Deadline:
    """A point in time that every wait of a request keeps to."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def allow(self, timeout: float | None = None) -> float:
        """Return how long an operation may take; raise httpcore.ReadTimeout when the time is over."""
        left = self._at - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time is over")
        return left if timeout is None else min(left, timeout)


class _TimedStream(httpcore.NetworkStream):
    """A stream whose reads and writes share one deadline: a byte now and then does not prolong it."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: _Deadline) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.allow(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.allow(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._deadline.allow(timeout))
        return _TimedStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:  # Any: as httpcore gives it
        return self._stream.get_extra_info(info)


class _Pinned(httpcore.NetworkBackend):
    """Connects to the addresses it was given, whatever it is asked for: no name is looked up again."""

    def __init__(self, addresses: list[str], deadline: _Deadline) -> None:
        self._addresses, self._deadline = addresses, deadline
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,  # noqa: ARG002  # the name, which was resolved and checked before
        port: int,
        timeout: float | None = None,  # noqa: ARG002  # the deadline rules
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,  # Any: as httpcore gives it
    ) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectError("it has no address")
        for address in self._addresses[:_MAX_ADDRESSES]:
            try:
                stream = self._backend.connect_tcp(
                    address, port, self._deadline.allow(_CONNECT_S), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self._deadline)
        raise failure


class Connector:
    """Opens connections for one rule about private addresses; holds the trusted certificates."""

    def __init__(self, *, allow_private: bool, resolve: Resolve) -> None:
        self.allow_private = allow_private
        self._resolve = resolve
        self._certificates: ssl.SSLContext | None = None

    @contextmanager
    def get(
        self, url: httpx.URL, headers: dict[str, str], timeout_s: float
    ) -> Iterator[tuple[httpcore.Response, Iterator[bytes]]]:
        """Send a GET request; yield the response and its body as it comes, still encoded.

        Raises AddressRefused or FetchError before anything is sent, and httpcore's errors after that.
        """
        deadline = _Deadline(timeout_s)
        addresses = addresses_of(url, self._resolve, allow_private=self.allow_private)
        # The address is in plain form by now, so httpcore has nothing left to interpret.
        target = httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=port_of(url), target=url.raw_path
        )
        connection = httpcore.HTTPConnection(
            target.origin,
            ssl_context=self._trusted() if url.scheme == "https" else None,
            network_backend=_Pinned(addresses, deadline),
        )
        fields = [("Host", url.netloc.decode("ascii")), *headers.items()]
        with connection, connection.stream("GET", target, headers=fields) as response:
            yield response, response.iter_stream()

    def _trusted(self) -> ssl.SSLContext:
        if self._certificates is None:
            self._certificates = httpcore.default_ssl_context()
        return self._certificates
