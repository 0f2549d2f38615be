"""Talking to the identity provider: what it offers, its keys, a code for tokens."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

from django.conf import settings

from portal.errors import Away, NotAllowed
from portal.oidc import flow, id_tokens
from portal.oidc.remembered import Remembered
from portal.outbound.addresses import Reach
from portal.outbound.doors import Blocked, Unreachable
from portal.outbound.fetching import fetch
from portal.outbound.http import Answer, Broken

SECONDS = 8.0  # for each of the few questions
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Provider:
    """What its discovery document says, as far as it matters here."""

    authorization: str
    token: str
    keys: str
    userinfo: str
    takes_post: bool  # the secret in the body, because it wants no header


_offered: Remembered[Provider] = Remembered()


def discovered() -> Provider:
    """What the issuer offers, as of the last minutes. Away, in words, while it does not answer."""
    about = (settings.OIDC_ISSUER, settings.OIDC_NAME, settings.OIDC_REACH)
    return _offered.get(about, _discovered, clock=time.monotonic)


def forget() -> None:
    """Ask anew what it offers."""
    _offered.forget()


def _discovered() -> Provider:
    issuer = settings.OIDC_ISSUER
    said = _json(_ask(f"{issuer.rstrip('/')}/.well-known/openid-configuration"))
    if said.get("issuer") != issuer:
        raise _strange("it calls itself by another name than SLIPWAY_OIDC_ISSUER")
    methods = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return Provider(
        authorization=_endpoint(said, "authorization_endpoint"),
        token=_endpoint(said, "token_endpoint"),
        keys=_endpoint(said, "jwks_uri"),
        userinfo=_endpoint(said, "userinfo_endpoint") if said.get("userinfo_endpoint") else "",
        takes_post="client_secret_basic" not in methods,
    )


def claims(
    provider: Provider, *, code: str, started: flow.Started, redirect: str, now: datetime
) -> dict[str, Any]:
    """Who stands behind the code: proven claims of the id_token, with those of the userinfo.

    The provider's keys are read each time: they may have been changed a moment ago.
    """
    tokens = _exchanged(provider, code, started, redirect)
    keys = _json(_ask(provider.keys))
    try:
        said = id_tokens.proven(
            str(tokens.get("id_token", "")),
            keys,
            issuer=settings.OIDC_ISSUER,
            client=settings.OIDC_CLIENT_ID,
            nonce=started.nonce,
            now=now,
        )
    except id_tokens.Unproven as error:
        raise NotAllowed(
            f"What {settings.OIDC_NAME} answered proves nothing: {error.message}. "
            "Begin again; if it stays so, someone who runs Slipway has to look."
        ) from error
    if settings.OIDC_GROUPS_CLAIM in said or not provider.userinfo:
        return said
    return {**_more(provider, str(tokens.get("access_token", "")), said["sub"]), **said}


def _exchanged(
    provider: Provider, code: str, started: flow.Started, redirect: str
) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect,
        "code_verifier": started.verifier,
        "client_id": settings.OIDC_CLIENT_ID,
    }
    fields = {"Content-Type": FORM}
    if settings.OIDC_CLIENT_SECRET and provider.takes_post:
        form["client_secret"] = settings.OIDC_CLIENT_SECRET
    elif settings.OIDC_CLIENT_SECRET:
        pair = ":".join(map(quote_plus, (settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET)))
        fields["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    answer = _ask(provider.token, method="POST", fields=fields, body=urlencode(form).encode())
    if answer.status in {400, 401, 403}:
        raise NotAllowed(
            f"{settings.OIDC_NAME} does not take its own code back: begin again. If it stays so, "
            "the client id or secret of Slipway is wrong there."
        )
    return _json(answer)


def _more(provider: Provider, access: str, subject: str) -> dict[str, Any]:
    """What the userinfo adds, if it speaks of the same person (OpenID Connect Core 5.3.2)."""
    said = _json(_ask(provider.userinfo, fields={"Authorization": f"Bearer {access}"}))
    if said.get("sub") != subject:
        raise _strange("its two answers speak of different people")
    return said


def _ask(url: str, **more: Any) -> Answer:
    try:
        return fetch(url, reach=Reach(settings.OIDC_REACH), seconds=SECONDS, **more)
    except (Blocked, Unreachable, Broken) as error:
        others = " A name and password work meanwhile." if _passwords_work() else ""
        raise Away(
            f"{settings.OIDC_NAME} can't be asked now: {error.message.rstrip('.')}.{others}"
        ) from error


def _json(answer: Answer) -> dict[str, Any]:
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        said = None
    if answer.status != 200 or not isinstance(said, dict):
        raise _strange(f"it answers {answer.status}")
    return said


def _endpoint(said: Mapping[str, Any], name: str) -> str:
    """An address out of the discovery document: by TLS, unless this machine itself is allowed."""
    url = str(said.get(name, ""))
    allowed = {"https", "http"} if settings.OIDC_REACH == Reach.ANY else {"https"}
    if urlsplit(url).scheme not in allowed:
        raise _strange(f"its {name} is no https:// address")
    return url


def _strange(words: str) -> Away:
    others = " A name and password work meanwhile." if _passwords_work() else ""
    return Away(
        f"{settings.OIDC_NAME} can't be used now: {words}. Someone who runs Slipway can help."
        f"{others}"
    )


def _passwords_work() -> bool:
    return bool(settings.PASSWORDS_FOR != "nobody")
