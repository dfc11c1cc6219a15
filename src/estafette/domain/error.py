"""
Errors: a caller broke a rule, or the world broke. Expected refusals are values, not errors.

    EstafetteError
    |-- Invalid          what was handed in cannot be used; names the field, row or file
    |   |-- NoReason     rules are to be broken, and nobody says why
    |   `-- NotItsDay    a time that is not on the service day of the trip
    |-- NotFound         no such thing in this company
    |-- NotSignedIn      who asks has not said who they are, or not in a way that holds
    |-- Forbidden        who asks may not do this
    |-- TooMany          too often in too short a time; try again later
    |-- Conflict         it contradicts what is stored (a key used for another plan)
    |   |-- Stale        it changed since whoever asks has seen it
    |   |-- InFlight     the same request is being answered now
    |   `-- IllegalMove    a step that does not follow from how a trip stands
    |-- KeyReused        a key that was used for another request
    |-- Unseen           a change that does not say what it was made from
    |-- Unreachable      a place that no way leads to
    |-- Unavailable      a part of the world does not answer (database, router); try again
    |   `-- Busy         somebody else is changing the same now; try again
    |-- Unsafe           the database is set up so that it could lose or leak what it holds
    `-- ApplyFailed      the database refused the plan; nothing changed, the plan is kept
"""


class EstafetteError(Exception):
    """
    The message is one line for people; `code` is stable for programs.

    `pointer` says where in what was handed in the fault is (RFC 6901), `field` which parameter it is.
    """

    code = "error"

    def __init__(self, message: str, *, pointer: str | None = None, field: str | None = None) -> None:
        super().__init__(message)
        self.pointer = pointer
        self.field = field


class Invalid(EstafetteError):
    """What was handed in cannot be used; names the field, row or file."""

    code = "invalid"


class NoReason(Invalid):
    """Rules are to be broken, and nobody says why."""

    code = "no_reason"


class NotItsDay(Invalid):
    """A time that is not on the service day of the trip."""

    code = "not_its_day"


class NotFound(EstafetteError):
    """No such thing in this company."""

    code = "not_found"


def no_company(company_id: int) -> NotFound:
    """Say that a company does not exist."""
    return NotFound(f"there is no company {company_id}")


class NotSignedIn(EstafetteError):
    """Who asks has not said who they are, or not in a way that holds."""

    code = "not_signed_in"


class SecondFactorNeeded(NotSignedIn):
    """The password is right; the code of the second factor is missing."""

    code = "second_factor_needed"


class PasskeyNeeded(SecondFactorNeeded):
    """The password is right; the account's second factor is a passkey, which needs no password."""

    code = "passkey_needed"


class Forbidden(EstafetteError):
    """Who asks may not do this."""

    code = "forbidden"


class SecondFactorDemanded(Forbidden):
    """The company asks for a second factor, and this session was opened without one."""

    code = "second_factor_demanded"


class TooMany(EstafetteError):
    """Too often in too short a time; `after_s` says in how many seconds to try again."""

    code = "too_many"

    def __init__(self, message: str, *, after_s: float) -> None:
        super().__init__(message)
        self.after_s = after_s


class Conflict(EstafetteError):
    """It contradicts what is stored; `present` is how that stands, `etag` its version."""

    code = "conflict"

    def __init__(
        self, message: str, *, code: str | None = None, present: object = None, etag: str | None = None,
        field: str | None = None, pointer: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(message, field=field, pointer=pointer)
        self.code = code or type(self).code
        self.present = present
        self.etag = etag


class Stale(Conflict):
    """It changed since whoever asks has seen it."""

    code = "precondition_failed"


class InFlight(Conflict):
    """The same request is being answered now; its answer can be had with the same key."""

    code = "idempotency_key_in_flight"


def taken(pointer: str) -> Conflict:
    """Say that what `pointer` names in the body names something already."""
    message = f"{pointer}: this reference is taken; change what it names instead"
    return Conflict(message, code="reference_taken", pointer=pointer)


class IllegalMove(Conflict):
    """A step that does not follow from how a trip stands; asking again will not help."""

    code = "illegal_move"


class KeyReused(EstafetteError):
    """A key that was used for another request."""

    code = "idempotency_key_reused"


class Unseen(EstafetteError):
    """A change that does not say from which version it was made."""

    code = "precondition_required"


class Unreachable(EstafetteError):
    """A place that no way leads to."""

    code = "unreachable"


class Unavailable(EstafetteError):
    """A part of the world does not answer; trying again may help."""

    code = "unavailable"


class Busy(Unavailable):
    """Somebody else is changing the same now; trying again helps."""

    code = "busy"


class Unsafe(EstafetteError):
    """The database is set up so that it could lose what it confirms, or leak it."""

    code = "unsafe"


class ApplyFailed(EstafetteError):
    """The database refused the plan: nothing changed, and the plan is kept."""

    code = "apply_failed"
