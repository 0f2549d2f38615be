"""Security keys and passkeys, by WebAuthn: what the browser is asked, and whether it proves it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
)

from portal.accounts.models import User

NAME = "Slipway"


class Unproven(Exception):
    """What the browser sent proves nothing."""


def asked_to_make(user: User, known: Sequence[bytes]) -> tuple[str, dict[str, Any]]:
    """(options for the browser as JSON, what to keep until it answers)."""
    options, state = _server().register_begin(
        PublicKeyCredentialUserEntity(
            id=user.pk.bytes, name=user.username, display_name=user.full_name
        ),
        credentials=[AttestedCredentialData(bytes(one)) for one in known],
    )
    return json.dumps(dict(options)["publicKey"]), dict(state)


def made(answer: str, state: Mapping[str, Any]) -> tuple[bytes, int]:
    """(credential, signatures so far) of the key that the browser made. Unproven otherwise."""
    try:
        said = RegistrationResponse.from_dict(json.loads(answer))
        found = _server().register_complete(dict(state), said)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Unproven from error
    if found.credential_data is None:
        raise Unproven
    return bytes(found.credential_data), found.counter


def asked_to_sign(known: Sequence[bytes]) -> tuple[str, dict[str, Any]]:
    """(options for the browser as JSON, what to keep until it answers)."""
    options, state = _server().authenticate_begin(
        [AttestedCredentialData(bytes(one)) for one in known]
    )
    return json.dumps(dict(options)["publicKey"]), dict(state)


def signed(answer: str, state: Mapping[str, Any], known: Sequence[bytes]) -> tuple[bytes, int]:
    """(the credential that signed, its count of signatures). Unproven otherwise."""
    credentials = [AttestedCredentialData(bytes(one)) for one in known]
    try:
        said = AuthenticationResponse.from_dict(json.loads(answer))
        found = _server().authenticate_complete(dict(state), credentials, said)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Unproven from error
    except Exception as error:  # the library lets the signature's own error through
        if type(error).__name__ != "InvalidSignature":
            raise
        raise Unproven from error
    return bytes(found), said.response.authenticator_data.counter


def _server() -> Fido2Server:
    """Bound to SLIPWAY_URL: a key made there signs for no other site, whatever looks like ours."""
    home = urlsplit(settings.BASE_URL)
    origin = f"{home.scheme}://{home.netloc}"
    party = PublicKeyCredentialRpEntity(id=home.hostname or "localhost", name=NAME)
    return Fido2Server(party, verify_origin=lambda said: said == origin)
