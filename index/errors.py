"""The errors of Footnote's index side, and the root of the whole tree.

FootnoteError
 +-- InputError              what the caller gave cannot be used
 |    +-- ArticleError       one article, row or file was refused
 |    +-- SettingError       a setting has a value that cannot work
 |    +-- FetchError         a web address could not be fetched
 |         +-- AddressRefused  it leads, or could lead, where Footnote does not go
 +-- NotFoundError           an id or address that names nothing
 +-- ConflictError           something else holds what this needs
 |    +-- DataDirectoryHeld  another process has the data directory open
 +-- NotReadyError           no generation can answer yet
 +-- NoSpaceError            the disk has too little room for this
 +-- DamagedIndexError       the index on disk is not what the catalogue says
 +-- ModelError              model weights are missing, damaged or of the wrong kind

A message says what happened, the value, and what to do next. Nothing here knows of HTTP.
"""


class FootnoteError(Exception):
    """Root of all errors Footnote raises on purpose."""


class InputError(FootnoteError):
    """What the caller gave cannot be used; the message says where and why."""


class ArticleError(InputError):
    """One article, row or file was refused."""


class SettingError(InputError):
    """A setting has a value that cannot work."""


class FetchError(InputError):
    """A web address could not be fetched.

    `status` is the HTTP status, 0 where there was none. `is_temporary` says whether the same request may
    succeed later, and `retry_after_s` how long the server asked to be left alone (0: it did not say).
    """

    def __init__(
        self, message: str, *, status: int = 0, is_temporary: bool = False, retry_after_s: float = 0.0
    ) -> None:
        super().__init__(message)
        self.status = status
        self.is_temporary = is_temporary
        self.retry_after_s = retry_after_s


class AddressRefused(FetchError):
    """A web address leads, or could lead, where Footnote does not go: no request was sent there."""


class NotFoundError(FootnoteError):
    """An id or address names nothing in this catalogue."""


class ConflictError(FootnoteError):
    """Something else holds what this needs."""


class DataDirectoryHeld(ConflictError):
    """Another process has the data directory open.

    `url` is the address of the server that has it, "" when no server has, and `instance` is what that server
    says of itself at /health/live.
    """

    def __init__(self, message: str, *, url: str = "", instance: str = "") -> None:
        super().__init__(message)
        self.url = url
        self.instance = instance


class NotReadyError(FootnoteError):
    """No generation can answer yet."""


class NoSpaceError(FootnoteError):
    """The disk has too little room left for this; nothing was written."""


class DamagedIndexError(FootnoteError):
    """The index on disk is not what the catalogue says it should be."""


class ModelError(FootnoteError):
    """Model weights are missing, damaged or of the wrong kind."""
