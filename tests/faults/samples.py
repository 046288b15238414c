"""One honest document of each kind that is read, for whatever damages, fuzzes or imports them."""

import io
import json
import tarfile
import zipfile

PARAGRAPHS = (
    "The mayor of Ghent resigned on Friday after her coalition lost its majority, officials said. No "
    "successor was named, and the council, which met for nine hours, will go on with its work meanwhile.",
    "“We did what we could,” said Mr. J. Doe of the U.S. delegation at 10.30 a.m. on 3 March 2026. "
    "Residents had gathered outside the town hall since Monday; about 1,200 came, twice as many as in 2019.",
)
TITLE = "The mayor resigns"
DAY = "2026-03-05"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

TEXT = "\n\n".join((TITLE, *PARAGRAPHS)).encode()
MARKDOWN = f"""---
title: {TITLE}
authors: [Ann Lee, "Bo Fox"]
published: {DAY}
---
# {TITLE}

{PARAGRAPHS[0]}

- **One** [item](https://news.example/1)
- `two` ![picture](x.png)

| a | b |
|---|---|
| 1 | 2 |

> {PARAGRAPHS[1]}
""".encode()
CSV = (
    "id,title,author,date,year,month,content\n"
    f'a1,{TITLE},"Lee, Ann",{DAY},2026,3,"{PARAGRAPHS[0]}"\n'
    'a2,Second,,2026-03-06,,,"He said ""no"" to it.\nNothing followed that day."\n'
).encode()
TSV = f"headline\tbody\tsource\n{TITLE}\t{PARAGRAPHS[0]}\tExample Times\n".encode()
_FIELDS = {"id": "a1", "headline": TITLE, "articleBody": list(PARAGRAPHS), "author": [{"name": "Ann Lee"}],
           "datePublished": f"{DAY}T10:00:00+01:00", "lang": "en-GB",
           "url": "https://news.example/1"}  # fmt: skip
