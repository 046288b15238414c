"""Word files, books and letters: zips of XML, and MIME, out of which articles come as they were written."""

import io
import time
import zipfile
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import books, mail, word
from index.articles import Refusal, read_stream
from index.errors import ArticleError

SENTENCE = "The mayor of Ghent resigned on Friday after her coalition lost its majority in the council. "
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Ghent</dc:title>'
    "<dc:creator>Ann Lee;Bo Fox</dc:creator></cp:coreProperties>"
)
BILLION_LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY i SYSTEM "file:///etc/passwd">]>'


def zipped(members, compression=zipfile.ZIP_DEFLATED):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


def docx(body, lead="", core=CORE):
    document = f'{lead}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    return zipped(
        {"[Content_Types].xml": "<Types/>", "word/document.xml": document, "docProps/core.xml": core}
    )


def p(*texts, style=""):
    runs = "".join(f"<w:r><w:t>{text}</w:t></w:r>" for text in texts)
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{runs}</w:p>'


def epub(chapters, shared="<dc:title>Example Weekly</dc:title><dc:creator>Ann Lee</dc:creator>"):
    items = "".join(
        f'<item id="c{n}" href="t%20{n}.xhtml" media-type="application/xhtml+xml"/>'
        for n in range(len(chapters))
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<metadata>{shared}<dc:date>2016-03-24</dc:date></metadata><manifest>{items}</manifest><spine>{spine}</spine>"
        "</package>"
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OEBPS/content.opf"/></rootfiles></container>'
    )
    members = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": container,
        "OEBPS/content.opf": package,
    }
    return zipped(members | {f"OEBPS/t {n}.xhtml": chapter for n, chapter in enumerate(chapters)})


def read(data, name):
    return list(read_stream(io.BytesIO(data), name))


# Word


def test_a_word_file_gives_its_paragraphs_rows_and_title():
    """What is struck out is no longer said; what a table says is."""
    body = (
        p("Mayor resigns", style="Title")
        + p("The mayor ", "resigned.")
        + "<w:p><w:r><w:t>She</w:t></w:r><w:del><w:r><w:delText>He</w:delText></w:r></w:del>"
        + "<w:hyperlink><w:r><w:t> left</w:t><w:br/><w:t>early.</w:t></w:r></w:hyperlink></w:p>"
        + f"<w:tbl><w:tr><w:tc>{p('Party')}</w:tc><w:tc>{p('Seats')}</w:tc></w:tr>"
        + f"<w:tr><w:tc>{p('Green')}</w:tc><w:tc>{p('12')}</w:tc></w:tr></w:tbl>"
    )
    [article] = read(docx(body), "a.docx")
    assert article.title == "Mayor resigns"
    assert article.authors == ("Ann Lee", "Bo Fox")
    assert article.text == "The mayor resigned.\n\nShe left\nearly.\n\nParty | Seats\nGreen | 12"
    assert read(docx(p("The mayor resigned.")), "a.docx")[0].title == "Ghent"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (docx("&i;", BILLION_LAUGHS), "declares entities"),
        (docx("&i;", " " * 70_000 + OUTSIDE), "declares entities"),
        (docx(p("x"))[:400], "no whole zip"),
        (docx("<w:sdt>" * 100_000), "broken"),
        (docx(p("")), "no text"),
        (docx("a" * (300 * 2**20)), "bomb"),
        (
            zipped({"word/document.xml": "<x/>", "docProps/core.xml": OUTSIDE + "<x>&i;</x>"}),
            "declares entities",
        ),
    ],
    ids=["laughs", "late", "half", "deep", "empty", "bomb", "core"],
)
def test_a_hostile_word_file_is_refused(data, reason):
    """Each of these has taken down some reader, or made it give away a file."""
    began = time.monotonic()
    [refusal] = read(data, "a.docx")
    assert isinstance(refusal, Refusal)
    assert reason in refusal.reason
    assert time.monotonic() - began < 20


# EPUB


def chapter(title, text):
    return f"<html xmlns='http://www.w3.org/1999/xhtml'><head><title>{title}</title></head><body><h1>{title}</h1>{text}</body></html>"


