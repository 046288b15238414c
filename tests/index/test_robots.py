"""What robots.txt allows, after the rules and examples of RFC 9309."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.robots import Robots, read_rules

ROBOTS = """\
# Written by hand
User-agent: footnote
User-agent: otherbot
Disallow: /private/
Allow: /private/press$
Disallow: /*.pdf$
Disallow: /search*q=

User-Agent : *
Disallow: /

User-agent: FOOTNOTE
Disallow: /also
Disallow:
"""


@pytest.mark.parametrize(
    ("path", "is_allowed"),
    [
        ("/", True),
        ("/news/1", True),
        ("/private/", False),
        ("/private/x", False),
        ("/private/press", True),
        ("/private/press/1", False),
        ("/a/b.pdf", False),
        ("/a/b.pdf?x", True),
        ("/search?a=1&q=2", False),
        ("/search?a=1", True),
        ("/also/this", False),
    ],
)
def test_the_longest_rule_that_fits_decides(path, is_allowed):
    """The groups that name us count together, and the one for all others does not."""
    assert read_rules(ROBOTS, "Footnote").allow(path) is is_allowed


def test_programs_that_are_not_named_follow_the_rules_for_all():
    """And where there are none, everything is allowed."""
    assert not read_rules(ROBOTS, "Another").allow("/news/1")
    assert read_rules("User-agent: otherbot\nDisallow: /", "Footnote").allow("/")
    assert read_rules("Disallow: /", "Footnote").allow("/")
    assert read_rules("<html>not found</html>", "Footnote").allow("/")


def test_a_tie_is_allowed():
    """RFC 9309, 2.2.2."""
    assert read_rules("User-agent: *\nDisallow: /a\nAllow: /a", "Footnote").allow("/a")


@given(st.text(alphabet="/a*$", max_size=12), st.text(alphabet="/a", max_size=12))
def test_a_pattern_fits_what_it_spells(pattern, path):
    """Compared with the same pattern as a regular expression."""
    import re

    whole = pattern.endswith("$")
    body = ".*".join(re.escape(piece) for piece in pattern.removesuffix("$").split("*"))
    expected = re.match(body + (r"\Z" if whole else ""), path) is not None
    rules = read_rules(f"User-agent: *\nDisallow: {pattern}", "Footnote")
    assert rules.allow(path) is not (expected and pattern != "")


def test_a_site_is_asked_once(site, hasty, reply):
    """Not before every page."""
    site.serve("/robots.txt", reply(b"User-agent: *\nDisallow: /x", headers={"Content-Type": "text/plain"}))
    robots = Robots(hasty)
    assert robots.allow(site.url + "/a")
    assert not robots.allow(site.url + "/x?y")
    assert site.paths() == ["/robots.txt"]


@pytest.mark.parametrize(("status", "is_allowed"), [(404, True), (403, True), (503, False)])
def test_a_site_without_the_file_allows_all_and_one_in_trouble_nothing(
    site, hasty, reply, status, is_allowed
):
    """RFC 9309, 2.3.1.3 and 2.3.1.4."""
    site.serve("/robots.txt", reply(b"", status))
    assert Robots(hasty).allow(site.url + "/a") is is_allowed