JSON = json.dumps({"articles": [_FIELDS, {"article": {"text": PARAGRAPHS[1]}}], "status": "ok"}).encode()
JSONL = "\n".join(
    json.dumps(one) for one in (_FIELDS, {"text": PARAGRAPHS[1], "year": 2016, "month": 3})
).encode()
_LD = {
    "@context": "https://schema.org",
    "@graph": [{"@type": "NewsArticle", "headline": TITLE, "datePublished": f"{DAY}T10:00:00+01:00",
                "author": [{"@type": "Person", "name": "Ann Lee"}], "publisher": {"name": "Example Times"}}],
}  # fmt: skip
HTML = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{TITLE} - Example Times</title>
<meta property="og:title" content="{TITLE}"><meta property="article:published_time" content="{DAY}">
<link rel="canonical" href="https://news.example/1">
<script type="application/ld+json">{json.dumps(_LD)}</script>
</head><body><nav><a href="/">Home</a></nav><article><h1>{TITLE}</h1><p class="byline">By Ann Lee</p>
<time datetime="{DAY}T10:00:00Z">5 March</time><p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p>
<table><tr><td>1</td><td>2</td></tr></table><ul><li>One</li></ul><p>Read more: another article</p>
</article><footer>All rights reserved</footer></body></html>""".encode()
EMAIL = (
    "From: Ann Lee <ann@news.example>\r\nTo: b@news.example\r\nSubject: =?utf-8?q?The_mayor_resigns?=\r\n"
    "Date: Thu, 5 Mar 2026 10:00:00 +0100\r\nMessage-ID: <1@news.example>\r\nList-Id: <news.example>\r\n"
    'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="x"\r\n\r\n'
    "--x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    f"{PARAGRAPHS[0]}=20\r\n--x\r\nContent-Type: text/html; charset=iso-8859-1\r\n\r\n<p>{PARAGRAPHS[0]}</p>"
    '\r\n--x\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename="a.png"\r\n\r\nabc\r\n'
    "--x--\r\n"
).encode()
DOCX_PARTS = (
    f'<w:document xmlns:w="{_W}"><w:body><w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr><w:r><w:t>{TITLE}</w:t>'
    f"</w:r></w:p><w:p><w:r><w:t>{PARAGRAPHS[0]}</w:t><w:tab/><w:br/></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r>"
    "<w:t>1</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>2</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    "</w:body></w:document>".encode(),
    b'<p:coreProperties xmlns:p="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    b'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Ghent</dc:title><dc:creator>Ann Lee</dc:creator>'
    b"</p:coreProperties>",
)
DOCX_NAMES = ("word/document.xml", "docProps/core.xml")
EPUB_PARTS = (
    b'<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    b'<rootfile full-path="OEBPS/content.opf"/></rootfiles></container>',
    b'<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
    b"<dc:title>Example Weekly</dc:title><dc:creator>Ann Lee</dc:creator><dc:date>2026-03-05</dc:date>"
    b'</metadata><manifest><item id="a" href="t%200.xhtml" media-type="application/xhtml+xml"/>'
    b'<item id="b" href="t1.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/>'
    b'<itemref idref="b"/></spine></package>',
    f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1><p>{PARAGRAPHS[0]}</p></body></html>".encode(),
    f"<html><body><h2>Second</h2><p>{PARAGRAPHS[1]}</p></body></html>".encode(),
)
EPUB_NAMES = ("META-INF/container.xml", "OEBPS/content.opf", "OEBPS/t 0.xhtml", "OEBPS/t1.xhtml")
RSS = f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>Times &amp;amp; Co</title><link>https://news.example/</link><language>en-gb</language>
<item><title>{TITLE}</title><link>/1?a=1&amp;b=2</link><pubDate>Thu, 5 Mar 2026 10:00:00 +0100</pubDate>
<dc:creator>Ann Lee and Bo Fox</dc:creator><description>&lt;p&gt;In short&nbsp;</description>
<content:encoded><![CDATA[<p>{PARAGRAPHS[0]}</p><script>x()</script>]]></content:encoded></item>
<item><guid>https://news.example/2</guid><author>cy@news.example (Cy Dee)</author></item>
</channel></rss>""".encode()
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://news.example/" xml:lang="en">
<title type="html">Times</title><author><name>Ann Lee</name></author><entry xml:base="a/">
<title type="text">1 &lt; 2</title><link rel="alternate" href="article"/><id>urn:1</id>
<updated>2026-03-05T11:00:00Z</updated><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">
<p>{PARAGRAPHS[1]}</p></div></content></entry></feed>""".encode()
SITEMAP = b"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc> https://news.example/1 </loc>
<lastmod>2026-03-05T09:00:00Z</lastmod><news:news><news:publication><news:name>Times</news:name>
<news:language>en</news:language></news:publication><news:title>Mayor</news:title></news:news></url><url><loc/></url>
</urlset>"""
SITEMAP_INDEX = b"""<sitemapindex><sitemap><loc>https://news.example/s.xml</loc></sitemap></sitemapindex>"""
ROBOTS = b"User-agent: *\nDisallow: /a*b$\nAllow: /\n# note\nUser-agent: Footnote\nDisallow: /x*y*z\n/xaybz"


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip of these files."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name or "x"), content, compression)
    return data.getvalue()


def tarred(members: dict[str, bytes], mode: str = "w") -> bytes:
    """Return a tar of these files, "w:gz" for one that is packed."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return data.getvalue()


def printed() -> bytes:
    """Return a PDF of two pages, its streams not compressed."""
    from fpdf import FPDF

    pdf = FPDF(format="A4")
    pdf.set_compression(False)
    pdf.set_title(TITLE)
    for number in range(2):
        pdf.add_page()
        pdf.set_font("Helvetica", size=10)
        pdf.text(10, 10, f"EXAMPLE TIMES, {number + 1} March")
        words = PARAGRAPHS[0].split()
        for at in range(0, len(words), 8):
            pdf.text(10, 34 + 5 * at // 8, " ".join(words[at : at + 8]))
        pdf.text(105, 290, str(number + 1))
    return bytes(pdf.output())
