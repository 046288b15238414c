"""The reader is the first thing a user's articles meet: all that is readable comes in, the rest is named."""

import bz2
import csv
import gzip
import io
import json
import os
import random
import tracemalloc
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.articles import RawArticle, Refusal, read_stream
from tests.reading import read

TEXT = "The mayor of Ghent resigned on Friday. No successor was named."


def stream(data, name):
    return list(read_stream(io.BytesIO(data.encode() if isinstance(data, str) else data), name))


def texts(found):
    found = list(found)
    assert [item for item in found if isinstance(item, Refusal)] == []
    return [article.text for article in found]


def only_refusal(found):
    [refusal] = found
    assert isinstance(refusal, Refusal)
    return refusal


# Plain text


def test_a_text_file_is_one_article_with_its_headline_as_title():
    """A short first line set apart is how people and corpora write a headline."""
    [article] = stream(f"Mayor of Ghent resigns\n\n{TEXT}\n", "a.txt")
    assert article == RawArticle(text=TEXT + "\n", title="Mayor of Ghent resigns", origin="a.txt:1")


@pytest.mark.parametrize(
    "text",
    [TEXT, "He was dead.\n\nNobody had noticed.", "Headline\nwithout an empty line.",
     "’’ ’Belgium is small.’\n\n’It is.’",
     f"{'word ' * 60}\n\n{TEXT}", "A headline and nothing else\n\n", "A headline and a number\n\n12"],
)  # fmt: skip
def test_a_first_line_that_may_be_text_stays_text(text):
    """A title cannot be cited, so no sentence may become one."""
    [article] = stream(text, "000_3669d343690cb781.txt")
    assert (article.title, article.text) == ("", text)


@pytest.mark.parametrize(
    ("name", "title"),
    [("Why Belgium is fertile ground.txt", "Why Belgium is fertile ground"),
     ("in/2016-03-24_why-belgium-now.txt", "why belgium now"),
     ("000_3669d343690cb781.txt", ""), ("article 17.txt", ""), ("notes", "")],
)  # fmt: skip
def test_a_file_named_in_words_lends_them_as_title(name, title):
    """The title is part of what is searched; a number would only add noise."""
    assert stream(TEXT, name)[0].title == title


# Markdown

MARKDOWN = """---
title: "Mayor of Ghent resigns"
author: [Ann Lee, 'Bo Fox']
date: 2016-03-24
tags:
  - politics
source: Example Times
# comment
---

# Mayor of Ghent resigns

The **mayor** of [Ghent](https://example.org "x") resigned
on *Friday*.[^1] ![A photo](p.jpg)

- no `successor`
- no ~~reason~~

2. second

> "I am done," he said.<br>

| a | b |
|---|---|
| 1 | 2 |

Next part
---------
* * *
5 \\* 3 &amp; snake_case_name

```
code stays
```
<!-- gone -->
"""


def test_markdown_loses_its_marks_and_keeps_its_words():
    """What is cited has to read like the page, not like its source."""
    [article] = stream(MARKDOWN, "a.md")
    assert article.title == "Mayor of Ghent resigns"
    assert article.authors == ("Ann Lee", "Bo Fox")
    assert (article.published, article.publication) == ("2016-03-24", "Example Times")
    assert article.text.split("\n\n") == [
        "The mayor of Ghent resigned on Friday.[^1]",
        "- no successor\n- no reason\n2. second",
        '"I am done," he said.',
        "a | b\n1 | 2",
        "Next part",
        "5 * 3 & snake_case_name",
        "code stays",
    ]


def test_markdown_without_front_matter_has_its_heading_as_title():
    """A rule of dashes is not front matter, and a later heading is not the title."""
    assert stream(f"# Mayor resigns\n\n{TEXT}\n\n## Later\n\nMore.", "a.md")[0].title == "Mayor resigns"
    [article] = stream(f"{TEXT}\n\n---\n\nLast: words.\n\n---\n", "a.markdown")
    assert (article.title, article.text) == ("", f"{TEXT}\n\nLast: words.")


# JSON and JSON Lines


