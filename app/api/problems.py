"""Every error as application/problem+json (RFC 9457); the one table from errors to HTTP status."""

import json
import logging
import sqlite3

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from index.errors import ConflictError, FootnoteError, InputError, NoSpaceError, NotFoundError, NotReadyError

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
_STATUS: list[tuple[type[FootnoteError], int]] = [
    (NotFoundError, 404),
    (ConflictError, 409),
    (NotReadyError, 503),
    (NoSpaceError, 507),
    (InputError, 422),
]
_TITLES = {
    400: "The request is malformed",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflicting work is under way",
    413: "The request is too large",
    415: "This format cannot be read",
    422: "A field is invalid",
    500: "Something went wrong on our side",
    503: "Not ready",
    507: "The disk is full",
}
_SHOWN_CHARS = 200


class FieldProblem(BaseModel):
    """One field that was refused: where it is, and why."""

    field: str
    detail: str


class Problem(BaseModel):
    """What went wrong, the offending value, and what to do."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] = []


RESPONSES: dict[int | str, dict[str, object]] = {
    status: {"model": Problem, "description": _TITLES[status], "content": {MEDIA_TYPE: {}}}
    for status in (400, 404, 405, 409, 413, 415, 422, 503, 507)
}


def problem_response(status: int, detail: str, errors: list[FieldProblem] | None = None) -> Response:
    """Return a problem as a response; ASCII only, so that any offending value can be shown."""
    problem = Problem(
        title=_TITLES.get(status, "The request failed"), status=status, detail=detail, errors=errors or []
    )
    headers = {"Retry-After": "2"} if status == 503 else None
    return Response(json.dumps(problem.model_dump()), status, headers, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Answer every error of the application with a problem."""
    app.add_exception_handler(FootnoteError, _on_footnote_error)
    app.add_exception_handler(sqlite3.DatabaseError, _on_catalogue_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_unexpected)


async def _on_footnote_error(_: Request, error: Exception) -> Response:
    for kind, status in _STATUS:
        if isinstance(error, kind):
            return problem_response(status, str(error))
    logger.error("the index failed: %s", error)
    return problem_response(503, str(error))


async def _on_catalogue_error(_: Request, error: Exception) -> Response:
    logger.error("the catalogue failed: %s", error)
    is_full = getattr(error, "sqlite_errorname", "") == "SQLITE_FULL"
    return problem_response(
        507 if is_full else 503,
        f"the catalogue cannot be used ({error}); check its disk's space, then run `footnote doctor`",
    )


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if any(one["type"] == "json_invalid" for one in found):
        return problem_response(400, "the body is not JSON; send a JSON object")
    content_type = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if request.method in {"POST", "PUT"} and not content_type.endswith("json"):
        shown = content_type[:_SHOWN_CHARS]
        return problem_response(415, f"the body's content type is {shown!r}; send application/json")
    problems = [FieldProblem(field=_path(one["loc"]), detail=_say(one)) for one in found]
    detail = "; ".join(f"{p.field}: {p.detail}" for p in problems[:3])
    return problem_response(422, detail, problems)


async def _on_http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    unknown = error.status_code in {404, 405}
    detail = f"{error.detail}; the routes are listed at /docs" if unknown else str(error.detail)
    response = problem_response(error.status_code, detail)
    response.headers.update(error.headers or {})
    return response


async def _on_unexpected(request: Request, error: Exception) -> Response:
    logger.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return problem_response(500, "this is our fault, and it has been logged; try again, or report it")


def _path(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in loc if part not in {"body", "query", "path"}) or "body"


def _say(error: dict[str, object]) -> str:
    shown = repr(error.get("input"))[:_SHOWN_CHARS]
    return f"{str(error['msg']).removeprefix('Value error, ')} (it is {shown})"
