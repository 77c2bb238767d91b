"""What a client is told when a request cannot be answered: what is wrong, where, and the mend, always in the same
form."""

from http import HTTPStatus
from typing import Annotated

import msgspec


class Problem(Exception):
    """Ends a request. None of its texts may hold a customer's number."""

    def __init__(
        self, status: HTTPStatus, what: str, mend: str, *, where: str | None = None, retry_after: int | None = None
    ) -> None:
        super().__init__(what)
        self.status, self.what, self.mend, self.where = status, what, mend, where
        self.retry_after = retry_after
        """Seconds after which to ask again."""

    def told(self) -> "Told":
        return Told(Error(self.status.value, self.where, self.what, self.mend))


class Error(msgspec.Struct, frozen=True):
    """What is wrong with a request."""

    status: Annotated[int, msgspec.Meta(ge=400, le=599)]
    where: str | None
    """The place in the request, such as ``query: since``."""
    what: str
    """What is wrong, in English."""
    mend: str
    """What to do about it, in English."""


class Told(msgspec.Struct, frozen=True):
    """The body of every answer that is an error."""

    error: Error


def forbidden(what: str, mend: str) -> Problem:
    """The reader may not see this (403)."""
    return Problem(HTTPStatus.FORBIDDEN, what, mend)


def unknown(what: str, mend: str, *, where: str | None = None) -> Problem:
    """Nothing has this name (404)."""
    return Problem(HTTPStatus.NOT_FOUND, what, mend, where=where)


def nowhere() -> Problem:
    """The address does not exist (404)."""
    return unknown("there is no such address", "see /v1/openapi.json, or begin at /")


def wrong(where: str, what: str, mend: str) -> Problem:
    """A key or the body is wrong (400)."""
    return Problem(HTTPStatus.BAD_REQUEST, what, mend, where=where)


def busy(what: str, seconds: int, *, status: HTTPStatus = HTTPStatus.SERVICE_UNAVAILABLE) -> Problem:
    """The request can be repeated after so many seconds (503)."""
    return Problem(status, what, f"try again in {seconds} s", retry_after=seconds)
