"""Letters that regular expressions take for ASCII ones when case is ignored, and dictionaries do not."""

_OTHERS = str.maketrans("ſıİ", "siI")


def plain_letters(text: str) -> str:
    """Return the text, as long as before, with "firſt" as "first"."""
    return text.translate(_OTHERS)
