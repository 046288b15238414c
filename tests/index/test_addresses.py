"""Which addresses are asked at all: the forms of a host that leads inwards are many."""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.addresses import addresses_of, check_url, refused_kind
from index.errors import AddressRefused, FetchError


def resolver(*addresses):
    """A DNS that gives these addresses for every name."""

    def resolve(host, port, type):
        return [(socket.AF_INET, type, 6, "", (address, port)) for address in addresses]

    return resolve


INWARDS = [
    "http://127.0.0.1/",
    "http://127.255.255.254/",
    "http://127.0.0.1./",
    "http://localhost/",
    "http://LOCALHOST/",
    "http://localhost./",
    "http://a.localhost/",
    "http://printer.local/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://2130706433/",  # 127.0.0.1 as one number
    "http://017700000001/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0177.0.0.1/",
    "http://127.1/",
    "http://127.0.1/",
    "http://0/",
    "http://0.0.0.0/",
    "http://1.2.3.4.5/",
    "http://256.256.256.256/",
    "http://１２７.0.0.1/",
    "http://①②⑦.0.0.1/",
    "http://127。0。0。1/",
    "http://%31%32%37.0.0.1/",
    "http://10.1.2.3/",
    "http://172.16.0.1/",
    "http://172.31.255.255/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.64.0.1/",
    "http://100.100.100.200/",
    "http://168.63.129.16/",
    "http://192.0.0.192/",
    "http://192.0.2.1/",
    "http://192.88.99.1/",
    "http://198.18.0.1/",
    "http://198.51.100.1/",
    "http://203.0.113.1/",
    "http://224.0.0.1/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://[::]/",
    "http://[::1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::127.0.0.1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::ffff:0:127.0.0.1]/",
    "http://[64:ff9b::127.0.0.1]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[64:ff9b:1::1]/",
    "http://[2002:7f00:1::1]/",  # 6to4 of 127.0.0.1
    "http://[2001:0:4136:e378:8000:63bf:80ff:fffe]/",  # Teredo of 127.0.0.1
    "http://[2001:db8::1]/",
    "http://[3fff::1]/",
    "http://[100::1]/",
    "http://[fc00::1]/",
    "http://[fd00:ec2::254]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://[5f00::1]/",
]
MISSHAPEN = [
    "",
    "example.org/page",
    "//example.org/",
    "http://",
    "http:///path",
    "http://exa mple.org/",
    "http://exa\nmple.org/",
    "http://example.org\0/",
    "http://example..org/",
    "http://[::1",
    "http://example.org:port/",
    "http://example.org:99999999/",
    "http://example.org:0/",
    "http://example.org:22/",
    "http://example.org:6379/",
    "https://user@example.org/",
    "https://user:pass@example.org/",
    "http://example.org@127.0.0.1/",
    "http://127.0.0.1\\@example.org/",
    "http://example.org\\.evil.example/",
    "file:///etc/passwd",
    "ftp://example.org/",
    "gopher://example.org:70/_GET",
    "javascript:alert(1)",
    "data:text/html,hi",
    "http://example.org/" + "a" * 2_000,
]


