"""How mira is let in in the whole house, and which doors that has.

mira       is signed in in a second browser, and has an app for codes
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portal import secrets
from portal.accounts.models import User
from portal.second_factor import codes
from portal.second_factor.models import Factor, RecoveryCode
from portal.sessions.models import Session

PASSWORD = "a long way down to the water"  # everyone's: tests/conftest.py
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # of the app


def furnish(people: Mapping[str, User], *, now: datetime) -> None:
    """As if she had done it: rows of her own."""
    mira = people["mira"]
    late = now.replace(year=now.year + 900)  # whenever these tests run, she was there lately
    Session.objects.create(
        digest="0" * 64,
        data="",
        user=mira,
        browser="Firefox on Linux",
        address="192.0.2.7",
        began_at=now,
        seen_at=late,
        expires_at=late,
    )
    Factor.objects.create(
        user=mira, kind="app", name="App for codes", secret=secrets.encrypt(SECRET), created_at=now
    )
    RecoveryCode.objects.create(user=mira, digest=codes.digest("aaaa-bbbb-cccc-dddd"))


def row(noun: str) -> Any:
    """The row that a door of this noun is tried on."""
    rows: dict[str, Any] = {
        "sessions": Session.objects.filter(digest="0" * 64),
        "second-factor": Factor.objects.filter(user__username="mira"),
    }
    return rows[noun].first() if noun in rows else None


SIGNED_IN = ("hannah", "jonas", "mira", "ines", "priya")
HERS = ("mira",)
HIS = ("jonas", "priya")
PLATFORM = ("priya",)
LOOKING = """
/account/sessions/ /account/sessions/end-others /api/v1/sessions/ /account/second-factor/
/account/second-factor/app /account/second-factor/key /account/second-factor/codes
/account/provider/disconnect
"""


def _says(**body: Any) -> Any:
    return lambda _: body


YES = _says(yes="yes")
PRESENT = _says(current=PASSWORD)
WHY = _says(reason="The phone is at the bottom of the sea.")
TABLE: dict[str, Any] = {
    **{f"GET {path}": (SIGNED_IN, None) for path in LOOKING.split()},
    # There is no provider here, and nobody is half way in
    "GET /sign-in/oidc": ((), None),
    "GET /sign-in/oidc/back": ((), None),
    "GET /sign-in/second": ((), None),
    "POST /sign-in/second": ((), None),
    "POST /account/provider/disconnect": (SIGNED_IN, YES),
    "GET /account/sessions/{pk}/end": (HERS, None),
    "POST /account/sessions/{pk}/end": (HERS, YES),
    "POST /account/sessions/end-others": (SIGNED_IN, YES),
    "POST /api/v1/sessions/{pk}/end/": (HERS, None),
    "POST /api/v1/users/{username}/end-sessions/": (HIS, None),
    "GET /people/{username}/end-sessions": (PLATFORM, None),
    "POST /people/{username}/end-sessions": (PLATFORM, YES),
    "POST /account/second-factor/app": (SIGNED_IN, _says(code="000000")),
    "POST /account/second-factor/key": (SIGNED_IN, _says(name="blue", answer="{}")),
    "POST /account/second-factor/codes": (HERS, PRESENT),
    "GET /account/second-factor/{pk}/remove": (HERS, None),
    "POST /account/second-factor/{pk}/remove": (HERS, PRESENT),
    "GET /people/{username}/disconnect": (PLATFORM, None),
    "POST /people/{username}/disconnect": (PLATFORM, YES),
    "POST /api/v1/users/{username}/disconnect/": (HIS, None),
    "GET /people/{username}/reset-second-factor": (PLATFORM, None),
    "POST /people/{username}/reset-second-factor": (PLATFORM, WHY),
    "POST /api/v1/users/{username}/reset-second-factor/": (PLATFORM, WHY),
}
LEADS_OUT = {door for door in TABLE if " /sign-in/" in door}
# Past the permission: nobody is connected, the code and the key are wrong, jonas has no factor
OTHERWISE_REFUSED = {
    "POST /account/provider/disconnect",
    "POST /account/second-factor/app",
    "POST /account/second-factor/key",
    "POST /people/{username}/disconnect",
    "POST /api/v1/users/{username}/disconnect/",
    "POST /people/{username}/reset-second-factor",
    "POST /api/v1/users/{username}/reset-second-factor/",
}
NOT_THERE = {*OTHERWISE_REFUSED, "POST /sign-in/second"}
LEAVES = {
    "session.end": [
        "POST /api/v1/sessions/{pk}/end/",
        "POST /api/v1/users/{username}/end-sessions/",
        "POST /account/sessions/{pk}/end",
        "POST /account/sessions/end-others",
        "POST /people/{username}/end-sessions",
    ],
    "second_factor.codes": ["POST /account/second-factor/codes"],
    "second_factor.remove": ["POST /account/second-factor/{pk}/remove"],
}