@pytest.mark.parametrize(
    "shape",
    [
        lambda rows: rows,
        lambda rows: {"status": "ok", "totalResults": 2, "articles": rows},
        lambda rows: {"data": {"count": 2, "items": rows}},
        lambda rows: {"response": {"docs": rows, "start": 0}},
        lambda rows: [{"article": row} for row in rows],
        lambda rows: [{"_id": "1", "_source": row} for row in rows],
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_articles_are_found_in_the_shapes_json_comes_in(shape, indent):
    """NewsAPI, Solr, Elasticsearch and plain lists."""
    rows = [{"title": "One", "text": TEXT}, {"title": "Two", "text": TEXT}]
    found = stream(json.dumps(shape(rows), indent=indent), "a.json")
    assert [article.title for article in found] == ["One", "Two"]


def test_one_object_is_one_article():
    """The simplest file there is."""
    assert texts(stream(json.dumps({"text": TEXT, "tags": ["a"], "meta": {"k": 1}}, indent=1), "a.json")) == [
        TEXT
    ]


def test_items_of_a_json_list_know_their_lines_and_a_bad_one_spoils_no_other():
    """The user has to find the row that was refused."""
    found = stream('[\n{"text": "One."},\n{"title": "no text"},\n7,\n{"text": "Two."}\n]', "a.json")
    assert [item.origin for item in found] == ["a.json:2", "a.json:3", "a.json:4", "a.json:5"]
    assert [type(item) for item in found] == [RawArticle, Refusal, Refusal, RawArticle]


def test_broken_json_gives_what_stands_before_the_break():
    """A download that was cut off still holds whole articles."""
    first, refusal = stream('[\n{"text": "One."},\n{"text": "Tw', "a.json")
    assert first.text == "One."
    assert refusal.origin == "a.json:3"
    assert "not JSON" in refusal.reason


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.ndjson"])
def test_json_lines_and_json_are_told_apart_by_content(name):
    """Dumps named .json are JSON Lines as often as not."""
    rows = [{"text": "One."}, {"text": "Two."}]
    assert texts(stream("\n".join(map(json.dumps, rows)), name)) == ["One.", "Two."]
    assert texts(stream(json.dumps(rows, indent=1), name)) == ["One.", "Two."]
    assert texts(stream(json.dumps(rows[0], indent=1), name)) == ["One."]


def test_a_broken_line_is_refused_and_the_rest_goes_on():
    """One bad row in a million must not cost the million."""
    found = stream('{"text": "One."}\n{"text": \n\n[1]\n"x"\n{"text": ""}\n{"text": "Two."}', "a.jsonl")
    assert [(type(item), item.origin) for item in found] == [
        (RawArticle, "a.jsonl:1"), (Refusal, "a.jsonl:2"), (Refusal, "a.jsonl:4"), (Refusal, "a.jsonl:5"),
        (Refusal, "a.jsonl:6"), (RawArticle, "a.jsonl:7"),
    ]  # fmt: skip


@pytest.mark.parametrize("row", ["[" * 100_000, '{"a":' * 100_000, '{"text": ' + "9" * 5000 + "}"])
def test_json_made_to_hurt_is_refused(row):
    """Deep nesting and endless numbers raise errors of their own in Python's json."""
    for name in ("a.json", "a.jsonl"):
        assert isinstance(stream(row, name)[-1], Refusal)
        assert isinstance(stream('{"text": "One."}\n' + row, name)[-1], Refusal)


# Tables

HEADER = ",id,title,publication,author,date,year,month,url,content\n"


def test_the_kaggle_table_is_read_with_quoted_newlines():
    """Lines are counted as an editor counts them."""
    row = '0,17283,"House ""Fret""",New York Times,Carl Hulse,2016-12-31,2016.0,12.0,,"One.\n\nTwo, three."\n'
    found = stream(HEADER + row + row.replace("17283", "17284"), "articles1.csv")
    assert [article.origin for article in found] == ["articles1.csv:2", "articles1.csv:5"]
    assert found[0] == RawArticle(
        text="One.\n\nTwo, three.", id="17283", title='House "Fret"', publication="New York Times",
        authors=("Carl Hulse",), published="2016-12-31", origin="articles1.csv:2",
    )  # fmt: skip


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("name", ["a.csv", "a.tsv"])
@pytest.mark.parametrize(
    ("encoding", "end"),
    [
        ("utf-8", "\n"),
        ("utf-8", "\r"),
        ("utf-8-sig", "\r\n"),
        ("utf-16", "\r\n"),
        ("cp1252", "\r\n"),
        ("cp1252", "\r"),
    ],
)
def test_separator_line_ends_and_encoding_are_found_out(separator, name, end, encoding):
    """Each spreadsheet in each country writes its own kind of CSV."""
    rows = [["Title", "Content"], ["Bürger", f"Größe, und; so|weiter\t{TEXT}"], ["Señor", TEXT]]
    data = io.StringIO(newline="")
    csv.writer(data, delimiter=separator, lineterminator=end).writerows(rows)
    found = stream(data.getvalue().encode(encoding), name)
    assert [(article.title, article.text) for article in found] == [tuple(row) for row in rows[1:]]


def test_a_bad_row_is_refused_by_line_and_the_rest_goes_on():
    """Missing, empty and surplus cells are each named."""
    found = stream(f"id,content\n1,{TEXT}\n2\n3,\n4,one, two\n\n5,{TEXT},,\n6,{TEXT}\n", "a.csv")
    assert [(item.origin, type(item)) for item in found] == [
        ("a.csv:2", RawArticle), ("a.csv:3", Refusal), ("a.csv:4", Refusal), ("a.csv:5", Refusal),
        ("a.csv:7", RawArticle), ("a.csv:8", RawArticle),
    ]  # fmt: skip
    assert "3 columns where the header has 2" in found[3].reason


@pytest.mark.parametrize("tail", ["", 'c,"quoted"\n'])
def test_a_quote_that_never_closes_costs_its_own_row_only(tail):
    """csv.reader would swallow the rest of the file into one cell."""
    rows = "".join(f"{n},{TEXT}\n" for n in range(50))
    found = stream(f'id,content\na,"{TEXT}\n{rows}{tail}', "a.csv")
    refused = [item for item in found if isinstance(item, Refusal)]
    assert [item.origin for item in refused] == ["a.csv:2"]
    assert len(found) == 51 + bool(tail)
    assert found[1].origin == "a.csv:3"


def test_a_row_with_a_bad_quote_and_many_lines_is_one_refusal():
    """Its lines are no rows, and a refusal for each would hide the others."""
    found = stream(f'id,content\n1,"He said "no".\nThen he left.\nAnd so on."\n2,{TEXT}\n', "a.csv")
    assert [(item.origin, type(item)) for item in found] == [("a.csv:2", Refusal), ("a.csv:5", RawArticle)]
    assert "lines 2 to 4" in found[0].reason


def test_a_table_without_a_column_for_the_text_says_which_it_has():
    """A user can rename a column, once they know which."""
    refusal = only_refusal(stream("name;score\na;1\n", "a.csv"))
    assert "'name', 'score'" in refusal.reason
    assert "no articles" in only_refusal(stream("id,content\n", "a.csv")).reason


def test_cells_longer_than_the_csv_modules_own_limit_are_read():
    """Its default of 131,072 characters is short for an interview."""
    assert texts(stream(f'content\n"{"word " * 100_000}"\n', "a.csv")) == ["word " * 100_000]


class GrowingTable(io.RawIOBase):
    """A CSV file that is made up as it is read."""

    def __init__(self, rows):
        self.rows = (f'{n},"{"word, " * 2000}"\n'.encode() for n in range(rows))
        self.rest = b"id,content\n"

    def readable(self):
        return True

    def readinto(self, buffer):
        while len(self.rest) < len(buffer) and (row := next(self.rows, b"")):
            self.rest += row
        size = min(len(buffer), len(self.rest))
        buffer[:size], self.rest = self.rest[:size], self.rest[size:]
        return size


def test_a_large_table_is_read_in_little_memory():
    """18 MB of rows pass through; what is held at once is a sample and a row."""
    tracemalloc.start()
    try:
        count = sum(isinstance(item, RawArticle) for item in read_stream(GrowingTable(1500), "big.csv"))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 1500
    assert peak < 6 * 2**20


# Sources


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "2.txt").write_text("Two.")
    (tmp_path / "b" / "1.md").write_text("One.")
    (tmp_path / "a.jsonl").write_text('{"text": "Zero."}')
    (tmp_path / "c").write_text("Three.")
    for name in (
        ".hidden.txt",
        "README.md",
        "LICENSE",
        "LICENSE.gum.txt",
        "questions.jsonl",
        "x.py",
        "x.css",
    ):
        (tmp_path / name).write_text("Not an article.")
    return tmp_path


def test_a_folder_is_walked_in_order_and_its_papers_are_passed_over(folder):
    """Twice the same folder must give twice the same articles, and no README among them."""
    assert texts(read([str(folder)])) == ["Zero.", "One.", "Two.", "Three."]
    assert texts(read([str(folder / "README.md")])) == ["Not an article."]


def test_links_that_run_in_circles_end(folder):
    """A link to the parent folder would otherwise be walked for ever."""
    (folder / "b" / "up").symlink_to(folder)
    (folder / "b" / "gone.txt").symlink_to(folder / "nothing")
    (folder / "b" / "self").symlink_to(folder / "b" / "self")
    found = list(read([str(folder)]))
    assert [item.text for item in found if isinstance(item, RawArticle)] == [
        "Zero.",
        "One.",
        "Two.",
        "Three.",
    ]
    assert len([item for item in found if isinstance(item, Refusal)]) == 2


def test_patterns_name_files_and_folders(folder, monkeypatch):
    """A quoted pattern reaches us as it is, and so does any on Windows."""
    assert texts(read([str(folder / "b" / "*.txt"), str(folder / "**" / "1.md")])) == ["Two.", "One."]
    monkeypatch.chdir(folder)
    assert texts(read(["?.jsonl", "b"])) == ["Zero.", "One.", "Two."]
    (folder / "odd[1].txt").write_text("Odd.")
    assert texts(read(["odd[1].txt"])) == ["Odd."]


@pytest.mark.parametrize(
    ("data", "count"),
    [(TEXT, 1), ('{"text": "One."}\n{"text": "Two."}\n', 2), ('[{"text": "One."}]', 1),
     ("title;text\na;b\nc;d\n", 2),
     ("[Editor's note] " + TEXT, 1), ("{sic} " + TEXT, 1),
     ("The text, he said, is content\nand so am I.", 1)],
)  # fmt: skip
def test_standard_input_is_told_apart_by_its_content(data, count):
    """`curl … | footnote add -` names no format."""
    found = list(read_stream(io.BytesIO(data.encode()), "standard input"))
    assert len(texts(found)) == count
    assert found[0].origin.startswith("standard input:")


def test_gzip_is_undone_and_its_damage_is_named(tmp_path):
    """Dumps come compressed, and downloads stop half way."""
    data = gzip.compress(
        "".join(
            json.dumps({"text": f"{n} {random.Random(n).random()} a."}) + "\n" for n in range(9999)
        ).encode()
    )
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(data)
    assert len(texts(read([str(path)]))) == 9999
    path.write_bytes(data[: len(data) * 3 // 4])
    *articles, last = read([str(path)])
    assert len(articles) > 1000
    assert isinstance(last, Refusal)
    assert "to its end" in last.reason


def zipped(name="a.txt", text=TEXT):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(name, text)
    return data.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", b"", "empty"),
        ("a.csv", b"", "empty"),
        ("a.txt", b" \n\n ", "empty"),
        ("a.txt", b"\xef\xbb\xbf", "binary|empty"),
        ("a.jsonl", b"\n\n", "no articles"),
        ("a.json", b"[]", "no articles"),
        ("a.md", b"---\ntitle: x\n---\n", "empty"),
        ("a.pdf", b"%PDF-1.7\n\x00\x01", "no whole PDF"),
        ("a.txt", b"%PDF-1.7\n\x00\x01", "no whole PDF"),
        ("a.docx", zipped()[:-9], "no whole zip"),
        ("a.bin", zipped("xl/workbook.xml"), "Excel is not read yet"),
        ("a.zip", zipped("a.png"), "no articles"),
        ("a.zip", zipped("a.rtf", "{\\rtf"), "RTF is not read yet"),
        ("a.rtf", b"words", "RTF is not read yet"),
        ("a.xml", b"<?xml version='1.0'?><news>words</news>", "XML is not read yet"),
        ("a.csv", b"\x89PNG\r\n\x1a\n", "PNG image"),
        ("a.html", b"<p>", "no article was found"),
        ("a.txt", b"\n<!DOCTYPE html><html>", "no article was found"),
        ("a.txt", bytes(1000), "binary"),
        ("a.txt", random.Random(1).randbytes(5000), "binary"),
        ("a.tar.gz", gzip.compress(b""), "empty"),
        ("a.txt", bz2.compress(b"x"), "bzip2 is not read yet"),
        ("a.txt", b"word " * (21 * 2**18), "20 MB"),
        ("a.md", b"word " * (21 * 2**18), "20 MB"),
        ("a.txt", b"word " * 2**20, "5,242,880 characters"),
        ("a.md", b"word " * 2**18, "save it as .txt"),
    ],
)
def test_what_is_no_article_gets_one_clear_refusal(tmp_path, name, data, reason):
    """It says what it is, where, and what to do."""
    path = tmp_path / name
    path.write_bytes(data)
    for source in (path, tmp_path):
        if name != "a.bin" or source == path:
            refusal = only_refusal(read([str(source)]))
            assert refusal.origin in {f"{path}:1", f"{path}/a.rtf:1"}
            assert any(part in refusal.reason for part in reason.split("|"))


def test_a_json_text_too_large_is_refused():
    """It would be held whole, three times over."""
    assert "JSON Lines" in only_refusal(stream(b"[" + b" " * (101 * 2**20), "a.json")).reason


def test_sources_that_are_not_there_are_named(tmp_path):
    """A mistyped name must not look like success."""
    for source in ("nothing.txt", "*.nothing", "", "a\0b", "[\0", "~nobody-here/x", "x" * 5000):
        assert only_refusal(read([source])).origin.endswith(":1")
    assert "no articles" in only_refusal(read([str(tmp_path)])).reason
    assert "device" in only_refusal(read([os.devnull])).reason


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission_is_named(tmp_path):
    """The others in the folder are still read."""
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "b.txt").write_text(TEXT)
    (tmp_path / "a.txt").chmod(0)
    refusal, article = read([str(tmp_path)])
    assert "Permission denied" in refusal.reason
    assert article.text == TEXT


