"""A page holds one article among much else; the article comes in with what the page says of it."""

import io
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.articles import Refusal, read_stream
from index.errors import ArticleError
from index.pages import article_of, decode_page, text_of

BODY = [
    "The mayor of Ghent resigned on Friday after her coalition lost its majority in the council.",
    "No successor was named, and officials said that a vote would be held before the end of the month.",
    "Residents who had gathered outside the town hall called for an early election, witnesses said.",
]
PARAGRAPHS = "".join(f"<p>{line}</p>" for line in BODY)


def page(head="", body=PARAGRAPHS):
    menu = "<nav><ul><li><a href='/a'>News</a></li><li><a href='/b'>Sports</a></li></ul></nav>"
    return (
        f"<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'>{head}</head><body>{menu}"
        f"<article>{body}</article><footer>Copyright, terms, cookies</footer></body></html>"
    )


def ld(**fields):
    node = {"@context": "https://schema.org", "@type": "NewsArticle", **fields}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def read(data, name="a.html"):
    return list(read_stream(io.BytesIO(data.encode() if isinstance(data, str) else data), name))


def test_a_page_comes_in_as_its_article_alone():
    """A menu that is stored would be cited."""
    [article] = read(page("<title>Mayor of Ghent resigns</title>"))
    assert article.text.split("\n\n") == BODY
    assert article.title == "Mayor of Ghent resigns"


def test_what_a_page_says_of_itself_becomes_the_fields():
    """JSON-LD is written for machines: it goes first, and its zone is kept."""
    head = ld(
        headline="Mayor of Ghent &#8216;resigns&#8217;",
        datePublished="2016-03-24T09:30:00+01:00",
        dateModified="2016-03-25T10:00:00Z",
        author=[{"@type": "Person", "name": "Ann Lee"}, {"name": "Bo Fox"}],
        publisher={"@type": "Organization", "name": "Example Times"},
    )
    head += (
        '<link rel="canonical" href="https://example.org/mayor"><meta property="og:title" content="Other">'
    )
    [article] = read(page(head))
    assert article.title == "Mayor of Ghent ‘resigns’"
    assert (article.published, article.modified) == ("2016-03-24T09:30:00+01:00", "2016-03-25T10:00:00+00:00")
    assert article.authors == ("Ann Lee", "Bo Fox")
    assert (article.publication, article.url) == ("Example Times", "https://example.org/mayor")


@pytest.mark.parametrize(
    "shape",
    [
        lambda node: [{"@type": "WebSite", "name": "x"}, node],
        lambda node: {
            "@graph": [{"@type": "Organization"}, {**node, "@type": ["Thing", "ReportageNewsArticle"]}]
        },
        lambda node: {"@type": "WebPage", "mainEntity": node},
    ],
)
def test_json_ld_is_found_in_the_shapes_sites_give_it(shape):
    """Every publishing system nests it otherwise."""
    node = {"@type": "NewsArticle", "headline": "Mayor resigns", "datePublished": "2016-03-24T09:30:00Z"}
    script = f'<script type="application/ld+json"><!-- {json.dumps(shape(node))} --></script>'
    assert article_of(page(script))["title"] == "Mayor resigns"
    assert article_of(page(script))["published"] == "2016-03-24T09:30:00+00:00"


@pytest.mark.parametrize(
    ("head", "published"),
    [
        ('<meta property="article:published_time" content="2016-03-24T09:30:00+01:00">',
         "2016-03-24T09:30:00+01:00"),
        ('<meta itemprop="datePublished" content="2016-03-24">', "2016-03-24"),
        ('<meta name="date" content="2016-03-24"><meta name="pubdate" content="2016-03-24T08:00:00Z">',
         "2016-03-24T08:00:00+00:00"),
        (ld(datePublished="Thu Mar 24 2016 03:05:46 GMT+0000 (UTC)"), "2016-03-24T03:05:46+00:00"),
        (ld(datePublished="0001-01-01T00:00:00Z"), ""),
        ('<link rel="canonical" href="https://example.org/2016/mar/24/mayor">', "2016-03-24"),
        ('<link rel="canonical" href="https://example.org/2016/99/99/mayor">', ""),
        ('<script type="application/ld+json">{"datePublished": </script>', ""),
    ],
)  # fmt: skip
def test_a_date_is_taken_from_where_it_is_stated(head, published):
    """A filter by date finds only what has one; a guess would be worse than none."""
    assert article_of(page(head)).get("published", "") == published


