"""Refuses request bodies over a limit, whether or not they announce their length."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problems import problem_response


class BodyLimit:
    """ASGI middleware: a body over `max_body_mb` is answered with 413, an upload over `max_upload_mb`."""

    def __init__(self, app: ASGIApp, *, max_body_mb: int, max_upload_mb: int) -> None:
        self._app = app
        self._max_body_mb, self._max_upload_mb = max_body_mb, max_upload_mb

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting what is read of its body."""
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        limit_bytes, detail = self._limit(scope["path"], headers.get(b"content-type", b""))
        announced = headers.get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > limit_bytes:
            await problem_response(413, detail)(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit_bytes:
                # The one exception that FastAPI lets through while it reads a body.
                raise HTTPException(413, detail)
            return message

        await self._app(scope, counted, send)

    def _limit(self, path: str, content_type: bytes) -> tuple[int, str]:
        """Return how many bytes a body may have, and what to say when it has more."""
        # Of all bodies only this one goes to disk as it arrives, and not into memory.
        if path == "/api/imports" and content_type.lower().startswith(b"multipart/"):
            return self._max_upload_mb * 1_000_000, (
                f"the upload is larger than {self._max_upload_mb} MB; send it in parts, "
                "or raise FOOTNOTE_MAX_UPLOAD_MB"
            )
        return self._max_body_mb * 1_000_000, (
            f"the body is larger than {self._max_body_mb} MB; send fewer articles a call, "
            "or raise FOOTNOTE_MAX_BODY_MB"
        )
