"""A thread that reads ahead of whoever takes: bounded in items and in weight."""

import threading
from collections import deque
from collections.abc import Callable, Generator
from types import TracebackType
from typing import Generic, TypeVar

T = TypeVar("T")

_MAX_ITEMS = 256
_CLOSE_S = 5.0


class ReadAhead(Generic[T]):
    """Reads items in a thread of its own while it is entered; `weight` says what one counts."""

    def __init__(self, items: Generator[T], weight: Callable[[T], int], max_weight: int) -> None:
        self._items, self._weight, self._max_weight = items, weight, max_weight
        self._read: deque[T] = deque()
        self._held = 0
        self._changed = threading.Condition()
        self._ended = self._closed = False
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="read-ahead", daemon=True)

    def __enter__(self) -> "ReadAhead[T]":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop reading; a read that hangs in the network is left to end by itself."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join(_CLOSE_S)

    def take(self, max_items: int, max_weight: int, timeout_s: float) -> list[T] | None:
        """Return what was read, up to a number and about a weight; nothing yet: [], the end: None.

        Raises what reading raised, after all that was read before it.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._read or self._ended, timeout_s)
            if not self._read and self._ended:
                if self._error is not None:
                    raise self._error
                return None
            taken: list[T] = []
            weight = 0
            while self._read and len(taken) < max_items and weight < max_weight:
                taken.append(self._read.popleft())
                weight += self._weight(taken[-1])
            self._held -= weight
            self._changed.notify_all()
            return taken

    def _run(self) -> None:
        try:
            for item in self._items:
                with self._changed:
                    self._changed.wait_for(self._has_room)
                    if self._closed:
                        break
                    self._read.append(item)
                    self._held += self._weight(item)
                    self._changed.notify_all()
        except Exception as error:  # handed to the one who takes
            self._error = error
        finally:
            self._items.close()
            with self._changed:
                self._ended = True
                self._changed.notify_all()

    def _has_room(self) -> bool:
        return self._closed or (len(self._read) < _MAX_ITEMS and self._held < self._max_weight)
