"""schemathesis over the whole API: whatever is sent, no answer is a 500."""

from collections.abc import Callable

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode

from app.api.application import create_app
from app.service import Service
from index.records import RawArticle


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_no_request_is_answered_with_a_500(
    open_service: Callable[..., Service], bridge: RawArticle, mode: GenerationMode
):
    """Requests that fit the schema, and requests that break it, to every operation."""
    service = open_service()
    list(service.add([bridge]))
    schema = schemathesis.openapi.from_asgi("/openapi.json", create_app(service, max_body_mb=1))
    operations = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) == 23

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=st.one_of([operation.as_strategy(generation_mode=mode) for operation in operations]))
    def fuzz(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=[not_a_server_error])

    fuzz()
