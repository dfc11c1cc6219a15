"""
Passkeys (WebAuthn, level 3): a key in a device or a password manager, unlocked by its owner.

User verification is always asked for, so one passkey is two factors: the device, and a finger or a number.
What an authenticator says is checked by the library `webauthn`; what it must say, by us.
"""

import logging
import secrets as random
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from estafette.domain.account import Passkey, Purpose, Way
from estafette.domain.caller import Caller
from estafette.domain.error import Invalid, NotSignedIn
from estafette.domain.record import Record
from estafette.flow.accounts.factor import RecoveryCodes, with_recovery_codes
from estafette.flow.accounts.proving import must_keep_a_factor, own_secrets, prove_again
from estafette.flow.accounts.secret import sha256_of
from estafette.flow.accounts.sign_in import Coming, Opened, open_session
from estafette.store.accounts.passkeys import (
    Credential,
    add_passkey,
    credential_ids,
    find_passkey,
    must_have_passkey,
    remove_passkey,
    use_passkey,
)
from estafette.store.accounts.single_use import use_first
from estafette.store.accounts.users import get_user
from estafette.store.database import Database

log = logging.getLogger(__name__)

_CHALLENGE_BYTES = 32
_VERIFIED = UserVerificationRequirement.REQUIRED
# What the library raises of what is not what it should be, besides its own errors.
_NONSENSE = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError)
_WRONG = "this passkey is not known here, or its answer is not right"


class Party(NamedTuple):
    """For whom passkeys are made: the name of the board's host, and the address people see."""

    host: str
    origin: str


class Challenge(Record, frozen=True, kw_only=True):
    """What an authenticator must sign, in hexadecimal digits."""

    challenge: str

    @property
    def bytes(self) -> bytes:
        """Give it as the authenticator is told it."""
        return bytes.fromhex(self.challenge)


class PasskeyMade(Record, frozen=True, kw_only=True):
    """A new passkey; with the first second factor of an account come the codes for when it is lost."""

    passkey: Passkey
    codes: tuple[str, ...] = ()


def party_of(public_address: str | None) -> Party | None:
    """Read the board's public address, `None` where none is set; raises `Invalid`."""
    if public_address is None:
        return None
    parts = urlsplit(public_address)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname == "localhost")
    if not safe or not parts.hostname or parts.path.strip("/") or parts.query or parts.username:
        message = f"ESTAFETTE_PUBLIC_ADDRESS is {public_address!r}: expected https://, a name, no path"
        raise Invalid(message)
    return Party(parts.hostname, f"{parts.scheme}://{parts.netloc}")


def new_challenge() -> Challenge:
    """Draw a challenge."""
    return Challenge(challenge=random.token_hex(_CHALLENGE_BYTES))


def offer_passkey(
    database: Database, caller: Caller, party: Party, challenge: Challenge, *, password: str
) -> dict[str, Any]:
    """Give what a browser needs to make a passkey of the caller's; raises `Forbidden`."""
    secrets = own_secrets(database, caller)
    prove_again(secrets, password)
    account = get_user(database, caller.company_id, secrets.user_id)
    known = credential_ids(database, caller.company_id, secrets.user_id)
    options = generate_registration_options(
        rp_id=party.host,
        rp_name="Estafette",
        user_id=_handle(caller.company_id, secrets.user_id),
        user_name=account.email,
        user_display_name=account.name,
        challenge=challenge.bytes,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_VERIFIED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
    )
    return _told(options)


def take_passkey(
    database: Database,
    caller: Caller,
    party: Party,
    challenge: Challenge,
    credential: dict[str, Any],
    name: str,
) -> PasskeyMade:
    """
    Keep the passkey that a browser has made; the session counts as opened with two factors from then on.

    Raises `Conflict` for one that is known, `Invalid` for an answer that is not right, `Forbidden`.
    """
    secrets = own_secrets(database, caller)
    try:
        verified = verify_registration_response(
            credential=credential,
            expected_challenge=challenge.bytes,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except _NONSENSE as error:
        message = f"the passkey was not made as it must be: {error}"
        raise Invalid(message) from error
    made = Credential(verified.credential_id, verified.credential_public_key, verified.sign_count)
    added = add_passkey(
        database, caller.company_id, secrets.user_id, checked_name(name), made, actor=caller.actor
    )
    codes = RecoveryCodes(codes=())
    if not secrets.has_factor:
        codes = with_recovery_codes(database, caller, [])
    return PasskeyMade(passkey=added, codes=codes.codes)


def drop_passkey(database: Database, caller: Caller, passkey_id: int, *, password: str) -> None:
    """Remove one of the caller's passkeys; raises `Forbidden`, `NotFound`, `Conflict` where demanded."""
    must_have_passkey(database, caller.company_id, caller.user_id or 0, passkey_id)
    secrets = own_secrets(database, caller)
    prove_again(secrets, password)
    must_keep_a_factor(database, caller, left=secrets.factors - 1)
    remove_passkey(database, caller.company_id, secrets.user_id, passkey_id, actor=caller.actor)


def ask_for_passkey(party: Party, challenge: Challenge) -> dict[str, Any]:
    """Give what a browser needs to ask for any passkey of this board."""
    options = generate_authentication_options(
        rp_id=party.host, challenge=challenge.bytes, user_verification=_VERIFIED
    )
    return _told(options)


def sign_in_by_passkey(
    database: Database, party: Party, challenge: Challenge, credential: dict[str, Any], *, agent: str
) -> Opened:
    """
    Begin a session by the answer of an authenticator; raises `NotSignedIn`.

    An answer counts once: its challenge is used up, and so is the authenticator's count where it has one.
    """
    try:
        credential_id = base64url_to_bytes(credential["id"])
        known = find_passkey(database, credential_id)
        if known is None:
            raise NotSignedIn(_WRONG)
        handle = credential["response"].get("userHandle")
        if not handle or base64url_to_bytes(handle) != _handle(known.company_id, known.user_id):
            raise NotSignedIn(_WRONG)
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge.bytes,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            credential_public_key=known.public_key,
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )
    except _NONSENSE as error:
        raise NotSignedIn(_WRONG) from error
    company_id, user_id, actor = known.company_id, known.user_id, f"user:{known.user_id}"
    token = sha256_of(challenge.challenge)
    if not use_first(database, company_id, user_id, Purpose.CHALLENGE, token, actor=actor):
        raise NotSignedIn(_WRONG)
    if not use_passkey(database, known, verified.new_sign_count, actor=actor):
        log.warning(
            "passkey %d of user %d was used with a count not above its last",
            known.passkey_id,
            user_id,
        )
        raise NotSignedIn(_WRONG)
    return open_session(database, company_id, user_id, Coming(Way.PASSKEY, two_factors=True), agent=agent)


def checked_name(name: str) -> str:
    """Give the name of a passkey as it is kept; raises `Invalid`."""
    if not 0 < len(name.strip()) <= 120:
        message = "name: a passkey needs a name of at most 120 characters"
        raise Invalid(message, pointer="/name")
    return name.strip()


def _handle(company_id: int, user_id: int) -> bytes:
    """Name an account to authenticators: by numbers, which tell them nothing."""
    return f"{company_id}.{user_id}".encode()


def _told(options: Any) -> dict[str, Any]:
    return msgspec.json.decode(options_to_json(options), type=dict[str, Any])
