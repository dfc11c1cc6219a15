"""Who may come in: accounts, keys, institutions and what an institution sees of its own riders."""

from collections.abc import Iterator

from estafette.client.connection import Call
from estafette.client.resource import Noun
from estafette.client.stream import heard
from estafette.domain.account import Account, ApiKey, Invitation, MadeKey, NewAccount, NewApiKey
from estafette.domain.ward import Ward


class Accounts(Noun):
    """The people of a company."""

    def list(self) -> Iterator[Account]:
        """List them all."""
        return self._at.pages("/users", Account, {})

    def get(self, user_id: int) -> Account:
        """Give one."""
        return self._get(f"/users/{user_id}", Account)

    def invite(self, new: NewAccount) -> Invitation:
        """Add one; the link, which is shown this once, lets the person set a password."""
        return self._post("/users", Invitation, new)

    def reset(self, user_id: int) -> Invitation:
        """Give the link by which a person sets another password."""
        return self._post(f"/users/{user_id}/reset", Invitation)

    def lock(self, user_id: int) -> None:
        """Lock an account: its sessions and keys are no longer good."""
        self._at.ask(Call("POST", f"/users/{user_id}/lock"))

    def unlock(self, user_id: int) -> None:
        """Unlock an account."""
        self._at.ask(Call("POST", f"/users/{user_id}/unlock"))

    def sign_out(self, user_id: int) -> None:
        """End all sessions of a person, who may sign in again."""
        self._at.ask(Call("POST", f"/users/{user_id}/sign-out"))


class ApiKeys(Noun):
    """The keys of programs."""

    def list(self) -> Iterator[ApiKey]:
        """List them all, without their secrets."""
        return self._at.pages("/keys", ApiKey, {})

    def create(self, new: NewApiKey) -> MadeKey:
        """Make one; its secret is shown this once."""
        return self._post("/keys", MadeKey, new)

    def revoke(self, key_id: int) -> None:
        """End one; nothing lets in by it any more."""
        self._at.ask(Call("DELETE", f"/keys/{key_id}"))


class OwnRiders(Noun):
    """What an institution sees: for a key or a session of one."""

    def get(self) -> Ward:
        """Give the trips of its riders today and tomorrow, with the riders and places to book for."""
        return self._get("/ward", Ward)

    def changes(self) -> Iterator[dict[str, object]]:
        """Wait for news, and say so each time: `get` tells what they are."""
        return heard(self._at, "/ward/events", "changed", dict[str, object])
