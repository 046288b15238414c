"""Which web addresses Footnote goes to: URLs are checked by their form, hosts by every IP address they have.

Sources: RFC 6890 and the IANA IPv4 and IPv6 Special-Purpose Address Registries (2025); RFC 6052 for NAT64;
WHATWG URL section 3.5 for hosts that are numbers. docs/decisions/0007-fetching.md has the reasons.
"""

import re
import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

import httpx

from index.errors import AddressRefused, FetchError

# socket.getaddrinfo, or what stands in for it: (host, port, type=…) -> tuples that end in a socket address.
Resolve = Callable[..., list[Any]]  # Any: getaddrinfo's tuples differ by family
_Network = IPv4Network | IPv6Network

MAX_URL_CHARS = 2_000
_SHOWN_CHARS = 200
_PORTS = {"http": 80, "https": 443}
# Where the web is served; anything else on a public host is a service that expects no visitor.
_PUBLIC_PORTS = frozenset({80, 443, 8080, 8443})

_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")
_DOTTED_QUAD = re.compile(r"(?:(?:0|[1-9][0-9]{0,2})\.){3}(?:0|[1-9][0-9]{0,2})")
_HOST_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?")
_LOCAL_NAMES = ("localhost", "localdomain", "local", "internal", "home.arpa")


def _networks(kind: str, *networks: str) -> list[tuple[_Network, str]]:
    return [(ip_network(network), kind) for network in networks]