def test_a_book_gives_an_article_for_each_chapter():
    """A news magazine is a book with an article a chapter; its cover is none."""
    [one, two] = read(
        epub(
            [
                chapter("Cover", ""),
                chapter("Mayor resigns", f"<p>{SENTENCE * 3}</p>"),
                chapter("B", SENTENCE * 4),
            ]
        ),
        "in/a.epub",
    )
    assert (one.title, one.publication, one.published, one.authors) == (
        "Mayor resigns", "Example Weekly", "2016-03-24", ("Ann Lee",),
    )  # fmt: skip
    assert one.text == (SENTENCE * 3).strip()
    assert (one.origin, two.origin) == ("in/a.epub/OEBPS/t 1.xhtml:1", "in/a.epub/OEBPS/t 2.xhtml:1")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (zipped({"META-INF/container.xml": BILLION_LAUGHS + "<x>&i;</x>"}), "declares entities"),
        (zipped({"META-INF/container.xml": "<x/>"}), "no part"),
        (epub([]), "no chapter"),
        (
            zipped({"META-INF/container.xml": "<x/>", "META-INF/encryption.xml": "xmlenc#aes128-cbc"}),
            "encrypted",
        ),
    ],
)
def test_a_book_that_cannot_be_read_says_why(data, reason):
    """A lock, a bomb and a half file ask for different things."""
    [refusal] = read(data, "a.epub")
    assert reason in refusal.reason


def test_a_chapter_that_is_missing_is_named_and_the_others_come_in():
    """One lost page is no reason to lose the book."""
    data = epub([chapter("A", SENTENCE * 4), chapter("B", SENTENCE * 4)]).replace(b"OEBPS/t 0", b"OEBPS/u 0")
    [refusal, article] = read(data, "a.epub")
    assert "no part" in refusal.reason
    assert article.title == "B"


# E-mail


def letter(text="", html="", **headers):
    message = EmailMessage()
    for name, value in {
        "Subject": "Mayor resigns",
        "From": "Ann Lee <ann@example.org>",
        "Message-ID": "<1@x>",
    }.items():
        message[name] = value
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


def test_a_letter_gives_its_text_subject_sender_and_date():
    """The date keeps its zone."""
    data = letter("The mayor resigned.\n\n-- \nAnn\n", Date="Thu, 24 Mar 2016 09:30:00 +0100").as_bytes()
    [article] = read(data, "a.eml")
    assert (article.title, article.authors, article.published) == (
        "Mayor resigns", ("Ann Lee",), "2016-03-24T09:30:00+01:00",
    )  # fmt: skip
    assert article.text.strip() == "The mayor resigned."


def test_a_newsletter_is_published_by_its_sender():
    """Its plain part is often a line that says to look at the other."""
    html = f"<html><body><article><p>{SENTENCE * 2}</p><p>{SENTENCE * 3}</p></article></body></html>"
    data = letter("View online.", html, List_Unsubscribe="<mailto:x@example.org>").as_bytes()
    [article] = read(data, "mail")
    assert (article.publication, article.authors) == ("Ann Lee", ())
    assert article.text.count(SENTENCE.strip()) == 5


def test_what_is_attached_is_named():
    """Passing over it in silence would look like loss."""
    message = letter("The mayor resigned.")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="report.pdf")
    [article, refusal] = read(message.as_bytes(), "a.eml")
    assert article.text.strip() == "The mayor resigned."
    assert refusal.origin == "a.eml/report.pdf:1"


def test_an_article_that_begins_like_a_letter_is_none():
    """Texts have lines with colons too."""
    text = "Ghent: the mayor resigned.\nBruges: nobody did.\n"
    assert read(text.encode(), "a.txt")[0].text == text


@given(st.binary(max_size=300) | st.text(alphabet='a:=?;\n -<>"/', max_size=200).map(str.encode))
@settings(deadline=None)
def test_any_bytes_give_articles_or_an_article_error(data):
    """Parsers of such formats raise whatever they meet; the child turns the rest into a refusal."""
    for parse in (word.parse, books.parse):
        with pytest.raises(ArticleError):
            parse(data, "x")
    try:
        mail.parse(b"Message-ID: <1>\nContent-Type: multipart/mixed; boundary=a\n" + data, "x")
    except (ArticleError, LookupError, ValueError):
        return


@given(st.integers(0, 2000), st.binary(min_size=1, max_size=30))
@settings(max_examples=60, deadline=None)
def test_damage_anywhere_gives_an_article_or_refusals(at, junk):
    """Disks and downloads lose bytes anywhere."""
    for whole, name in ((DOCX, "a.docx"), (EPUB, "a.epub")):
        data = bytearray(whole)
        data[at : at + len(junk)] = junk
        assert all(found.origin.startswith(name) for found in read(bytes(data), name))


DOCX = docx(p("The mayor resigned."))
EPUB = epub([chapter("A", SENTENCE * 4)])
