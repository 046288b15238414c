"""A PDF knows places of letters, not paragraphs: what is printed is read as a person reads it."""

import base64
import io

import pytest
from fpdf import FPDF
from hypothesis import given, settings
from hypothesis import strategies as st

from index.articles import read_stream
from index.errors import ArticleError
from index.layout import Line, paragraphs, split_heading
from index.pdfs import parse

# A picture of one grey point.
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)
PARAGRAPHS = [
    "The mayor of Ghent resigned on Friday after her coalition lost its majority in the council, and "
    "officials said that the administration would go on with its work until a successor is found.",
    "No successor was named. Residents who had gathered outside the town hall called for an early election, "
    "witnesses said, while well-known members of the opposition asked for patience.",
    "The governor of the province will meet the parties on Monday. Observers of the administration expect "
    "that the talks will take several weeks and that the budget has to wait for their end.",
]


def printed(pages=3, title="", info=None, columns=1, indent=0.0, gap=4.0, encrypt=""):
    """Print the paragraphs on every page, with a head, a page number and hyphens at line ends."""
    pdf = FPDF(format="A4")
    pdf.set_auto_page_break(False)
    for name, value in (info or {}).items():
        getattr(pdf, f"set_{name}")(value)
    if encrypt:
        pdf.set_encryption(owner_password="owner", user_password=encrypt)
    for number in range(pages):
        pdf.add_page()
        pdf.set_font("Helvetica", size=9)
        pdf.text(10, 10, f"EXAMPLE TIMES, {number + 1} March")
        pdf.text(105, 290, str(number + 1))
        if title and not number:
            pdf.set_font("Helvetica", size=20)
            pdf.text(10, 22, title)
        pdf.set_font("Helvetica", size=10)
        width = (190 - 8 * (columns - 1)) / columns
        for column in range(columns):
            y = 34.0
            for paragraph in PARAGRAPHS:
                for at, line in enumerate(wrapped(pdf, f"{number}.{column} {paragraph}", width - 5)):
                    pdf.text(10 + column * (width + 8) + (indent if not at else 0), y, line)
                    y += 5
                y += gap
    return bytes(pdf.output())


def wrapped(pdf, paragraph, width):
    lines, line = [], ""
    for word in paragraph.split():
        if pdf.get_string_width(f"{line} {word}") <= width:
            line = f"{line} {word}".strip()
        elif len(word) > 8 and pdf.get_string_width(f"{line} {word[:5]}-") <= width:
            lines.append(f"{line} {word[:5]}-")
            line = word[5:]
        else:
            lines.append(line)
            line = word
    return [*lines, line]


def expected(pages=3, columns=1):
    return [f"{n}.{c} {text}" for n in range(pages) for c in range(columns) for text in PARAGRAPHS]


@pytest.mark.parametrize("columns", [1, 2, 3])
@pytest.mark.parametrize(("indent", "gap"), [(0.0, 4.0), (4.0, 0.0)])
def test_paragraphs_come_back_without_hyphens_heads_and_page_numbers(columns, indent, gap):
    """A sentence cut by a line or a page could not be cited, and a head in its middle would be."""
    [article] = parse(printed(columns=columns, indent=indent, gap=gap), "a.pdf")
    assert article["text"].split("\n\n") == expected(columns=columns)


def test_the_title_is_the_documents_own_or_else_the_largest_line():
    """Programs put a file's name where the title should be."""
    [article] = parse(printed(title="Mayor of Ghent resigns"), "a.pdf")
    assert (article["title"], article["text"].split("\n\n")) == ("Mayor of Ghent resigns", expected())
    info = {"title": "Microsoft Word - final v3.docx", "author": "alee"}
    [article] = parse(printed(title="Mayor of Ghent resigns", info=info), "a.pdf")
    assert (article["title"], article["authors"]) == ("Mayor of Ghent resigns", "")
    [article] = parse(printed(info={"title": "Ghent without a mayor", "author": "Ann Lee"}), "a.pdf")
    assert (article["title"], article["authors"]) == ("Ghent without a mayor", "Ann Lee")


