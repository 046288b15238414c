"""The routes: each validates, calls the service once, and shapes the reply."""

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response, StreamingResponse
from fastapi.routing import APIRoute
from pydantic import ValidationError

from app.api.events import MEDIA_TYPE as EVENTS_TYPE
from app.api.events import job_events
from app.api.uploads import read_urls, receive
from app.schemas.answers import AnswerOut, CheckOut, SearchOut
from app.schemas.library import (
    AddedOut,
    ArticleListOut,
    ArticleOut,
    ArticlesAddedOut,
    FeedOut,
    FeedsOut,
    HealthOut,
    IndexOut,
    JobOut,
    JobsOut,
    JobStartedOut,
    ListedOut,
    SentenceViewOut,
)
from app.schemas.requests import (
    ArticleIn,
    ArticlesIn,
    AskIn,
    CheckIn,
    FeedIn,
    FiltersIn,
    ImportIn,
    IsoDate,
    SearchIn,
    Text,
)
from app.service import Service
from index.errors import NotReadyError
from index.ingest import Added
from index.records import RawArticle

router = APIRouter(prefix="/api")
health = APIRouter(prefix="/health", tags=["health"])
elsewhere = APIRouter(include_in_schema=False)

ArticleId = Annotated[str, Path(min_length=1, max_length=500)]
EVENTS: dict[int | str, dict[str, Any]] = {
    200: {"content": {EVENTS_TYPE: {"schema": {"type": "string"}}}, "description": "Server-sent events"}
}
FILES = {
    "type": "object",
    "required": ["files"],
    "properties": {"files": {"type": "array", "items": {"type": "string", "format": "binary"}}},
}
# The body is read as it arrives, so FastAPI cannot tell by itself what it is.
IMPORT_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {"schema": FILES},
            "application/json": {"schema": ImportIn.model_json_schema()},
        },
    }
}
Revision = Annotated[int | None, Query(ge=1, le=2**31 - 1, description="an older revision")]


def _service(request: Request) -> Service:
    service: Service | None = request.app.state.service
    if service is None:
        raise NotReadyError("Footnote is starting or stopping; try again in a moment")
    return service


@router.post("/ask", tags=["questions"])
def ask(request: Request, body: AskIn) -> AnswerOut:
    """Answer a question with source sentences, or abstain."""
    answer = _service(request).ask(
        body.question,
        filters=body.filters_in_force(),
        mode=body.mode,
        max_claims=body.max_claims,
        conversation_id=body.conversation_id or "",
        today=body.day(),
    )
    return AnswerOut.of(answer)


@router.get("/answers/{answer_id}", tags=["questions"])
def read_answer(
    request: Request, answer_id: Annotated[str, Path(description="the answer_id of an answer")]
) -> AnswerOut:
    """Return an answer that was given, and whether the sentences it cites still stand."""
    return AnswerOut.of(*_service(request).answer(answer_id))


@router.post("/search", tags=["questions"])
def search(request: Request, body: SearchIn) -> SearchOut:
    """Return the passages for a question, best first, with scored sentences."""
    found = _service(request).search(
        body.question, filters=body.filters_in_force(), limit=body.limit, today=body.day()
    )
    return SearchOut.of(found)


@router.post("/check", tags=["questions"])
def check(request: Request, body: CheckIn) -> CheckOut:
    """Say whether the articles bear a claim out, which words they do not, and which sentences it rests on."""
    found = _service(request).check(body.claim, filters=body.filters_in_force(), today=body.day())
    return CheckOut.of(found)


@router.post("/articles", tags=["articles"])
def add_articles(request: Request, body: ArticlesIn) -> ArticlesAddedOut:
    """Add up to 1,000 articles: each can be asked about, and is on disk, when this returns."""
    service = _service(request)
    read = [_article(one) for one in body.articles]
    added = service.add(one for one in read if isinstance(one, RawArticle))
    # In the order given: what the service did, and in between what never reached it.
    results = [next(added) if isinstance(one, RawArticle) else one for one in read]
    return ArticlesAddedOut(generation=service.generation(), results=[AddedOut.of(one) for one in results])


