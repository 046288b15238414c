"""The catalogue says which articles a filter lets through."""

import unicodedata
from dataclasses import replace

import pytest

from app.service import Service
from index.records import Filters, RawArticle


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_filter_matches_a_name_in_either_form_of_its_accents(
    service: Service, bridge: RawArticle, form: str
):
    """macOS hands out "é" as two characters; to a reader both are the same outlet."""
    list(service.add([replace(bridge, publication="Café Été", authors=("Zoë Ødegård",))]))
    outlet = unicodedata.normalize(form, "CAFÉ ÉTÉ")
    author = unicodedata.normalize(form, "zoë ødegård")
    for filters in (Filters(publications=(outlet,)), Filters(authors=(author,))):
        answer = service.ask("What will repairs of the bridge cost?", filters=filters)
        assert any("40 million kroner" in citation.quote for citation in answer.citations)
