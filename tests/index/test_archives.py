"""An archive is somebody else's: what lies in it is read where it lies, within bounds, and named."""

import gzip
import io
import itertools
import stat
import tarfile
import tracemalloc
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import archives
from index.articles import RawArticle, Refusal, read_stream
from index.errors import ArticleError
from tests.reading import read

TEXT = "The mayor of Ghent resigned on Friday."


def zipped(members, compression=zipfile.ZIP_DEFLATED):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


def tarred(members, mode="w:gz"):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode=mode) as archive:
        for name, content in members.items():
            info = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return data.getvalue()


def special(name, kind, target=""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def read_all(data, name):
    return list(read_stream(io.BytesIO(data), name))


MEMBERS = {
    "a.txt": TEXT.encode(),
    "in/b.csv": f"title,text\nOne,{TEXT}\nTwo,{TEXT}\n".encode(),
    "c.jsonl.gz": gzip.compress(b'{"text": "The mayor resigned."}\n'),
    "README.md": b"# Not an article",
    ".hidden.txt": b"hidden",
    "__MACOSX/._a.txt": b"\0\5\26\7",
    "photo.jpg": b"\xff\xd8\xff",
}


@pytest.mark.parametrize(
    ("data", "name"),
    [(zipped(MEMBERS | {"d/": b""}), "a.zip"), (zipped(MEMBERS, zipfile.ZIP_STORED), "a.bin"),
     (tarred(MEMBERS | {special("d", tarfile.DIRTYPE): b""}), "a.tar.gz"), (tarred(MEMBERS, "w"), "a.tar"),
     (tarred(MEMBERS), "a.tgz"), (gzip.compress(zipped(MEMBERS)), "a.zip.gz")],
)  # fmt: skip
def test_the_articles_of_an_archive_come_in_under_its_name(data, name):
    """The rules of a folder hold: other files and papers that lie beside articles are passed over."""
    found = read_all(data, name)
    assert all(isinstance(one, RawArticle) for one in found)
    assert [one.origin for one in found] == [
        f"{name}/a.txt:1", f"{name}/in/b.csv:2", f"{name}/in/b.csv:3", f"{name}/c.jsonl.gz:1",
    ]  # fmt: skip


def test_an_archive_in_a_folder_or_an_archive_is_read_and_one_level_deeper_refused(tmp_path):
    """A zip that holds itself would never end."""
    inner = zipped({"a.txt": TEXT})
    (tmp_path / "a.zip").write_bytes(zipped({"b.zip": inner, "c.tar.gz": tarred({"d.zip": inner})}))
    found = list(read([str(tmp_path)]))
    assert [one.origin for one in found] == [
        f"{tmp_path}/a.zip/b.zip/a.txt:1", f"{tmp_path}/a.zip/c.tar.gz/d.zip:1",
    ]  # fmt: skip
    assert "archive in an archive in an archive" in found[1].reason


@pytest.mark.parametrize(
    "name", ["../../up.txt", "/etc/cron.d/up.txt", "C:\\up.txt", "a\nb\x1b[2J.txt", "ü/é.txt"]
)
def test_a_members_name_is_only_a_name(name, tmp_path, monkeypatch):
    """Nothing is written anywhere, so there is nothing to escape from."""
    monkeypatch.chdir(tmp_path)
    for data in (zipped({name: TEXT}), tarred({name: TEXT.encode()})):
        [article] = read_all(data, "a.zip")
        assert article.text == TEXT
        assert article.origin.isprintable()
    assert list(tmp_path.rglob("*")) == []


def test_a_member_without_a_name_ends_nothing():
    """Found by fuzzing: zipfile of Python 3.11 breaks over one, and took the other members with it."""
    data = zipped({"a.txt": TEXT, "b.txt": TEXT}, zipfile.ZIP_STORED).replace(b"a.txt", b"\0.txt")
    assert [one.origin for one in read_all(data, "a.zip")] == ["a.zip/b.txt:1"]


def test_links_and_devices_are_refused():
    """A link into /etc would have been read as the reader."""
    link = zipfile.ZipInfo("l.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    kinds = {
        special("s.txt", tarfile.SYMTYPE, "/etc/passwd"): b"",
        special("h.txt", tarfile.LNKTYPE, "/etc/passwd"): b"",
        special("d.txt", tarfile.CHRTYPE): b"",
        special("f.txt", tarfile.FIFOTYPE): b"",
    }
    found = [*read_all(data.getvalue(), "a.zip"), *read_all(tarred(kinds), "a.tar.gz")]
    assert len(found) == 5
    assert all(isinstance(one, Refusal) and "link" in one.reason for one in found)


def test_a_bomb_is_stopped_early():
    """A few kilobytes must not become gigabytes, in memory or in time."""
    bombs = {
        "a.zip": zipped({"a.csv": "text\n" + "a " * (60 * 2**20)}),
        "a.csv.gz": gzip.compress(b"text\n" + b"a " * (60 * 2**20)),
        "a.tar.gz": tarred({"a.csv": b"text\n" + b"a " * (60 * 2**20)}),
        "b.zip": zipped({"b.zip": zipped({"a.csv": "text\n" + "a " * (60 * 2**20)})}),
    }
    tracemalloc.start()
    for name, bomb in bombs.items():
        assert len(bomb) < 2**20
        assert all("unpacks to" in one.reason for one in read_all(bomb, name))
    assert tracemalloc.get_traced_memory()[1] < 250 * 2**20
    tracemalloc.stop()


def test_many_members_that_unpack_to_the_same_are_a_bomb_too():
    """Each is small; all together are not."""
    row = b"text\n" + (b"word " * 200 + b"\n") * 900
    packed = zipped({f"{n}.csv": row for n in range(200)})
    budget = archives.Budget(left=20 * len(row))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        members = archives.zip_members(archive, "a.zip", budget)
        read = [member.stream.read(2**20) for member in itertools.islice(members, 20)]
        assert [len(one) for one in read] == [len(row)] * 20
        with pytest.raises(ArticleError, match="unpacks to"):
            next(members).stream.read(2**20)


def test_a_tar_cannot_make_the_reader_hold_a_name_of_gigabytes():
    """tarfile reads a member's notes whole, however long they say they are."""
    note = special("x", tarfile.XHDTYPE)
    note.size = 3 * 2**30
    [refusal] = read_all(note.tobuf() + bytes(2**20), "a.tar")
    assert "3,221,225,472 bytes long" in refusal.reason


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_a_tar_that_states_exabytes_ends_where_it_ends(mode):
    """Found by fuzzing: tarfile read after the end of a file of 3 kB for as long as its header said."""
    huge = tarfile.TarInfo("b.txt")
    huge.size = 2**60
    data = tarred({"a.txt": TEXT.encode()}, "w")[:1024] + huge.tobuf(tarfile.GNU_FORMAT)
    article, *refusals = read_all(gzip.compress(data) if mode == "w:gz" else data, "a.tar.gz")
    assert article.origin == "a.tar.gz/a.txt:1"
    assert "ends" in refusals[-1].reason


def test_too_many_members_are_refused(monkeypatch):
    """A list of millions of names is a way to fill memory."""
    monkeypatch.setattr(archives, "MAX_MEMBERS", 3)
    for data in (
        zipped({f"{n}.txt": TEXT for n in range(5)}),
        tarred({f"{n}.txt": TEXT.encode() for n in range(5)}),
    ):
        *articles, refusal = read_all(data, "a")
        assert len(articles) == 3
        assert "over 3 files" in refusal.reason


def test_what_came_before_the_damage_stays_and_the_damage_is_named():
    """Downloads stop half way."""
    data = tarred({"a.txt": TEXT.encode(), "b.txt": (TEXT + " ").encode() * 9}, "w")
    article, *refusals = read_all(data[:1600], "a.tar")
    assert article.text == TEXT
    assert [one.origin for one in refusals] == ["a.tar/b.txt:1", "a.tar:1"]
    whole = zipped({"a.txt": TEXT, "b.txt": TEXT[::-1]}, zipfile.ZIP_STORED)
    article, refusal = read_all(whole.replace(TEXT[::-1].encode(), b"x" * len(TEXT)), "a.zip")
    assert (article.text, refusal.origin) == (TEXT, "a.zip/b.txt:1")
    assert "Bad CRC-32" in refusal.reason


def test_an_encrypted_member_is_refused():
    """Its words are not there to read."""
    data = zipped({"a.txt": TEXT})
    for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = data.index(mark) + at
        data = data[:place] + b"\x01" + data[place + 1 :]
    [refusal] = read_all(data, "a.zip")
    assert "encrypted" in refusal.reason


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.docx"])
@given(at=st.integers(0, 1200), junk=st.binary(min_size=1, max_size=30))
@settings(max_examples=60, deadline=None)
def test_damage_anywhere_gives_articles_or_refusals(name, at, junk):
    """Nothing here may raise: the other files of the import would be lost with this one."""
    data = bytearray(TAR if name == "a.tar" else ZIP)
    data[at : at + len(junk)] = junk
    assert all(one.origin.startswith(name) for one in read_all(bytes(data), name))


ZIP = zipped({"a.txt": TEXT, "b.csv": f"text\n{TEXT}\n"})
TAR = tarred({"a.txt": TEXT.encode(), "b.csv": f"text\n{TEXT}\n".encode()}, "w")
