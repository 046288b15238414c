"""Fetching from a real server on this machine: where it goes, when it stops, and how politely it asks."""

import contextlib
import gzip
import shutil
import socket
import ssl
import subprocess
import threading
import time
import zlib
from datetime import UTC, datetime, timedelta

import certifi
import pytest

from index.errors import AddressRefused, FetchError
from index.fetching import Fetcher
from index.pacing import Pace, retry_after_s

HTML = {"Content-Type": "text/html; charset=ISO-8859-1"}
PUBLIC = "93.184.215.14"


def impatient(**options):
    return Fetcher(allow_private=True, pace=Pace(delay_s=0, sleep=lambda _: None), **options)


def resolver(answers):
    """A DNS that gives each of these addresses in turn, the last for ever; keeps what it was asked."""
    asked = []

    def resolve(host, port, type):
        asked.append(host)
        address = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET, type, 6, "", (address, port))]

    return resolve, asked


@pytest.fixture
def outside(monkeypatch, site):
    """Lets a connection to a public address arrive at the site, any other nowhere; keeps the addresses."""
    connected = []
    connect = socket.create_connection

    def create_connection(address, *args, **kwargs):
        connected.append(address[0])
        if address[0] != PUBLIC:
            raise OSError("not in this test")
        return connect(("127.0.0.1", site.port), *args, **kwargs)

    monkeypatch.setattr(socket, "create_connection", create_connection)
    return connected


def test_a_page_comes_with_what_its_reader_needs(site, hasty, reply):
    """The charset settles the encoding, the address after redirects what relative links mean."""
    site.serve("/old", reply(status=301, headers={"Location": "/new?a=1#part"}))
    site.serve("/new?a=1", reply("é".encode("latin-1"), headers=HTML | {"ETag": '"1"'}))
    page = hasty.fetch(site.url + "/old")
    assert (page.url, page.status, page.body) == (site.url + "/new?a=1", 200, b"\xe9")
    assert (page.content_type, page.charset, page.etag) == ("text/html", "iso8859-1", '"1"')
    [_, (_, headers)] = site.requests
    assert headers["host"] == f"127.0.0.1:{site.port}"
    assert "Footnote" in headers["user-agent"]
    assert not {"cookie", "referer", "authorization"} & set(headers)


def test_an_unchanged_page_is_not_sent_again(site, hasty, reply):
    """A feed asked every quarter of an hour is mostly the same."""
    url = site.serve("/feed", reply(b"", 304, {"ETag": '"2"'}))
    again = hasty.fetch(url, etag='"1"', modified="Sun, 22 Nov 2026 10:00:00 GMT")
    assert again.not_modified
    assert again.body == b""
    headers = site.requests[0][1]
    assert headers["if-none-match"] == '"1"'
    assert headers["if-modified-since"] == "Sun, 22 Nov 2026 10:00:00 GMT"
    with pytest.raises(FetchError, match="answered 304"):
        hasty.fetch(url, etag="a\r\nX-Evil: 1")
    assert "x-evil" not in site.requests[1][1]


def test_nothing_on_this_machine_is_asked_unless_a_setting_allows_it(site):
    """What listens on loopback trusts whoever can reach it."""
    for host in ("127.0.0.1", "localhost", "[::1]", "2130706433"):
        with pytest.raises(AddressRefused):
            Fetcher().fetch(f"http://{host}:{site.port}/")
        with pytest.raises(AddressRefused):
            Fetcher().fetch(f"http://{host}/")
    resolve, _ = resolver(["127.0.0.1"])
    with pytest.raises(AddressRefused, match="loopback"):
        Fetcher(resolve=resolve).fetch("http://inside.example/")
    assert site.requests == []


def test_the_address_that_was_checked_is_the_one_that_is_asked(site, outside, reply):
    """DNS rebinding: the name turns inwards between the check and the connection, and nobody looks again."""
    site.serve("/", reply())
    resolve, asked = resolver([PUBLIC, "127.0.0.1"])
    page = Fetcher(resolve=resolve).fetch("http://rebind.example/")
    assert page.status == 200
    assert (asked, outside) == (["rebind.example"], [PUBLIC])
    assert site.requests[0][1]["host"] == "rebind.example"