# Refused unless private addresses are allowed.
_PRIVATE = [
    *_networks("a loopback address", "127.0.0.0/8", "::1/128"),
    *_networks("a private address", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"),
    *_networks("a carrier's shared address", "100.64.0.0/10"),
]
# Refused always: nobody publishes news there, and a cloud's keys lie at link-local addresses.
_NEVER = [
    *_networks("an address of this network", "0.0.0.0/8", "::/128"),
    *_networks("a link-local address", "169.254.0.0/16", "fe80::/10"),
    *_networks("a cloud provider's internal address", "168.63.129.16/32"),
    *_networks("a protocol's own address", "192.0.0.0/24", "2001::/23"),
    *_networks("a documentation address", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"),
    *_networks("a documentation address", "2001:db8::/32", "3fff::/20"),
    *_networks("a 6to4 address", "192.88.99.0/24", "2002::/16"),
    *_networks("a benchmarking address", "198.18.0.0/15"),
    *_networks("a multicast address", "224.0.0.0/4", "ff00::/8"),
    *_networks("a reserved address", "240.0.0.0/4"),
]
_MAPPED = IPv6Network("::ffff:0:0/96")
_NAT64 = IPv6Network("64:ff9b::/96")
_GLOBAL_UNICAST = IPv6Network("2000::/3")


def check_url(text: str, *, allow_private: bool = False) -> httpx.URL:
    """Return the URL in plain form (ASCII host in lower case, no fragment), or raise AddressRefused.

    Only the form is judged here: what a host name leads to is judged when it is resolved.
    """
    shown = shorten(text)
    if len(text) > MAX_URL_CHARS:
        raise AddressRefused(f"{shown} is over {MAX_URL_CHARS:,} characters long; give a shorter address")
    try:
        url = httpx.URL(text.strip())
        host = url.raw_host.decode("ascii").removesuffix(".")
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise AddressRefused(f"{shown} is not a web address: {error}; write it as https://…") from None
    if url.scheme not in _PORTS:
        raise AddressRefused(f"{shown} is not fetched: give an address that begins with https:// or http://")
    if url.userinfo:
        raise AddressRefused(
            f"an address at {host[:100]!r} with a user name or password in it is not fetched; take that out"
        )
    if "\\" in text.partition("?")[0]:
        raise AddressRefused(f"{shown} is not fetched: it has a backslash where a slash belongs")
    _check_host(host, shown, allow_private)
    if url.port == 0 or not (allow_private or (url.port or 80) in _PUBLIC_PORTS):
        ports = ", ".join(str(port) for port in sorted(_PUBLIC_PORTS))
        raise AddressRefused(f"{shown} is not fetched: port {url.port} is not one of {ports}")
    return url.copy_with(host=host, fragment=None)


def port_of(url: httpx.URL) -> int:
    """Return the port a request to the URL goes to."""
    return url.port or _PORTS[url.scheme]


def shorten(url: str) -> str:
    """Return the URL as a message can show it: on one line, not endless, and without a password."""
    text = re.sub(r"(?<=//)[^/?#\s]*@", "", "".join(c if c.isprintable() else "�" for c in url))
    return repr(text if len(text) <= _SHOWN_CHARS else text[:_SHOWN_CHARS] + "…")


def _check_host(host: str, shown: str, allow_private: bool) -> None:
    if ":" in host:  # an IPv6 address, whose form httpx has checked
        if "%" in host:
            raise AddressRefused(f"{shown} is not fetched: its host names a network interface")
        _check_address(host, shown, host, allow_private)
        return
    last = host.rpartition(".")[2]
    if _NUMBER.fullmatch(last) is not None:
        # 127.1, 0177.0.0.1, 0x7f.1 and 2130706433 are all 127.0.0.1 to some programs and not to others.
        if _DOTTED_QUAD.fullmatch(host) is None:
            raise AddressRefused(f"{shown} is not fetched: write its host as a name or as four plain numbers")
        _check_address(host, shown, host, allow_private)
        return
    if _HOST_NAME.fullmatch(host) is None or ".." in host:
        raise AddressRefused(f"{shown} is not a web address: its host {host[:100]!r} is not a name")
    is_local = any(host == name or host.endswith(f".{name}") for name in _LOCAL_NAMES)
    if is_local and not allow_private:
        raise AddressRefused(f"{shown} is not fetched: {host!r} is a name of this machine or network")


def refused_kind(address: str, *, allow_private: bool = False) -> str:
    """Say what kind of address that Footnote does not go to this is; "" where it does go.

    An IPv6 address that carries an IPv4 one (mapped, or NAT64) is judged by what it carries.
    """
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return "no IP address"
    ip = _carried(ip)
    for network, kind in _NEVER if allow_private else _PRIVATE + _NEVER:
        if ip.version == network.version and ip in network:
            return kind
    if isinstance(ip, IPv4Address) or ip in _GLOBAL_UNICAST:
        return ""
    is_allowed = allow_private and any(ip in network for network, _ in _PRIVATE if network.version == 6)
    return "" if is_allowed else "a reserved address"


def _check_address(address: str, shown: str, host: str, allow_private: bool) -> None:
    kind = refused_kind(address, allow_private=allow_private)
    if kind:
        place = address if host == address else f"{address}, to which {host!r} leads,"
        hint = "; allow private addresses to fetch it" if kind in {name for _, name in _PRIVATE} else ""
        raise AddressRefused(f"{shown} is not fetched: {place} is {kind}{hint}")


def _carried(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(ip, IPv6Address) and (ip in _MAPPED or ip in _NAT64):
        return IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip


def addresses_of(url: httpx.URL, resolve: Resolve, *, allow_private: bool = False) -> list[str]:
    """Resolve the URL's host once and return its IP addresses, all of which may be connected to.

    One bad address among good ones refuses them all: that is how DNS rebinding begins.
    """
    host = url.raw_host.decode("ascii")
    try:
        found = resolve(host, port_of(url), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchError(
            f"{shorten(str(url))} cannot be reached: no address is known for {host!r} ({error}); "
            "check the spelling and the network",
            is_temporary=True,
        ) from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        _check_address(address, shorten(str(url)), host, allow_private)
    if not addresses:
        raise FetchError(f"{shorten(str(url))} cannot be reached: {host!r} has no address", is_temporary=True)
    return addresses
