"""Who is in the story, and what is there before it begins."""

from __future__ import annotations

from dataclasses import dataclass

EVERYTHING = ["read", "write", "deploy", "manage", "telemetry"]
SHIPS = ["read", "write", "deploy"]


@dataclass(frozen=True, slots=True)
class Person:
    """`teams`: (team, role). `note` is what the sign-in list says about them."""

    username: str
    full_name: str
    note: str
    scopes: list[str]
    teams: tuple[tuple[str, str], ...] = ()
    is_platform: bool = False

    @property
    def email(self) -> str:
        return f"{self.username}@slipway.example"


FIRST = Person(
    "priya",
    "Priya Nair",
    "platform: people, environments, connections, clients",
    EVERYTHING,
    (("platform-engineering", "maintainer"),),
    is_platform=True,
)
PEOPLE = (
    FIRST,
    Person(
        "ines",
        "Ines Marsh",
        "maintainer of airline-data: approves and rejects",
        SHIPS,
        (("airline-data", "maintainer"),),
    ),
    Person(
        "tomas",
        "Tomas Reyes",
        "maintainer of airline-data: rolls back",
        SHIPS,
        (("airline-data", "maintainer"),),
    ),
    Person(
        "mira",
        "Mira Lindqvist",
        "developer of airline-data: writes and ships",
        SHIPS,
        (("airline-data", "developer"),),
    ),
    Person(
        "jonas", "Jonas Weber", "viewer of airline-data", ["read"], (("airline-data", "viewer"),)
    ),
    Person(
        "hannah",
        "Hannah Lind",
        "maintainer of finance-data: a stranger to airline-data",
        SHIPS,
        (("finance-data", "maintainer"),),
    ),
)

TEAMS = (
    {
        "name": "platform-engineering",
        "title": "Platform engineering",
        "description": "Runs Slipway, and answers for what teams read from and deliver to.",
    },
    {
        "name": "airline-data",
        "title": "Airline data",
        "description": "Turns flight records into figures that travel companies rely on.",
    },
    {
        "name": "finance-data",
        "title": "Finance data",
        "description": "Figures for our own finance department.",
    },
)

ENVIRONMENTS = (
    {"name": "development", "title": "Development", "order": 1},
    {"name": "staging", "title": "Staging", "order": 2},
    {
        "name": "production",
        "title": "Production",
        "order": 3,
        "approvals": 1,
        "is_production": True,
    },
)

OWNER = "platform-engineering"
CONNECTION = {
    "name": "nyc-files",
    "title": "New York flight records",
    "description": "Flights, weather, planes and airlines of 2013, as files.",
    "kind": "directory",
    "team": OWNER,
}
CLIENTS = (
    {
        "name": "acme-travel",
        "title": "Acme Travel",
        "description": "Sells trips, and shows how punctual a carrier is.",
        "contact": "data@acme-travel.example",
        "team": OWNER,
    },
    {
        "name": "globex",
        "title": "Globex",
        "description": "Insures journeys against delays.",
        "contact": "feeds@globex.example",
        "team": OWNER,
    },
)
DESTINATIONS = (
    {
        "name": "acme-drop",
        "title": "Acme's drop folder",
        "kind": "directory",
        "client": "acme-travel",
        "team": OWNER,
    },
    {
        "name": "globex-drop",
        "title": "Globex's drop folder",
        "kind": "directory",
        "client": "globex",
        "team": OWNER,
    },
)
# Which destinations are bound where, each time to another folder. In development Acme's is one of
# our own, into which no client looks; for Globex there is none.
BOUND = {
    "development": ("acme-drop",),
    "staging": ("acme-drop", "globex-drop"),
    "production": ("acme-drop", "globex-drop"),
}

# Who may use what: (team, kind, name, use, why)
GRANTS = (
    ("airline-data", "connection", "nyc-files", "use", "Punctuality and weather figures."),
    ("airline-data", "connection", "nyc-files", "rows", "To see why a figure is wrong."),
    ("airline-data", "client", "acme-travel", "use", "Contract of May 2026."),
    ("airline-data", "destination", "acme-drop", "use", "Contract of May 2026."),
    ("airline-data", "client", "globex", "use", "Contract of September 2026."),
    ("airline-data", "destination", "globex-drop", "use", "Contract of September 2026."),
    ("finance-data", "connection", "nyc-files", "use", "Seats by manufacturer, for the budget."),
)
