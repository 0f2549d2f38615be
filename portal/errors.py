"""What a person is told. `Refused` is anticipated and shown; everything else is a bug."""

from __future__ import annotations


class Refused(Exception):
    """An operation that was not done, in words: what, where, and what next or who can help.

    `field` names the input that it is about; `kind` is the stable word that programs read;
    `details` are further findings (each a dict with `message` and, where known, `line`, `column`).
    """

    status = 422
    kind = "refused"
    retry_after: int | None = None  # seconds after which asking again makes sense

    def __init__(
        self,
        message: str,
        *,
        field: str | None = None,
        details: list[dict[str, object]] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.details = details or []


class NotAllowed(Refused):
    """The person has no right to do this; the message says who can help."""

    status = 403
    kind = "not-allowed"


class Moved(Refused):
    """The thing changed meanwhile: someone else was first, or the state does not allow the verb."""

    status = 409
    kind = "conflict"


class Away(Refused):
    """What it takes does not answer. Nothing is wrong with what was asked: later it may."""

    status = 503
    kind = "not-ready"


class TooLong(Refused):
    """The database was stopped at it, for others wait as well."""

    status = 503
    kind = "too-long"


class TooLarge(Refused):
    """More bytes than are read at once."""

    status = 413
    kind = "too-large"


class NotFound(Refused):
    """A name that does not exist, or that this person may not know of."""

    status = 404
    kind = "not-found"