@router.post("/imports", status_code=202, tags=["articles"], openapi_extra=IMPORT_BODY)
async def import_articles(request: Request) -> JobStartedOut:
    """Import uploaded files or web addresses as a job: what was uploaded is on disk when this returns."""
    service = _service(request)
    content_type = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if content_type == "multipart/form-data":
        return JobStartedOut(job_id=(await receive(service, request)).id)
    if not content_type.endswith("json"):
        raise HTTPException(
            415,
            f"the body's content type is {content_type[:80]!r}; send files as multipart/form-data, "
            "or web addresses as application/json",
        )
    urls = await read_urls(request)
    return JobStartedOut(job_id=(await run_in_threadpool(service.imports.start_urls, urls)).id)


@router.get("/articles", tags=["articles"])
def list_articles(
    request: Request,
    q: Annotated[Text, Query(max_length=500, description="words in title or text")] = "",
    publication: Annotated[Text, Query(max_length=500)] = "",
    published_from: IsoDate | None = None,
    published_to: IsoDate | None = None,
    cursor: Annotated[Text, Query(max_length=2000)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ArticleListOut:
    """List articles, newest first."""
    filters = FiltersIn(
        publications=[publication] if publication else [],
        published_from=published_from,
        published_to=published_to,
    )
    page = _service(request).articles(q=q, filters=filters.record(), cursor=cursor, limit=limit)
    return ArticleListOut(
        articles=[ListedOut.of(one) for one in page.articles],
        total=page.total,
        next_cursor=page.next_cursor or None,
    )


@router.get("/articles/{article_id}", tags=["articles"])
def read_article(request: Request, article_id: ArticleId, revision: Revision = None) -> ArticleOut:
    """Return an article whole: its sentences' offsets, its revisions, where it was found, its near copies."""
    service = _service(request)
    stored = service.article(article_id, revision)
    return ArticleOut.of(
        stored, service.revisions(article_id), service.origins(article_id), service.copies(stored)
    )


@router.delete(
    "/articles/{article_id}",
    status_code=204,
    tags=["articles"],
    responses={202: {"model": JobStartedOut, "description": "Purged; the job replaces the files it was in"}},
)
def delete_article(
    request: Request,
    article_id: ArticleId,
    purge: Annotated[bool, Query(description="erase it for good, also when it was deleted before")] = False,
) -> Response:
    """Delete an article: gone from the very next question."""
    if purge:
        job = _service(request).purge(article_id)
        return JSONResponse(JobStartedOut(job_id=job.id).model_dump(), status_code=202)
    _service(request).remove(article_id)
    return Response(status_code=204)


@router.get("/sentences/{address}", tags=["articles"])
def read_sentence(
    request: Request, address: Annotated[str, Path(description="ARTICLE@REVISION#ORDINAL, # written as %23")]
) -> SentenceViewOut:
    """Return the sentence an address names, and what became of it in the live revision."""
    return SentenceViewOut.of(*_service(request).sentence(address))


@router.get("/index", tags=["index"])
def read_index(request: Request) -> IndexOut:
    """Return the index as it stands."""
    return IndexOut.of(_service(request).index())


@router.post("/index/rebuild", status_code=202, tags=["index"])
def rebuild_index(request: Request) -> JobStartedOut:
    """Start building a new generation; questions are answered from the old one until it is ready."""
    return JobStartedOut(job_id=_service(request).rebuild().id)


@router.post("/index/rollback", tags=["index"])
def roll_back_index(request: Request) -> IndexOut:
    """Go back to the generation before, caught up with what was written since; again goes forward again."""
    return IndexOut.of(_service(request).roll_back())


@router.get("/jobs", tags=["index"])
def list_jobs(request: Request) -> JobsOut:
    """List jobs, newest first."""
    return JobsOut(jobs=[JobOut.of(job) for job in _service(request).jobs()])


@router.get("/jobs/{job_id}", tags=["index"])
def read_job(request: Request, job_id: str) -> JobOut:
    """Return a job as it stands."""
    return JobOut.of(_service(request).job(job_id))


@router.get("/feeds", tags=["feeds"])
def list_feeds(request: Request) -> FeedsOut:
    """List the watched feeds."""
    return FeedsOut(feeds=[FeedOut.of(feed) for feed in _service(request).feeds.all()])


@router.post("/feeds", tags=["feeds"])
def watch_feed(request: Request, body: FeedIn) -> FeedOut:
    """Watch a feed or sitemap, or the one feed that a page names; it is fetched to see that it is one."""
    return FeedOut.of(_service(request).feeds.watch(body.url, body.every_s))


@router.delete("/feeds", status_code=204, tags=["feeds"])
def unwatch_feed(request: Request, url: Annotated[Text, Query(max_length=2000)]) -> None:
    """Watch a feed no longer; its articles stay."""
    _service(request).feeds.unwatch(url)


@router.get("/jobs/{job_id}/events", tags=["index"], response_class=StreamingResponse, responses=EVENTS)
async def watch_job(request: Request, job_id: str) -> StreamingResponse:
    """Send the job as server-sent events: `job` whenever it has changed, `end` once it has ended."""
    service, state = _service(request), request.app.state
    service.peek_job(job_id)
    events = job_events(service, job_id, lambda: state.service is None or state.stopping.is_set())
    return StreamingResponse(events, media_type=EVENTS_TYPE, headers={"Cache-Control": "no-store"})


@router.post("/jobs/{job_id}/cancel", tags=["index"])
def cancel_job(request: Request, job_id: str) -> JobOut:
    """Cancel a job: what it did by then stays."""
    return JobOut.of(_service(request).cancel_job(job_id))


@router.post("/jobs/{job_id}/retry", status_code=202, tags=["index"])
def retry_job(request: Request, job_id: str) -> JobStartedOut:
    """Start a job for what this one did not do: the items that failed, and what it never came to."""
    return JobStartedOut(job_id=_service(request).retry_job(job_id).id)


@health.get("/live")
def live(request: Request) -> HealthOut:
    """Say that the process runs, and which one it is."""
    service: Service | None = request.app.state.service
    return HealthOut(status="ok", instance=service.instance if service else None)


@health.get("/ready")
def ready(request: Request) -> HealthOut:
    """Say whether a generation can answer, and whether vectors or terms alone are searched."""
    service = _service(request)
    return HealthOut.of(*service.ready())


def unknown(request: Request) -> None:
    """Answer for the API what the chat, mounted at /, would otherwise answer for it in HTML's terms."""
    methods: set[str] = set()
    for route in (*router.routes, *health.routes):
        if isinstance(route, APIRoute) and route.path_regex.match(request.url.path):
            methods |= route.methods or set()
    if methods:
        allow = ", ".join(sorted(methods))
        raise HTTPException(405, f"{request.method} is not allowed here, {allow} is", {"Allow": allow})
    raise HTTPException(404, f"there is nothing at {request.url.path}")


for prefix in ("/api", "/health"):
    for path in (prefix, prefix + "/{path:path}"):
        elsewhere.add_api_route(path, unknown, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])


def _article(given: object) -> "RawArticle | Added":
    """Return the article, or why it is none."""
    if isinstance(given, ArticleIn):
        return given.record()
    try:
        return ArticleIn.model_validate(given).record()
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "article"
        reason = f"{where}: {str(first['msg']).removeprefix('Value error, ')}"
        claimed = given.get("id") if isinstance(given, dict) else None
        article_id = claimed[:200] if isinstance(claimed, str) and claimed.isprintable() else ""
        return Added(id=article_id, revision=0, status="rejected", reason=reason)