def test_a_name_that_turns_inwards_before_a_redirect_is_refused_there(site, outside, reply):
    """The second request looks the name up anew, and is checked anew."""
    site.serve("/", reply(status=302, headers={"Location": "/secret"}))
    resolve, asked = resolver([PUBLIC, "10.0.0.1"])
    fetcher = Fetcher(resolve=resolve, pace=Pace(delay_s=0))
    with pytest.raises(AddressRefused, match=r"10\.0\.0\.1"):
        fetcher.fetch("http://rebind.example/")
    assert (len(asked), outside) == (2, [PUBLIC])


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://2130706433/",
        "http://[::ffff:127.0.0.1]/",
        "//localhost/",
        "http://rebind.example:22/",
        "https://user:pass@rebind.example/",
        "file:///etc/passwd",
        "gopher://rebind.example/",
        "http://[",
        "http://rebind.example\\@127.0.0.1/",
    ],
)
def test_a_redirect_to_where_nobody_may_go_is_refused(site, outside, reply, location):
    """A page of the web sends the fetcher inwards: the classic way in."""
    site.serve("/", reply(status=302, headers={"Location": location}))
    resolve, _ = resolver([PUBLIC])
    with pytest.raises(AddressRefused, match="redirects"):
        Fetcher(resolve=resolve, pace=Pace(delay_s=0)).fetch("http://rebind.example/")
    assert outside == [PUBLIC]


def test_redirects_end(site, hasty, reply):
    """Five are followed; a circle is told from a long way."""
    for number in range(8):
        site.serve(f"/{number}", reply(status=307, headers={"Location": f"/{number + 1}"}))
    site.serve("/round", reply(status=302, headers={"Location": "/about"}))
    site.serve("/about", reply(status=302, headers={"Location": "/round"}))
    site.serve("/lost", reply(status=302, headers={}))
    site.serve("/8", reply())
    assert hasty.fetch(site.url + "/3").status == 200
    with pytest.raises(FetchError, match="at most 5"):
        hasty.fetch(site.url + "/0")
    assert len(site.requests) == 6 + 6
    with pytest.raises(FetchError, match="circle"):
        hasty.fetch(site.url + "/round")
    with pytest.raises(FetchError, match="does not say where"):
        hasty.fetch(site.url + "/lost")


def trickle(lines, pause_s):
    def answer(handler):
        for line in lines:
            handler.wfile.write(line)
            handler.wfile.flush()
            time.sleep(pause_s)

    return answer


@pytest.mark.parametrize(
    "start",
    [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", b""],
    ids=["in the headers", "in the body", "before the status"],
)
def test_a_server_that_answers_drop_by_drop_is_left(site, start):
    """Each drop comes in time; together they would take for ever (slow loris, turned on the client)."""
    url = site.serve("/", trickle([start] + [b"X-A: b\r\n" if start else b""] * 100, 0.05))
    begun = time.monotonic()
    with pytest.raises(FetchError, match=r"within 0\.4 s") as caught:
        impatient(timeout_s=0.4).fetch(url)
    assert time.monotonic() - begun < 2
    assert caught.value.is_temporary
    assert len(site.requests) == 1


def test_a_body_without_end_is_cut_off(site):
    """The limit holds while the body comes; what the header says is no proof."""

    def endless(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.end_headers()
        while True:
            handler.wfile.write(b"x" * 65_536)

    with pytest.raises(FetchError, match="over 1,000,000 bytes"):
        impatient(max_bytes=1_000_000).fetch(site.serve("/", endless))


def test_a_body_that_says_it_is_too_large_is_not_read(site, reply):
    """No byte of it needs to travel."""
    url = site.serve("/", reply(headers={"Content-Type": "text/html", "Content-Length": "9" * 15}))
    with pytest.raises(FetchError, match="over 1,000 bytes"):
        impatient(max_bytes=1_000).fetch(url)


def test_a_gzip_bomb_goes_off_at_the_limit(site, reply):
    """A hundred megabytes fit in a hundred kilobytes; the limit holds for what comes out."""
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(2**20)) for _ in range(100)) + packer.flush()
    assert len(bomb) < 150_000
    packed = HTML | {"Content-Encoding": "gzip"}
    for headers in (packed, {"Content-Type": "application/gzip"}):
        with pytest.raises(FetchError, match="over 1,000,000 bytes"):
            impatient(max_bytes=1_000_000).fetch(site.serve("/", reply(bomb, headers=headers)))
    twice = gzip.compress(bomb)
    with pytest.raises(FetchError, match="over 1,000,000 bytes"):
        impatient(max_bytes=1_000_000).fetch(site.serve("/", reply(twice, headers=packed)))


