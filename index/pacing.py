"""How often a host is asked: one request at a time and a pause between, longer when it says so."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# Hosts that were not asked for long are forgotten beyond this many.
_MAX_HOSTS = 1_000
_LONGEST_REST_S = 7 * 24 * 3600.0


@dataclass(slots=True)
class _Host:
    lock: threading.Lock = field(default_factory=threading.Lock)
    free_at: float = 0.0


class Pace:
    """Keeps `delay_s` between two requests to one host, and waits as a host asked for, up to `patience_s`.

    Safe to share between threads: requests to one host queue, requests to different hosts do not.
    """

    def __init__(
        self,
        *,
        delay_s: float = 1.0,
        patience_s: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self.patience_s = patience_s
        self._delay_s = delay_s
        self._clock, self._sleep, self._draw = clock, sleep, draw
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, host: str) -> Iterator[float]:
        """Wait for the host's turn and hold it; yields 0.0, or the seconds still to wait, past patience.

        In the latter case nothing was waited for, and the host must not be asked.
        """
        state = self._host(host)
        with state.lock:
            wait_s = state.free_at - self._clock()
            if wait_s > self.patience_s:
                yield wait_s
                return
            if wait_s > 0:
                self._sleep(wait_s)
            try:
                yield 0.0
            finally:
                state.free_at = max(state.free_at, self._clock() + self._delay_s)

    def rest(self, host: str, seconds: float) -> None:
        """Leave the host alone for that long, counted from now; at most a week."""
        state = self._host(host)
        state.free_at = max(state.free_at, self._clock() + min(seconds, _LONGEST_REST_S))

    def backoff_s(self, attempt: int) -> float:
        """Return the pause after attempt `attempt` (from 0): twice as long each time, half of it chance.

        This is "equal jitter" of https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
        """
        full = max(self._delay_s, 0.5) * 2.0 ** min(attempt + 1, 16)
        return full * (0.5 + 0.5 * self._draw())

    def _host(self, host: str) -> _Host:
        with self._lock:
            if host not in self._hosts and len(self._hosts) >= _MAX_HOSTS:
                now = self._clock()
                idle = [
                    name for name, one in self._hosts.items() if one.free_at < now and not one.lock.locked()
                ]
                for name in idle:
                    del self._hosts[name]
            return self._hosts.setdefault(host, _Host())


def retry_after_s(value: str, now: datetime | None = None) -> float:
    """Read a Retry-After header, seconds or a date (RFC 9110, 10.2.3); 0.0 when there is none to read."""
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), _LONGEST_REST_S)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    seconds = (moment - (now or datetime.now(UTC))).total_seconds()
    return min(max(seconds, 0.0), _LONGEST_REST_S)
