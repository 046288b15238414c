"""A language that is wrong is worse than one that is unknown: filters and abbreviations rest on it."""

import pytest

from index.language import detect


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("President Bush on Tuesday nominated two people to the federal courts.", "en"),
        ("Der Präsident sagte am Dienstag, dass die Regierung zurücktreten werde.", "de"),
        ("Le président a dit mardi que la réforme serait votée avant l'été.", "fr"),
        ("El presidente dijo el martes que el gobierno no va a dimitir.", "es"),
        ("Президент заявил во вторник, что правительство уйдёт в отставку.", "ru"),
        ("وقال الرئيس يوم الثلاثاء إن الحكومة سوف تستقيل قريبا", "ar"),
        ("中国国家主席习近平星期二会见", "zh"),
        ("東京で地震がありました", "ja"),
        ("서울에서 지진이 발생했다", "ko"),
        ("กรุงเทพมหานครเป็นเมืองหลวง", "th"),
        ("Η κυβέρνηση ανακοίνωσε", "el"),
        ("הממשלה הודיעה היום", "he"),
    ],
)
def test_the_language_of_news_is_told(text: str, language: str):
    """Each script by itself where it is one language's, the rest by the model."""
    assert detect(text) == language


@pytest.mark.parametrize(
    "text", ["", "   ", "OK", "Police said", "12345 67890 12345 67890", "😀" * 40, "—" * 50]
)
def test_too_little_to_tell_is_left_open(text: str):
    """A guess on two words would be noise in a filter."""
    assert detect(text) == ""


def test_a_foreign_name_does_not_decide():
    """An English article about Tokyo is English."""
    assert detect("The word 東京 means eastern capital in Japanese, officials said on Tuesday.") == "en"