def test_packed_bodies_are_unpacked(site, hasty, reply):
    """Servers pack pages, and sitemaps lie packed as files; either may be several members in a row."""
    text = b"<html>" + bytes(range(256)) * 2_000
    packed = HTML | {"Content-Encoding": "gzip"}
    assert hasty.fetch(site.serve("/", reply(gzip.compress(text), headers=packed))).body == text
    two = gzip.compress(text[:9_000]) + gzip.compress(text[9_000:]) + bytes(100)
    assert hasty.fetch(site.serve("/", reply(two, headers=packed))).body == text
    file = reply(
        gzip.compress(b"<?xml version='1.0'?><urlset/>"), headers={"Content-Type": "application/gzip"}
    )
    assert hasty.fetch(site.serve("/map.xml.gz", file)).content_type == "application/xml"


@pytest.mark.parametrize(
    ("body", "encoding", "words"),
    [
        (gzip.compress(b"<html>" * 5_000)[:-20], "gzip", "cannot be unpacked"),
        (b"\x1f\x8bnot gzip at all", "gzip", "cannot be unpacked"),
        (gzip.compress(b"") * 2_000, "gzip", "too many parts"),
        (b"<html>", "br", "packed as 'br'"),
        (b"<html>", "gzip, gzip", "packed as 'gzip, gzip'"),
    ],
)
def test_a_body_packed_wrongly_is_refused(site, hasty, reply, body, encoding, words):
    """Half an article would be taken for a whole one."""
    headers = HTML | {"Content-Encoding": encoding}
    with pytest.raises(FetchError, match=words):
        hasty.fetch(site.serve("/", reply(body, headers=headers)))


def test_a_body_that_breaks_off_is_not_taken_for_whole(site, hasty, reply):
    """The length that was announced did not arrive."""
    url = site.serve("/", reply(b"<html>half", headers=HTML | {"Content-Length": "1000"}), reply())
    assert b"A page" in hasty.fetch(url).body
    assert len(site.requests) == 2


@pytest.mark.parametrize(
    ("declared", "body", "found"),
    [
        ("TEXT/HTML ; charset=utf-8", b"x", "text/html"),
        ("application/rss+xml", b"x", "application/rss+xml"),
        ("application/pdf", b"x", "application/pdf"),
        ("text/plain", b"x", "text/plain"),
        ("", b"\xef\xbb\xbf <!doctype html>", "text/html"),
        ("", "<rss/>".encode("utf-16"), "text/html"),
        ("application/octet-stream", b"%PDF-1.7", "application/pdf"),
        ("application/octet-stream", b"<?xml version='1.0'?>", "application/xml"),
        ("image/png", b"<html>", None),
        ("video/mp4", b"", None),
        ("application/zip", b"PK", None),
        ("application/octet-stream", b"\x7fELF", None),
        ("", b"", None),
    ],
)
def test_only_what_can_hold_articles_is_fetched(site, hasty, reply, declared, body, found):
    """A type is believed where it is declared, and told from the first bytes where it is not."""
    url = site.serve("/", reply(body, headers={"Content-Type": declared} if declared else {}))
    if found:
        assert hasty.fetch(url).content_type == found
    else:
        with pytest.raises(FetchError, match="give the address of a web page"):
            hasty.fetch(url)