@pytest.mark.parametrize("url", INWARDS + MISSHAPEN)
def test_an_address_that_leads_inwards_or_nowhere_is_refused_by_its_form(url):
    """No name is looked up for these: a request to this machine can carry orders."""
    with pytest.raises(AddressRefused):
        check_url(url)


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("https://example.org", "https://example.org"),
        ("HTTPS://Example.ORG:443/A?b=c#d", "https://example.org/A?b=c"),
        ("  http://example.org./a ", "http://example.org/a"),
        ("http://bücher.example/ü", "http://xn--bcher-kva.example/%C3%BC"),
        ("http://8.8.8.8:8080/", "http://8.8.8.8:8080/"),
        ("http://[2606:4700::1111]/", "http://[2606:4700::1111]/"),
        ("http://[64:ff9b::808:808]/", "http://[64:ff9b::808:808]/"),
        ("http://3com.example/", "http://3com.example/"),
    ],
)
def test_an_address_of_the_web_is_put_in_plain_form(url, plain):
    """What was checked is what is asked: nothing is left for another parser to read differently."""
    assert str(check_url(url)) == plain


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "192.168.7.7", "100.64.0.1", "::1", "fd12::1"])
def test_private_addresses_are_asked_where_the_setting_allows_it(address):
    """A newsroom's own archive stands on its own network."""
    assert refused_kind(address) != ""
    assert refused_kind(address, allow_private=True) == ""


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "fe80::1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "168.63.129.16",
        "2002::1",
        "::",
    ],
)
def test_some_addresses_are_never_asked(address):
    """A cloud's keys lie at link-local addresses; no setting about private networks means those."""
    assert refused_kind(address, allow_private=True) != ""


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_in_every_wrapping(address: IPv4Address):
    """A mapped or translated address reaches the same host."""
    kind = refused_kind(str(address))
    assert refused_kind(f"::ffff:{address}") == kind
    assert refused_kind(f"64:ff9b::{address}") == kind


@given(st.ip_addresses())
def test_no_address_that_python_calls_private_is_asked(address: IPv4Address | IPv6Address):
    """An independent reading of the same registries."""
    # Python counts NAT64 and mapped addresses as global; what they carry is compared above.
    if not refused_kind(str(address)) and "64:ff9b::" not in str(address):
        assert address.is_global
        assert not address.is_multicast
    assert refused_kind("no address") != ""


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "::ffff:10.0.0.1", "fe80::1%eth0", "fd00::1"])
def test_a_name_that_leads_inwards_is_refused_even_beside_a_good_address(address):
    """One good answer beside a bad one is how DNS rebinding begins."""
    url = check_url("https://news.example/")
    with pytest.raises(AddressRefused, match=r"news\.example' leads, is a"):
        addresses_of(url, resolver("8.8.8.8", address))


def test_a_good_name_gives_its_addresses_once_each():
    """getaddrinfo repeats itself for every kind of socket."""
    url = check_url("https://news.example/")
    assert addresses_of(url, resolver("8.8.8.8", "8.8.4.4", "8.8.8.8")) == ["8.8.8.8", "8.8.4.4"]


def test_a_name_without_an_address_says_so():
    """A slip of the pen is the likeliest reason."""

    def nothing_known(host, port, type):
        raise socket.gaierror(-2, "Name or service not known")

    url = check_url("https://nwes.example/")
    with pytest.raises(FetchError, match="check the spelling") as caught:
        addresses_of(url, nothing_known)
    assert caught.value.is_temporary
    with pytest.raises(FetchError, match="no address"):
        addresses_of(url, resolver())


def test_a_message_shows_no_password():
    """Messages are logged and shown to others."""
    for url in ("https://ann:secret@example.org/", "ftp://ann:secret@example.org/"):
        with pytest.raises(AddressRefused) as caught:
            check_url(url)
        assert "secret" not in str(caught.value)


def test_the_table_holds_what_the_registries_hold():
    """First and last address of each block: a wrong prefix length opens a door."""
    blocks = {"10.0.0.0": "10.255.255.255", "172.16.0.0": "172.31.255.255", "100.64.0.0": "100.127.255.255"}
    for first, last in blocks.items():
        assert refused_kind(first)
        assert refused_kind(last)
        assert not refused_kind(str(ip_address(last) + 1))
        assert not refused_kind(str(ip_address(first) - 1))


@given(
    st.text(max_size=40)
    | st.text(alphabet="htps:/.@[]%\\0x1279?#a\u3002\uff0e\u00e9\ud800 \n", max_size=40).map(
        "http://".__add__
    )
)
def test_whatever_is_typed_is_an_address_or_refused_in_words(text):
    """A form on the web takes anything; what passes is plain ASCII that no two programs read differently."""
    try:
        url = check_url(text)
    except AddressRefused:
        return
    assert str(url).isascii()
    assert url.scheme in {"http", "https"}
    assert check_url(str(url)) == url
