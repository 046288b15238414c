"""What an import's request holds: files, straight to disk as they arrive, or web addresses."""

import json

from fastapi import HTTPException, Request
from fastapi.concurrency import contextmanager_in_threadpool, run_in_threadpool
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from app.jobs import Job
from app.schemas.requests import ImportIn
from app.service import Service
from app.staging import Upload
from index.errors import InputError, NotReadyError

_FIELD = "files"
# What the parser is given at once: each time costs a change of threads.
_CHUNK_BYTES = 2**20


async def receive(service: Service, request: Request) -> Job:
    """Stage the files of a request and queue their import; an upload that fails leaves nothing.

    Raises HTTPException 400 for a body that is malformed or breaks off, InputError without any file, and
    NotReadyError when the disk does not take it.
    """
    try:
        async with contextmanager_in_threadpool(service.imports.receiving()) as upload:
            form = _Form(upload)
            parser = _parser(request, form)
            held = bytearray()
            async for data in request.stream():
                held += data
                if len(held) >= _CHUNK_BYTES:
                    await run_in_threadpool(parser.write, bytes(held))
                    held.clear()
            await run_in_threadpool(parser.write, bytes(held))
            form.check()
            return await run_in_threadpool(service.imports.start_upload, upload)
    except FormParserError as error:
        raise HTTPException(400, f"the multipart body is malformed: {error}") from error
    except ClientDisconnect as error:
        raise HTTPException(400, "the upload broke off") from error
    except OSError as error:
        raise NotReadyError(
            f"the upload could not be stored ({error.strerror}); check the space on the data directory's disk"
        ) from error


async def read_urls(request: Request) -> list[str]:
    """Return the web addresses in a JSON body; raise RequestValidationError as FastAPI does for its own."""
    try:
        given = json.loads(await request.body())
    except (ValueError, RecursionError):
        raise RequestValidationError(
            [{"type": "json_invalid", "loc": ("body",), "msg": "not JSON"}]
        ) from None
    try:
        return ImportIn.model_validate(given).urls
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from None


def _parser(request: Request, form: "_Form") -> MultipartParser:
    boundary = parse_options_header(request.headers["content-type"])[1].get(b"boundary")
    if not boundary:
        raise HTTPException(400, "the content type names no boundary; let the HTTP client write that header")
    return MultipartParser(
        boundary,
        {
            "on_part_begin": form.begin_part,
            "on_header_field": form.add_header_name,
            "on_header_value": form.add_header_value,
            "on_header_end": form.end_header,
            "on_headers_finished": form.end_headers,
            "on_part_data": form.add_data,
            "on_part_end": form.end_part,
            "on_end": form.end,
        },
    )


class _Form:
    """What the parser finds, written to the upload."""

    def __init__(self, upload: Upload) -> None:
        self._upload = upload
        self._name, self._value = bytearray(), bytearray()
        self._disposition = b""
        self._writes = False
        self._ended = False

    def begin_part(self) -> None:
        self._disposition = b""

    def add_header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def add_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def end_header(self) -> None:
        if self._name.lower() == b"content-disposition":
            self._disposition = bytes(self._value)
        self._name.clear()
        self._value.clear()

    def end_headers(self) -> None:
        options = parse_options_header(self._disposition)[1]
        field = options.get(b"name", b"").decode("utf-8", "replace")
        name = options.get(b"filename")
        if field != _FIELD or name is None:
            raise InputError(
                f"the part {field[:80]!r} is no file; send each file as a part {_FIELD!r} with a file name"
            )
        # A browser sends an empty part without a name where nothing was chosen.
        self._writes = bool(name)
        if name:
            self._upload.begin(name.decode("utf-8", "replace"))

    def add_data(self, data: bytes, start: int, end: int) -> None:
        if self._writes:
            self._upload.write(data[start:end])

    def end_part(self) -> None:
        self._upload.end()

    def end(self) -> None:
        self._ended = True

    def check(self) -> None:
        """Raise HTTPException 400 when the body broke off, InputError when it held no file."""
        if not self._ended:
            raise HTTPException(400, "the multipart body breaks off before its closing boundary")
        if not self._upload.files:
            raise InputError(f"there is no file in the upload; send each as a part named {_FIELD!r}")