@pytest.mark.parametrize(
    ("header", "charset"),
    [
        ("text/html; charset=utf-8", "utf-8"),
        ('text/html; charset="windows-1252"', "cp1252"),
        ("text/html; charset=klingon", ""),
        ("text/html; charset=", ""),
        ("text/html; charset*=utf-8''%00%ff", ""),
        ("text/html", ""),
    ],
)
def test_a_charset_is_taken_only_if_it_can_be_read(site, hasty, reply, header, charset):
    """Headers are written by hand, too."""
    assert hasty.fetch(site.serve("/", reply(headers={"Content-Type": header}))).charset == charset


@pytest.mark.parametrize(
    ("status", "words", "is_temporary"),
    [(404, "check the address", False), (403, "save the page", False), (410, "for good", False),
     (500, "try again later", True), (204, "another address", False)],
)  # fmt: skip
def test_an_answer_that_is_no_page_says_what_to_do(site, hasty, reply, status, words, is_temporary):
    """The message is all that the person who gave the address sees."""
    url = site.serve("/", reply(b"", status, {}))
    with pytest.raises(FetchError, match=words) as caught:
        hasty.fetch(url)
    assert (caught.value.status, caught.value.is_temporary) == (status, is_temporary)
    assert url in str(caught.value)
    assert len(site.requests) == (3 if is_temporary else 1)


def test_a_busy_server_is_asked_again_when_it_said(site, reply):
    """Retry-After is kept to; without it the pause doubles, half of it chance."""
    slept = []
    fetcher = Fetcher(
        allow_private=True,
        pace=Pace(delay_s=1, clock=lambda: sum(slept), sleep=slept.append, draw=lambda: 0.5),
    )
    url = site.serve("/", reply(b"", 503, {"Retry-After": "7"}), reply(b"", 502, {}), reply())
    assert fetcher.fetch(url).status == 200
    assert slept == [7, pytest.approx(3)]


def test_a_server_that_wants_a_long_rest_gets_it(site, reply):
    """Nobody waits an hour inside a request; the schedule does, and meanwhile nothing is sent there."""
    fetcher = impatient()
    url = site.serve("/", reply(b"", 429, {"Retry-After": "3600"}))
    with pytest.raises(FetchError, match="asked too often") as caught:
        fetcher.fetch(url)
    assert caught.value.retry_after_s == 3600
    with pytest.raises(FetchError, match="rest") as caught:
        fetcher.fetch(site.url + "/other")
    assert caught.value.retry_after_s > 3_500
    assert len(site.requests) == 1


def test_a_host_is_not_asked_twice_within_the_delay(site, reply):
    """A small newspaper's server must not feel us."""
    now = [100.0]

    def sleep(seconds):
        now[0] += seconds

    pace = Pace(delay_s=2, clock=lambda: now[0], sleep=sleep)
    fetcher = Fetcher(allow_private=True, pace=pace)
    url = site.serve("/", reply())
    for _ in range(3):
        fetcher.fetch(url)
    assert now[0] == 104


def test_threads_queue_for_one_host_and_not_for_another():
    """Politeness to one host must not hold up the rest."""
    pace, order = Pace(delay_s=0), []
    with pace.turn("a.example"):
        waiting = threading.Thread(target=lambda: order.append(pace.turn("a.example").__enter__()))
        waiting.start()
        with pace.turn("b.example") as wait_s:
            order.append(f"b {wait_s}")
    waiting.join(5)
    assert order == ["b 0.0", 0.0]


def test_hosts_of_long_ago_are_forgotten():
    """A year of feeds must not fill the memory."""
    now = [0.0]
    pace = Pace(delay_s=1, clock=lambda: now[0], sleep=lambda _: None)
    for number in range(3_000):
        now[0] += 5
        with pace.turn(f"{number}.example"):
            pass
    pace.rest("busy.example", 10**9)
    with pace.turn("busy.example") as wait_s:
        assert wait_s == 7 * 24 * 3600


