"""Text → ISO 639-1 language code, or "" where the text is too short or too mixed to tell; scripts."""

import re
from functools import cache
from typing import Any

_SAMPLE_CHARS = 2_000
_MIN_LETTERS = 24
# Of 849 English headlines, the hardest kind of text, two get a wrong code at 0.6 and five at 0.5.
_MIN_CONFIDENCE = 0.6
_MIN_SHARE = 0.5

# The characters, as a regular expression's ranges, of scripts written without blanks between words.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uac00-\ud7af\U00020000-\U0003134f"
)

# Scripts that are, in news, as good as one language each. Japanese before Chinese: kana decide.
_SCRIPTS = {
    "ja": "\u3041-\u30ff",
    "ko": "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af",
    "th": "\u0e01-\u0e5b",
    "lo": "\u0e81-\u0edf",
    "my": "\u1000-\u109f",
    "km": "\u1780-\u17ff",
    "el": "\u0370-\u03ff\u1f00-\u1fff",
    "hy": "\u0530-\u058f",
    "ka": "\u10a0-\u10ff",
    "he": "\u0591-\u05f4",
    "am": "\u1200-\u139f",
    "bn": "\u0981-\u09fb",
    "pa": "\u0a01-\u0a75",
    "gu": "\u0a81-\u0aff",
    "or": "\u0b01-\u0b77",
    "ta": "\u0b82-\u0bfa",
    "te": "\u0c00-\u0c7f",
    "kn": "\u0c80-\u0cf2",
    "ml": "\u0d00-\u0d7f",
    "si": "\u0d81-\u0df4",
    "bo": "\u0f00-\u0fff",
    "zh": "\u3400-\u9fff\uf900-\ufaff",
}
_OF_SCRIPT = {code: re.compile(f"[{ranges}]") for code, ranges in _SCRIPTS.items()}
_LETTER = re.compile(r"[^\W\d_]")
# One of these says as much as a few Latin letters.
_MIN_SCRIPT_CHARS = 6
_KANA_SHARE = 0.1


def detect(text: str) -> str:
    """Return the language of a text, judged by its first 2,000 characters, or "" when uncertain."""
    sample = text[:_SAMPLE_CHARS]
    letters = len(_LETTER.findall(sample))
    for code, script in _OF_SCRIPT.items():
        count = len(script.findall(sample))
        if count >= _MIN_SCRIPT_CHARS and count >= (_KANA_SHARE if code == "ja" else _MIN_SHARE) * letters:
            return code
    if letters < _MIN_LETTERS:
        return ""
    code, confidence = _identifier().classify(sample)
    return str(code) if confidence >= _MIN_CONFIDENCE and len(code) == 2 else ""


@cache
def _identifier() -> Any:  # py3langid has no types
    # Imported here: numpy and the model cost 0.6 s, and most commands never ask.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
