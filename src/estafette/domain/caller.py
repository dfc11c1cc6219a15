"""Who asks: the company, the person or program, and what it may do there."""

from estafette.domain.account import Credential
from estafette.domain.error import Forbidden
from estafette.domain.permission import Right
from estafette.domain.record import Record


class Caller(Record, frozen=True, kw_only=True):
    """
    Who a request comes from, as proven by a session or an API key.

    `actor` is the name under which changes are recorded: `user:7` or `key:3`, never a person's name. A
    driver has `driver_id`, the user of an institution `institution_id`: the database shows them their own
    rows alone. Who `must_enrol` is asked for a second factor and has not shown one: their rights are cut to
    their own account, where they set it up.
    """

    company_id: int
    actor: str
    rights: frozenset[Right]
    user_id: int | None = None
    driver_id: int | None = None
    institution_id: int | None = None
    credential: Credential | None = None
    must_enrol: bool = False

    def must_have(self, right: Right) -> None:
        """Raise `Forbidden` unless the caller has this right."""
        if right not in self.rights:
            message = f"{self.actor} has not the right {right}"
            raise Forbidden(message)