def test_retry_after_is_read_as_seconds_and_as_a_date():
    """Both are in RFC 9110, and servers send others."""
    now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    assert retry_after_s(" 120 ") == 120
    assert retry_after_s("Sun, 22 Nov 2026 12:01:30 GMT", now) == 90
    assert retry_after_s("Sun, 22 Nov 2020 12:01:30 GMT", now) == 0
    assert retry_after_s("9" * 30) == timedelta(days=7).total_seconds()
    for unreadable in ("", "soon", "-5", "1.5", "²", "Sun, 99 Nov 2026"):
        assert retry_after_s(unreadable) == 0


def test_a_proxy_of_the_environment_is_not_used(site, hasty, reply, monkeypatch):
    """A proxy would resolve names itself, after the check."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert hasty.fetch(site.serve("/", reply())).status == 200


def test_no_cookie_is_kept(site, hasty, reply):
    """Two articles fetched in a row are two strangers' visits."""
    url = site.serve("/", reply(headers=HTML | {"Set-Cookie": "id=1"}))
    hasty.fetch(url)
    hasty.fetch(url)
    assert "cookie" not in site.requests[1][1]


def test_a_port_where_nobody_listens_is_named(hasty):
    """After three attempts, in words."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(FetchError, match=r"could not be fetched.*try again later"):
            hasty.fetch(f"http://127.0.0.1:{taken.getsockname()[1]}/")


def test_what_is_not_http_is_refused(site, hasty):
    """A port may answer with anything."""
    for answer in (b"SSH-2.0-OpenSSH_9.6\r\n", b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000, b"\0" * 1_000):
        with pytest.raises(FetchError, match="could not be fetched"):
            hasty.fetch(site.serve("/", trickle([answer], 0)))


@pytest.fixture
def secure(tmp_path):
    """Answers one TLS connection with given bytes; yields that, the names asked for and the certificate."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=test"
    files = ["-addext", "subjectAltName=DNS:news.example", "-keyout", key, "-out", certificate]
    subprocess.run([*make.split(), *files], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    names, threads = [], []
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    listener = socket.create_server(("127.0.0.1", 0))

    def answer(response):
        connection, _ = listener.accept()
        with connection, contextlib.suppress(ssl.SSLError):
            secured = context.wrap_socket(connection, server_side=True)
            secured.recv(10_000)
            secured.sendall(response)
            secured.close()

    def serve(response):
        threads.append(threading.Thread(target=answer, args=(response,), daemon=True))
        threads[-1].start()
        return f"https://news.example:{listener.getsockname()[1]}/"

    yield serve, names, certificate
    for thread in threads:
        thread.join(5)
    listener.close()


def test_https_asks_for_the_name_and_trusts_no_stranger(secure):
    """The connection goes to an address, but name and certificate are still those of the host."""
    serve, names, _ = secure
    resolve, _ = resolver(["127.0.0.1"])
    with pytest.raises(FetchError, match="certificate cannot be trusted") as caught:
        impatient(resolve=resolve).fetch(serve(b""))
    assert names == ["news.example"]
    assert not caught.value.is_temporary


@pytest.mark.parametrize("name", ["news.example", "other.example"])
def test_a_certificate_must_be_of_the_name(secure, monkeypatch, name):
    """A pinned address must not weaken the check to one of the address."""
    serve, _, certificate = secure
    monkeypatch.setattr(certifi, "where", lambda: str(certificate))
    resolve, _ = resolver(["127.0.0.1"])
    url = serve(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>")
    url = url.replace("news.example", name)
    if name == "news.example":
        assert impatient(resolve=resolve).fetch(url).body == b"<html>"
    else:
        with pytest.raises(FetchError, match="certificate cannot be trusted"):
            impatient(resolve=resolve).fetch(url)


def test_a_secure_address_does_not_lead_to_an_open_one(secure, monkeypatch):
    """On the open one, anyone on the way can put words into a newspaper's mouth."""
    serve, _, certificate = secure
    monkeypatch.setattr(certifi, "where", lambda: str(certificate))
    resolve, asked = resolver(["127.0.0.1"])
    url = serve(b"HTTP/1.1 301 Moved\r\nLocation: http://news.example/\r\nContent-Length: 0\r\n\r\n")
    with pytest.raises(AddressRefused, match="could change the text"):
        impatient(resolve=resolve).fetch(url)
    assert len(asked) == 1
