"""
Errors: a caller broke a rule, or the world broke. Expected refusals are values, not errors.

    EstafetteError
    |-- Invalid          what was handed in cannot be used; names the field, row or file
    |-- NotFound         no such thing in this company
    |-- Conflict         it contradicts what is stored (a key used for another body)
    |-- Unreachable      a place that no way leads to
    |-- Unavailable      a part of the world does not answer (database, router); try again
    |   `-- Busy         somebody else is changing the same now; try again
    |-- Unsafe           the database is set up so that it could lose or leak what it holds
    `-- ApplyFailed      the database refused the plan; nothing changed, the plan is kept
"""


class EstafetteError(Exception):
    """The message is one line for people; `code` is stable for programs."""

    code = "error"


class Invalid(EstafetteError):
    """What was handed in cannot be used; names the field, row or file."""

    code = "invalid"


class NotFound(EstafetteError):
    """No such thing in this company."""

    code = "not_found"


def no_company(company_id: int) -> NotFound:
    """Say that a company does not exist."""
    return NotFound(f"there is no company {company_id}")


class Conflict(EstafetteError):
    """It contradicts what is stored."""

    code = "conflict"


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
