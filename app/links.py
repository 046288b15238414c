"""A publisher's URL and a sentence in, a link that opens the page at that sentence out.

Text fragments: WICG "URL Fragment Text Directives", https://wicg.github.io/scroll-to-text-fragment/
"""

from urllib.parse import quote, urlsplit

_EDGE_WORDS = 5


def sentence_link(url: str, sentence: str) -> str:
    """Return the URL with a text fragment for the sentence; "" unless the URL is http(s).

    A long sentence is named by its first and last words, so that words which the article lost
    on its way to us (where links stood) do not break the match.
    """
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable or any(c.isspace() or ord(c) < 32 for c in url):
        return ""
    words = sentence.split()
    if len(words) > 2 * _EDGE_WORDS:
        directive = ",".join(_encode(w) for w in (words[:_EDGE_WORDS], words[-_EDGE_WORDS:]))
    else:
        directive = _encode(words)
    page = url.partition("#")[0]
    return f"{page}#:~:text={directive}"


def _encode(words: list[str]) -> str:
    # "-" , "," and "&" are the directive's own punctuation; quote() would leave "-" alone.
    return quote(" ".join(words), safe="").replace("-", "%2D")
