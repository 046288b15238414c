"""Hostile formats are parsed in a child process: it may hang, crash or swell there, and one file is refused.

A request is a kind, a name and the file's bytes; the answer is the list of mappings its parser made of them.
"""

import atexit
import json
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import IO, Any

from index.errors import ArticleError

# Honest files stay below: a PDF of 1,900 pages took 19 s, a page of 5 MB 23 s, on two busy cores.
MAX_PARSE_S = 60.0
_MAX_MEMORY_BYTES = 4 * 2**30
# After a file so large the child holds memory that it may never give back: it is started anew.
_LARGE_BYTES = 5 * 2**20
_LENGTH = struct.Struct(">Q")
# JSON and not pickle: a parser that was taken over can send wrong words, and no code.
_CHILD = "import sys; sys.path[:] = sys.argv[1:]; from index.documents import serve; serve()"

Parsed = dict[str, Any]  # Any: field by field what JSON holds; index.fields checks each
Parser = Callable[[bytes, str], list[Parsed]]


class Aside:
    """A child process that parses one file at a time, started when first needed and after every loss."""

    def __init__(self, max_parse_s: float = MAX_PARSE_S) -> None:
        self._max_parse_s = max_parse_s
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def parse(self, kind: str, name: str, data: bytes) -> list[Parsed]:
        """Return what the parser of `kind` makes of the file; raise ArticleError when it cannot."""
        with self._lock:
            child = self._started()
            assert child.stdin is not None
            assert child.stdout is not None
            timer = threading.Timer(self._max_parse_s, child.kill)
            timer.start()
            try:
                _send(child.stdin, json.dumps([kind, name]).encode())
                _send(child.stdin, data)
                answer = _receive(child.stdout)
            except (OSError, EOFError):
                late = timer.finished.is_set()
                self._end()
                raise ArticleError(self._why_lost(kind, late)) from None
            finally:
                timer.cancel()
            if len(data) > _LARGE_BYTES:
                self._end()
        found: list[Parsed] | str = json.loads(answer)
        if isinstance(found, str):
            raise ArticleError(found)
        return found

    def close(self) -> None:
        """End the child, if there is one."""
        with self._lock:
            self._end()

    def _why_lost(self, kind: str, late: bool) -> str:
        if late:
            return f"reading it took over {self._max_parse_s:g} s; save its text as .txt or Markdown"
        return f"the {kind} reader broke down over it, so it is damaged or hostile; save its text as .txt"

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is not None:
            self._end()
        if self._child is None:
            self._child = subprocess.Popen(
                # An empty entry stands for the directory that Python was started in.
                [sys.executable, "-c", _CHILD, *(path or str(Path.cwd()) for path in sys.path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            assert self._child.stdout is not None
            try:
                _receive(self._child.stdout)
            except EOFError:
                self._end()
                raise ArticleError(
                    "the reader's own process does not start; is the installation whole?"
                ) from None
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            assert pipe is not None
            try:
                pipe.close()
            except BrokenPipeError:  # what was not sent yet goes nowhere
                continue


@cache
def aside() -> Aside:
    """Return the one child of this process."""
    one = Aside()
    atexit.register(one.close)
    return one


def answer_requests(parsers: Mapping[str, Parser], requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer requests until there are no more: the child's side of `Aside.parse`."""
    _send(answers, b"ready")
    while True:
        try:
            kind, name = json.loads(_receive(requests))
            data = _receive(requests)
        except EOFError:
            return
        _end_by_itself(int(2 * MAX_PARSE_S))
        answer = _parsed(parsers[kind], name, data)
        _end_by_itself(0)
        _send(answers, json.dumps(answer).encode())


def _end_by_itself(after_s: int) -> None:
    """Set or, by 0, unset the alarm that ends this process should its parent be gone and a parser hang."""
    if hasattr(signal, "alarm"):  # not on Windows
        signal.alarm(after_s)


def limit_memory() -> None:
    """Keep this process from taking the machine's memory, where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MAX_MEMORY_BYTES, _MAX_MEMORY_BYTES))


def _parsed(parser: Parser, name: str, data: bytes) -> list[Parsed] | str:
    try:
        return parser(data, name)
    except ArticleError as error:
        return str(error)
    except MemoryError:
        return "reading it takes too much memory; save its text as .txt or Markdown"
    except Exception as error:  # a boundary: libraries for such formats raise whatever they meet
        return f"it is damaged: {type(error).__name__}: {str(error)[:200]}"


def _send(pipe: IO[bytes], message: bytes) -> None:
    pipe.write(_LENGTH.pack(len(message)))
    pipe.write(message)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> bytes:
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    [length] = _LENGTH.unpack(head)
    message = pipe.read(length)
    if len(message) < length:
        raise EOFError
    return message
