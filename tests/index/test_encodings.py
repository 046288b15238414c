"""A word read in the wrong encoding is a word nobody will find again."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.encodings import SAMPLE_BYTES, decode, decode_lines, detect, peek

SWEDISH = "Regeringen säger att åtgärderna är nödvändiga för att öka säkerheten på vägarna."
POLISH = "Prezydent powiedział, że w przyszłym tygodniu spotka się z premierem, żeby omówić budżet."


def lines_of(data: bytes, longest: int = 1000):
    head, stream = peek(BytesIO(data))
    return list(decode_lines(stream, detect(head), longest))


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("El señor Muñoz dijo que sí.", "cp1252"),
        ("señor", "cp1252"),
        ("The café’s owner said “we’re open” — naïve.", "cp1252"),
        (SWEDISH, "cp1252"),
        ("Die Bürger müssen über größere Maßnahmen abstimmen.", "cp1252"),
        (POLISH, "cp1250"),
        ("Prezident řekl, že příští týden se sejde s předsedou vlády.", "cp1250"),
        ("Президент заявил, что на следующей неделе встретится с премьер-министром.", "cp1251"),
        ("总统表示，下周将与总理会面，讨论预算问题。", "gb18030"),
        (SWEDISH, "utf-8"),
        (SWEDISH, "utf-8-sig"),
        (SWEDISH, "utf-16"),
        (SWEDISH, "utf-16-le"),
        (SWEDISH, "utf-16-be"),
        (SWEDISH, "utf-32"),
        ("总统表示，下周将与总理会面。", "utf-8"),
    ],
)
def test_text_is_read_in_the_encoding_it_was_written_in(text, encoding):
    """Western text is taken for cp1252, which charset-normalizer alone takes for cp1250."""
    assert decode(text.encode(encoding)) == text
    assert "".join(lines_of(text.encode(encoding))) == text


def test_one_stray_byte_spoils_no_other_line():
    """Dumps are glued together from many sources; one cp1252 line must not garble a UTF-8 file."""
    data = "Müller\n".encode() * 20 + "Grün\n".encode("cp1252") + "Größe\n".encode()
    assert lines_of(data)[-2:] == ["Grün\n", "Größe\n"]
    assert decode(data).endswith("Grün\nGröße\n")


def test_a_character_cut_by_the_sample_is_still_utf8():
    """The sample ends anywhere, in half the cases inside a character of a Chinese text without blanks."""
    for shift in range(3):
        assert detect((b"a" * shift + "总".encode() * SAMPLE_BYTES)[:SAMPLE_BYTES]) == "utf-8"


def test_lines_that_end_in_cr_are_lines():
    """Excel on old Macs ends lines so."""
    assert lines_of(b"one\rtwo\rthree") == ["one\n", "two\n", "three"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_line_too_long_is_none_and_the_next_is_read(encoding):
    """Memory stays bounded by the longest line that is allowed."""
    long = "x" * (3 * SAMPLE_BYTES)
    assert lines_of(f"one\n{long}\nthree\n".encode(encoding), longest=SAMPLE_BYTES) == [
        "one\n",
        None,
        "three\n",
    ]


@given(st.binary(max_size=2000))
def test_any_bytes_become_text_without_nuls(data):
    """Nothing a file holds may stop the reader."""
    assert "\0" not in decode(data)
    assert all(line is None or "\0" not in line for line in lines_of(data, longest=100))


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",), exclude_characters="\0\r\ufeff")))
def test_utf8_comes_back_as_it_was(text):
    """Whatever is UTF-8 is never taken for anything else, NULs aside."""
    assert decode(text.encode()) == text


@given(st.binary(max_size=50), st.integers(1, 7))
def test_peek_gives_all_bytes_back(data, step):
    """A pipe hands out a few bytes at a time."""

    class Pipe:
        def __init__(self):
            self.stream = BytesIO(data)

        def read(self, size, /):
            return self.stream.read(min(size, step))

    head, stream = peek(Pipe())
    assert head == data
    if b"\r" not in data:
        assert stream.read() == data
