"""The child process takes the blows: one file is refused, and the next is read as if nothing had been."""

import io
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from index.aside import Aside, answer_requests
from index.errors import ArticleError

PAGE = (
    b"<html><body><article><p>"
    + b"The mayor of Ghent resigned on Friday. " * 10
    + b"</p></article></body></html>"
)
LETTER = b"Message-ID: <1>\n\nThe mayor resigned.\n"


@pytest.fixture
def aside():
    one = Aside()
    yield one
    one.close()


def test_a_child_that_dies_costs_one_file(aside):
    """PDFium is C++: a crash in it must not be a crash of the server."""
    assert aside.parse("HTML", "a.html", PAGE)
    os.kill(aside._child.pid, signal.SIGSTOP)
    with ThreadPoolExecutor() as pool:
        lost = pool.submit(aside.parse, "HTML", "b.html", PAGE)
        time.sleep(0.2)
        os.kill(aside._child.pid, signal.SIGKILL)
        with pytest.raises(ArticleError, match="broke down"):
            lost.result()
    assert aside.parse("HTML", "c.html", PAGE)


def test_a_child_that_takes_too_long_is_ended():
    """A file that never ends would hold up every other."""
    slow = Aside(max_parse_s=1.5)
    slow.parse("e-mail", "a.eml", LETTER)
    os.kill(slow._child.pid, signal.SIGSTOP)
    with pytest.raises(ArticleError, match=r"took over 1\.5 s"):
        slow.parse("e-mail", "a.eml", LETTER)
    slow.close()


def test_threads_take_turns(aside):
    """An upload and a watched folder may come at once."""
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: aside.parse("HTML", "a.html", PAGE), range(12)))
    assert all(one == found[0] for one in found)


def test_whatever_a_parser_raises_is_an_answer():
    """Libraries for such formats raise what they meet, memory and recursion too."""

    def parser(data, name):
        raise {b"m": MemoryError, b"r": RecursionError("deep"), b"k": KeyError("x")}[data]

    for data, words in ((b"m", b"too much memory"), (b"r", b"damaged"), (b"k", b"damaged")):
        requests, answers = io.BytesIO(), io.BytesIO()
        for message in (b'["x", "a"]', data):
            requests.write(len(message).to_bytes(8, "big") + message)
        requests.seek(0)
        answer_requests({"x": parser}, requests, answers)
        assert words in answers.getvalue()