def test_lines_repeated_on_every_page_are_text_where_nothing_parts_them_from_it():
    """Only a head stands apart."""
    pdf = FPDF()
    for _ in range(3):
        pdf.add_page()
        pdf.set_font("Helvetica", size=10)
        for at, line in enumerate(wrapped(pdf, PARAGRAPHS[0], 150)):
            pdf.text(10, 30 + 5 * at, line)
    [article] = parse(bytes(pdf.output()), "a.pdf")
    assert article["text"].split("\n\n") == [PARAGRAPHS[0]] * 3


def test_a_pdf_is_read_as_any_file_is():
    """The child process, the checks of fields and the origin are the same for all."""
    [article] = read_stream(io.BytesIO(printed()), "in/a.bin")
    assert article.origin == "in/a.bin:1"
    assert article.text.split("\n\n") == expected()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (printed(encrypt="secret"), "locked with a password"),
        (printed()[:900], "no whole PDF"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 40, "no whole PDF"),
    ],
)
def test_a_pdf_that_cannot_be_read_says_why(data, reason):
    """The person at the other end can do something about each."""
    [refusal] = read_stream(io.BytesIO(data), "a.pdf")
    assert reason in refusal.reason


def stamped(picture, stamp):
    """Print pages that are a picture, or none, with a few letters."""
    pdf = FPDF()
    for _ in range(3):
        pdf.add_page()
        if picture:
            pdf.image(io.BytesIO(PIXEL), x=0, y=0, w=200, h=280)
        pdf.set_font("Helvetica", size=9)
        pdf.text(80, 290, stamp)
    return bytes(pdf.output())


@pytest.mark.parametrize(("picture", "stamp"), [(True, "Scanned by X"), (True, "17"), (False, "")])
def test_a_scan_is_refused_as_one(picture, stamp):
    """Pictures of text hold none; storing the stamp would look like success."""
    with pytest.raises(ArticleError, match="scan"):
        parse(stamped(picture, stamp), "a.pdf")


def test_a_short_text_is_no_scan():
    """Few words are words."""
    assert "It rained." in parse(stamped(picture=False, stamp="It rained."), "a.pdf")[0]["text"]


def test_letters_of_no_sane_size_spoil_no_document():
    """Found by fuzzing: one such line stands at infinity, where no line's place can be reckoned."""
    pdf = FPDF(format="A4")
    pdf.set_compression(False)
    pdf.add_page()
    pdf.set_font("Helvetica", size=10)
    pdf.text(10, 40, PARAGRAPHS[0][:90])
    data = bytes(pdf.output()).replace(b" 10.00 Tf", b" " + b"6" * 60 + b".00 Tf")
    [article] = parse(data, "x.pdf")
    assert article["text"] == PARAGRAPHS[0][:90].strip()


def test_a_hyphen_stays_where_the_text_writes_the_word_with_it():
    """ "Well-known" is one word and "coun-cil" another."""
    texts = ["The well-known coun-", "cil met. It is well-", "known there."]
    lines = [
        Line(text=text, left=10, right=110, bottom=100.0 - 12 * at, height=10, size=10)
        for at, text in enumerate(texts)
    ]
    assert paragraphs([lines]) == [(10, "The well-known council met. It is well-known there.")]
    assert split_heading([(10, "a"), (10, "b")]) == ("", ["a", "b"])


LINES = st.builds(
    Line, text=st.text(min_size=1, max_size=8), left=st.floats(0, 600), right=st.floats(0, 600),
    bottom=st.floats(0, 800), height=st.floats(0.1, 40), size=st.floats(0, 40),
)  # fmt: skip


@given(st.lists(st.lists(LINES, max_size=8), max_size=4))
@settings(deadline=None)
def test_lines_anywhere_give_paragraphs(pages):
    """Files place letters wherever they like."""
    split_heading(paragraphs(pages))


@given(st.integers(0, 3000), st.binary(min_size=1, max_size=20))
@settings(max_examples=60, deadline=None)
def test_a_damaged_pdf_gives_an_article_or_a_refusal(at, junk):
    """PDFium meets the damage in its own process."""
    data = bytearray(WHOLE)
    data[at : at + len(junk)] = junk
    [found] = read_stream(io.BytesIO(b"%PDF-" + bytes(data[5:])), "a.pdf")
    assert found.origin == "a.pdf:1"


WHOLE = printed(pages=1)
