"""What is kept by pages in the whole house: people, teams, grants, environments, who receives data.

The doors are tried on what is there for other reasons: jonas, airline-data, staging, acme-travel.
"""

from __future__ import annotations

from typing import Any


def _says(**body: Any) -> Any:
    return lambda _: body


SIGNED_IN = ("hannah", "jonas", "mira", "ines", "priya")
DEVELOPERS = ("mira", "ines", "priya")
MAINTAINERS = ("ines", "priya")
PLATFORM = ("priya",)
YES = _says(yes="yes")
WHY = _says(reason="The client asked for it.")
PASSWORD = "a long way down to the water"  # everyone's: tests/conftest.py
OTHER_PASSWORD = _says(current=PASSWORD, password="another way down to the sea")
THEIRS = _says(team="finance-data", use="use", reason="For the close.")
CLIENT = _says(name="globex", title="Globex", team="airline-data")
PLACE = _says(name="new-drop", kind="directory", team="airline-data")
TITLE = _says(title="Another title")
# Doors through which everyone who is signed in looks
LOOKING = """
/teams/new /teams/{name}/edit /teams/{name}/members/add /people/{username}/join
/teams/{name}/members/{username}/change /teams/{name}/members/{username}/remove
/environments/new /environments/{name}/edit
/connections/{name}/give /clients/{name}/give /destinations/{name}/give /grants/{pk}/take
/connections/{name}/edit /clients/{name}/edit /destinations/{name}/edit
/clients/new /clients/{name}/remove /clients/{name}/destinations/new /destinations/{name}/remove
/deliveries/{number}/cancel
"""
OF_PEOPLE = (
    "/people/new",
    "/people/{username}/edit",
    "/people/{username}/role",
    "/people/{username}/switch",
)
TABLE: dict[str, Any] = {
    **{f"GET {path}": (SIGNED_IN, None) for path in LOOKING.split()},
    **{f"GET {path}": (PLATFORM, None) for path in OF_PEOPLE},
    "GET /people/{username}/password": (("jonas", "priya"), None),  # it is jonas's
    # People
    "POST /people/new": (PLATFORM, _says(username="noor", full_name="Noor Haddad")),
    "POST /people/{username}/edit": (PLATFORM, _says(full_name="Jonas W.", email="")),
    "POST /people/{username}/role": (PLATFORM, _says(to="platform", reason="Helps us.")),
    "POST /people/{username}/switch": (PLATFORM, _says(to="off")),
    "POST /people/{username}/password": (("jonas", "priya"), OTHER_PASSWORD),
    "PATCH /api/v1/users/{username}/": (PLATFORM, _says(full_name="Jonas W.")),
    # Teams
    "POST /teams/new": (PLATFORM, _says(name="billing", title="Billing")),
    "POST /teams/{name}/edit": (MAINTAINERS, TITLE),
    "POST /teams/{name}/members/add": (MAINTAINERS, _says(user="hannah", role="viewer")),
    "POST /teams/{name}/members/{username}/change": (MAINTAINERS, _says(role="developer")),
    "POST /teams/{name}/members/{username}/remove": (MAINTAINERS, YES),
    "POST /people/{username}/join": (
        MAINTAINERS,
        _says(team="airline-data", role="developer"),
    ),
    "PATCH /api/v1/teams/{name}/": (MAINTAINERS, TITLE),
    # Environments
    "POST /environments/new": (
        PLATFORM,
        _says(name="sandbox", title="", order="5", approvals="0"),
    ),
    "POST /environments/{name}/edit": (PLATFORM, _says(title="Another title", order="12")),
    "PATCH /api/v1/environments/{name}/": (PLATFORM, TITLE),
    # Who may use what
    "POST /connections/{name}/give": (MAINTAINERS, THEIRS),
    "POST /clients/{name}/give": (MAINTAINERS, THEIRS),
    "POST /destinations/{name}/give": (MAINTAINERS, THEIRS),
    "POST /grants/{pk}/take": (MAINTAINERS, WHY),
    # Where data come from and go
    "POST /connections/{name}/edit": (MAINTAINERS, TITLE),
    "POST /clients/new": (MAINTAINERS, CLIENT),
    "POST /clients/{name}/edit": (MAINTAINERS, TITLE),
    "POST /clients/{name}/remove": (MAINTAINERS, YES),
    "POST /clients/{name}/destinations/new": (MAINTAINERS, PLACE),
    "POST /destinations/{name}/edit": (MAINTAINERS, TITLE),
    "POST /destinations/{name}/remove": (MAINTAINERS, YES),
    "PATCH /api/v1/connections/{name}/": (MAINTAINERS, TITLE),
    "PATCH /api/v1/clients/{name}/": (MAINTAINERS, TITLE),
    "DELETE /api/v1/clients/{name}/": (MAINTAINERS, None),
    "PATCH /api/v1/destinations/{name}/": (MAINTAINERS, TITLE),
    "DELETE /api/v1/destinations/{name}/": (MAINTAINERS, None),
    "POST /deliveries/{number}/cancel": (DEVELOPERS, WHY),
}
REMOVALS = {
    "client.remove": ["POST /clients/{name}/remove", "DELETE /api/v1/clients/{name}/"],
    "destination.remove": [
        "POST /destinations/{name}/remove",
        "DELETE /api/v1/destinations/{name}/",
    ],
}
# Doors that write, by what they leave; refusals too
KEPT = {
    "user.create": ["POST /people/new"],
    "user.change": [
        "POST /people/{username}/edit",
        "POST /people/{username}/role",
        "POST /people/{username}/switch",
        "PATCH /api/v1/users/{username}/",
        "POST /api/v1/users/{username}/deactivate/",
    ],
    "team.create": ["POST /teams/new"],
    "team.change": ["POST /teams/{name}/edit", "PATCH /api/v1/teams/{name}/"],
    "team.members": [
        "POST /teams/{name}/members/add",
        "POST /teams/{name}/members/{username}/change",
        "POST /teams/{name}/members/{username}/remove",
        "POST /people/{username}/join",
    ],
    "environment.create": ["POST /environments/new"],
    "environment.change": [
        "POST /environments/{name}/edit",
        "PATCH /api/v1/environments/{name}/",
    ],
    "grant.give": [
        "POST /connections/{name}/give",
        "POST /clients/{name}/give",
        "POST /destinations/{name}/give",
    ],
    "grant.take": ["POST /grants/{pk}/take"],
    "connection.change": [
        "POST /connections/{name}/edit",
        "PATCH /api/v1/connections/{name}/",
    ],
    "client.create": ["POST /clients/new"],
    "client.change": ["POST /clients/{name}/edit", "PATCH /api/v1/clients/{name}/"],
    "destination.create": ["POST /clients/{name}/destinations/new"],
    "destination.change": [
        "POST /destinations/{name}/edit",
        "PATCH /api/v1/destinations/{name}/",
    ],
    **REMOVALS,
}
# Past the permission refused for what the house is like: both were sent something
OTHERWISE_REFUSED = {
    *(door for doors in REMOVALS.values() for door in doors),
    "POST /deliveries/{number}/cancel",
}
NOT_THERE = {door for doors in REMOVALS.values() for door in doors}
UNREMARKED = {"POST /deliveries/{number}/cancel"}
MANAGING = """
PATCH /api/v1/users/{username}/ PATCH /api/v1/teams/{name}/ PATCH /api/v1/environments/{name}/
PATCH /api/v1/connections/{name}/ PATCH /api/v1/clients/{name}/ DELETE /api/v1/clients/{name}/
PATCH /api/v1/destinations/{name}/ DELETE /api/v1/destinations/{name}/
"""
# How many queries each page makes
COUNTS = {
    "/clients/new": 4,
    "/clients/{name}/destinations/new": 6,
    "/clients/{name}/edit": 5,
    "/clients/{name}/give": 5,
    "/clients/{name}/remove": 8,
    "/connections/{name}/edit": 5,
    "/connections/{name}/give": 5,
    "/deliveries/{number}/cancel": 6,
    "/destinations/{name}/edit": 5,
    "/destinations/{name}/give": 6,
    "/destinations/{name}/remove": 8,
    "/environments/new": 4,
    "/environments/{name}/edit": 6,
    "/grants/{pk}/take": 7,
    "/people/new": 3,
    "/people/{username}/edit": 5,
    "/people/{username}/join": 6,
    "/people/{username}/password": 5,
    "/people/{username}/role": 5,
    "/people/{username}/switch": 6,
    "/teams/new": 3,
    "/teams/{name}/edit": 5,
    "/teams/{name}/members/add": 7,
    "/teams/{name}/members/{username}/change": 6,
    "/teams/{name}/members/{username}/remove": 6,
}
READERS = dict.fromkeys((*OF_PEOPLE, "/people/{username}/password"), "priya")
# What a page is opened on with a dialog: page, who looks, what is opened there
DIALOGS = (
    ("/teams/", "priya", ("portal:team-new",)),
    ("/teams/{name}/", "ines", ("portal:team-edit", "portal:team-add-member")),
    ("/teams/{name}/", "priya", ("portal:team-change-member",)),
    (
        "/teams/{name}/members/{username}/change",
        "ines",
        ("portal:team-remove-member",),
    ),
    ("/people/", "priya", ("portal:people-new",)),
    (
        "/people/{username}/",
        "priya",
        (
            "portal:person-edit",
            "portal:person-role",
            "portal:person-password",
            "portal:person-switch",
            "portal:person-join",
            "portal:person-end-sessions",
            "portal:person-reset-factor",
        ),
    ),
    (
        "/environments/",
        "priya",
        ("deployments:environment-new", "deployments:environment-edit"),
    ),
    (
        "/connections/{name}/",
        "ines",
        ("pipelines:connection-edit", "pipelines:grant-take"),
    ),
    ("/clients/", "ines", ("pipelines:client-new",)),
    (
        "/clients/{name}/",
        "ines",
        ("pipelines:client-edit", "pipelines:client-remove", "pipelines:destination-new"),
    ),
    (
        "/destinations/{name}/",
        "ines",
        ("pipelines:destination-edit", "pipelines:destination-remove"),
    ),
)