@pytest.mark.parametrize(
    ("times", "published"),
    [
        ('<time datetime="2016-03-24T09:30:00Z">', "2016-03-24T09:30:00+00:00"),
        (
            '<time datetime="2015-01-01">x</time><time class="published" datetime="2016-03-24">y</time>',
            "2016-03-24",
        ),
        ('<time datetime="2015-01-01">x</time><time datetime="2016-03-24">y</time>', ""),
    ],
)
def test_a_time_on_the_page_counts_when_it_can_only_be_this_articles(times, published):
    """A list of other stories has times too."""
    assert article_of(page(body=times + PARAGRAPHS)).get("published", "") == published


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ('<meta property="og:site_name" content="Example Times"><title>Mayor resigns | Example Times</title>',
         "Mayor resigns"),
        ("<title>Mayor resigns | analysis</title>", "Mayor resigns | analysis"),
        (ld(headline="Mayor of Ghent resi...") + "<title>Mayor of Ghent resigns</title>",
         "Mayor of Ghent resigns"),
    ],
)  # fmt: skip
def test_a_title_is_whole_and_without_the_outlet(head, title):
    """It is searched and shown with every citation."""
    assert article_of(page(head))["title"] == title


def test_an_address_that_is_not_of_the_web_is_left_out():
    """It becomes a link."""
    head = '<link rel="canonical" href="javascript:alert(1)"><meta property="og:url" content="file:///etc/passwd">'
    assert "url" not in article_of(page(head))


def test_lines_that_lead_to_other_articles_are_left_out():
    """They are another article's title, and would be cited as this one's words."""
    body = f"<h1>Mayor resigns</h1>{PARAGRAPHS}<p>Read more: <a href='/x'>Ten fries of Ghent, ranked</a></p>"
    text = article_of(page("<title>Mayor resigns</title>", body))["text"]
    assert text.split("\n\n") == BODY


def test_the_text_a_page_states_for_machines_stands_in_for_a_body_that_is_not_there():
    """Some sites build the visible text with a script."""
    head = ld(headline="Mayor resigns", articleBody="\n".join(BODY))
    assert article_of(page(head, "<div id=app></div>"))["text"].split("\n\n") == BODY


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("utf-8", "utf-8"), ("iso-8859-1", "cp1252"), ("windows-1251", "cp1251"), ("Shift_JIS", "cp932"),
     ("euc-kr", "cp949"), ("unicode_escape", "utf-8"), ("utf-16", "utf-16"), ("iso-8859-1", "utf-8")],
)  # fmt: skip
def test_a_page_is_decoded_as_it_is_and_else_as_it_says(declared, encoding):
    """Templates declare what an editor never saves in; bytes that are UTF-8 are UTF-8."""
    word = {"cp1251": "Мэр", "cp932": "市長", "cp949": "시장"}.get(encoding, "“café” ")
    html = f"<html><head><meta charset='{declared}'></head><body>{word}</body></html>"
    assert decode_page(html.encode(encoding)) == html


def test_the_charset_of_the_transport_goes_before_the_pages_own():
    """HTTP and MIME know what they carried (RFC 9110)."""
    assert decode_page("<p>Мэр".encode("koi8-r"), "koi8-r") == "<p>Мэр"


def test_all_visible_words_of_a_chapter_are_kept():
    """There is nothing around it to leave out."""
    head = "<head><title>x</title><style>p{}</style></head>"
    html = f"<html>{head}<body><h1>One</h1><p>a <b>b</b><br/>c</p><ul><li>d</li></ul>"
    assert text_of(html) == "One\n\na b\nc\n\nd"


@pytest.mark.parametrize(
    "html",
    [
        "<html><body>" + "<div>" * 50_000 + PARAGRAPHS,
        "<html><body></body></html>",
        "<html><script>" + "x" * 10_000,
    ],
)
def test_a_page_without_a_body_is_refused_in_time(html):
    """Nesting that no page needs is how parsers are stopped."""
    began = time.monotonic()
    [refusal] = read(html)
    assert isinstance(refusal, Refusal)
    assert "no article was found" in refusal.reason
    assert time.monotonic() - began < 20


def test_a_page_too_large_is_refused():
    """Megabytes of markup are a dump of something else."""
    [refusal] = read("<html><body><p>" + "word " * (9 * 2**18))
    assert "10 MB" in refusal.reason


@pytest.mark.parametrize("name", ["a.txt", "a", "a.json", "a.html.gz"])
def test_a_page_is_known_by_its_content(name):
    """Saved pages have any ending or none."""
    [article] = read(page(), name)
    assert article.text.split("\n\n") == BODY


MARKUP = st.lists(
    st.sampled_from(
        ["<div>", "</div>", "<p>", "</p>", "<table><tr><td>", "<!--", "-->", "<![CDATA[", "]]>", "<script>",
         "</script>", "<meta property='og:title' content='", "'>", "<time datetime=x>", "&#xD800;", "&amp;",
         "\0", "<h1>", "<link rel=canonical href=//x>", '<script type="application/ld+json">',
         '{"@type":"Article","author":[1,{}]}',
         "The mayor resigned. ", "<html>", "<body>", "\ud800", "<svg><title>", "<a rel=author>"]
    ) | st.text(max_size=5),
    max_size=40,
)  # fmt: skip


@given(MARKUP)
@settings(max_examples=150, deadline=None)
def test_any_markup_gives_an_article_or_an_article_error(parts):
    """Pages come broken in every way there is."""
    html = "".join(parts)
    try:
        found = article_of(html)
    except ArticleError:
        return
    assert found["text"].strip()
    text_of(html).encode()