def test_a_name_that_is_no_text_becomes_a_printable_origin(tmp_path):
    """Old archives hold Latin-1 file names, which SQLite and JSON cannot store as they are."""
    path = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    with open(path, "wb") as file:  # noqa: PTH123  # Path holds no bytes
        file.write(TEXT.encode())
    [article] = read([str(tmp_path)])
    assert "caf\\udce9.txt" in article.origin


PIECES = st.sampled_from(
    ['"', ",", "\n", "\r\n", ";", "\t", "text", "content", "title", "{", "}", "[", "]", ":",
     '{"text": "a b"}', "---",
     "# ", "* ", "`", "|", "<b>", "![", "](", "id,content\n", "null", "1e9", "\\", "\x00", "é", "\ud7ff",
     "word "]
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.binary(max_size=300) | st.lists(PIECES, max_size=40).map(lambda parts: "".join(parts).encode()),
    st.sampled_from(["a.txt", "a.md", "a.json", "a.jsonl", "a.csv", "a.tsv", "a", "a.csv.gz"]),
    st.booleans(),
)
def test_any_bytes_give_articles_or_refusals(data, name, compressed):
    """Bad content is data, never an exception, and never passes without a word."""
    found = stream(gzip.compress(data) if compressed else data, name)
    assert found
    for item in found:
        assert isinstance(item, RawArticle | Refusal)
        assert item.origin.startswith(f"{name}:")
        if isinstance(item, RawArticle):
            assert any(character.isalpha() for character in item.text)
            item.text.encode()


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20),
            st.text(
                st.characters(
                    exclude_categories=("Cs", "Cc"), include_characters="\n\t", exclude_characters="\ufeff"
                ),
                min_size=1,
            ).map("a".__add__),
        ),
        min_size=1,
    )
)
def test_what_csv_writes_is_read_back_word_for_word(rows):
    """Quotes, separators and line ends inside a text are part of the text."""
    data = io.StringIO(newline="")
    csv.writer(data, lineterminator="\n").writerows([("title", "content"), *rows])
    found = stream(data.getvalue(), "a.csv")
    assert [(article.title, article.text) for article in found] == [
        (" ".join(t.split()), text) for t, text in rows
    ]
