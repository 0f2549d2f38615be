"""What the palette offers: to whom, on which page, for which words."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal import navigation
from portal.accounts.models import Team, User
from portal.palette import rows
from portal.palette.rows import Group
from portal.search import operations as search
from portal.search.things import Thing
from tests.whole_house import Whole

COMPONENT = "/components/carrier-punctuality/"
Ask = Callable[..., dict[str, list[str]]]


def labels(groups: list[Group]) -> dict[str, list[str]]:
    return {group.name: [row.label for row in group.rows] for group in groups}


def test_what_the_palette_offers(whole: Whole, people: dict[str, User]) -> None:
    """One house for all of it: building it takes longer than asking."""

    def ask(text: str, at: str = "/", who: str = "mira") -> dict[str, list[str]]:
        return labels(rows.groups(text, at, people[who])[0])

    the_page_one_is_on_comes_first(ask)
    verbs_are_filtered_by_permission(ask)
    a_place_comes_before_what_tells_of_it(ask)
    a_place_is_offered_to_those_who_may_open_it(ask)
    a_sentence_finds_the_component_and_the_verb(ask)
    a_sentence_may_name_the_place(ask)
    a_verb_alone_is_offered_for_what_ones_teams_have(ask)
    the_pages_of_a_component_are_said_with_its_name(ask)
    a_version_is_rejected_from_anywhere(ask)
    a_client_offers_what_its_page_does(ask)
    modes_leave_only_verbs_or_only_the_handbook(ask)
    numbers_and_versions_are_found_by_name(ask, whole)
    the_number_of_a_request_leads_to_its_logs(ask)
    a_deployment_offers_what_may_be_said_now(ask, whole)
    what_is_typed_is_never_a_bug(ask)


def the_page_one_is_on_comes_first(ask: Ask) -> None:
    offered = ask("", COMPONENT)
    assert list(offered) == ["here", "places", "do"]
    assert offered["here"][:2] == ["Deploy a version", "Roll back production…"]
    assert "Resume in production…" in offered["here"], "it is paused there"
    assert "Roll back staging…" not in offered["here"], "it waits until someone types for it"
    assert "Roll back staging…" in ask("roll", COMPONENT)["here"]
    assert "Change its query" in ask("", COMPONENT)["here"]
    assert "Change its query" not in ask("query", COMPONENT, "jonas").get("here", [])
    assert ask("deprecate", COMPONENT, "ines")["here"] == ["Deprecate it"]
    assert "here" not in ask("", "/no/such/page")


def verbs_are_filtered_by_permission(ask: Ask) -> None:
    for person in ("jonas", "hannah"):
        assert not any("Roll" in label for label in ask("", COMPONENT, person).get("here", []))
        assert "others" not in ask("roll back carrier", "/", person)


def a_place_comes_before_what_tells_of_it(ask: Ask) -> None:
    said = {"log": "Logs", "runs": "Runs", "service map": "Service map", "queues": "Platform"}
    for text, label in {**said, "drafts": "Drafts", "platform": "Platform"}.items():
        offered = ask(text)
        assert (next(iter(offered)), offered["places"][0]) == ("places", label)
    search.put(Thing("component", "run", "/components/run/", "service", text="runs"))
    assert list(ask("run"))[:2] == ["found", "places"], "something is called just so"
    assert list(ask("runs"))[:2] == ["places", "found"], "so is the place"
    search.remove(kind="component", name="run")


def a_place_is_offered_to_those_who_may_open_it(ask: Ask) -> None:
    assert ask("bulk")["places"] == ["Bulk actions"]
    assert ask("settings", who="priya")["places"] == ["Settings", "Account"]
    assert ask("users", who="priya")["places"] == ["People"]
    assert "places" not in ask("people", who="mira")
    assert "Settings" not in ask("", who="priya")["places"], "it waits until someone types for it"


def a_sentence_finds_the_component_and_the_verb(ask: Ask) -> None:
    offered = ask("roll back carrier")
    assert offered["others"] == [f"Roll back {at}…" for at in ("production", "preview", "staging")]
    assert offered["found"] == ["carrier-punctuality"]


def a_sentence_may_name_the_place(ask: Ask) -> None:
    for text in ("roll back carrier production", "roll back carrier in prod"):
        assert ask(text)["others"] == ["Roll back production…"]
        assert ask(text)["found"] == ["carrier-punctuality"]


def a_verb_alone_is_offered_for_what_ones_teams_have(ask: Ask) -> None:
    page = Thing("page", "how-to/roll-back", "/handbook/how-to/roll-back/", "book", "Roll back")
    search.put(page)
    assert ask("roll back")["yours"] == ["Roll back production…"]
    assert list(ask("roll back"))[:2] == ["yours", "found"], "before what tells of it"
    search.remove(kind="page", name=page.name)
    assert ask("roll back staging")["yours"] == ["Roll back staging…"]
    assert ask("> rol") == {"yours": ["Roll back production…"]}
    assert "Deploy a version" in ask("> deploy")["yours"]
    assert "yours" not in ask("roll", COMPONENT), "what one looks at offers it"
    assert ask("> roll", who="hannah") == {}


def the_pages_of_a_component_are_said_with_its_name(ask: Ask) -> None:
    for label, url in navigation.COMPONENT_TABS[1:]:
        assert f"{label} of carrier-punctuality" in ask(f"{label} carrier")["others"], url
    assert ask("changes carrier")["others"] == ["Changes of carrier-punctuality"]
    assert list(ask("logs", COMPONENT))[:2] == ["here", "places"]
    search.put(Thing("component", "carrier-changes", "/components/carrier-changes/", "service"))
    assert ask("carrier changes")["found"] == ["carrier-changes"], "it has all the words"
    search.remove(kind="component", name="carrier-changes")


def a_version_is_rejected_from_anywhere(ask: Ask) -> None:
    assert set(ask("reject carrier", who="ines")["others"]) == {"Reject v1…", "Reject v2…"}
    assert "others" not in ask("reject carrier")
    assert ask("", f"{COMPONENT}versions/1/", "ines")["here"][0] == "Reject v1…"
    assert ask("reject", f"{COMPONENT}versions/3/", "ines")["here"][0] == (
        "Lift the rejection of v3…"
    )


def a_client_offers_what_its_page_does(ask: Ask) -> None:
    assert ask("deliver again", "/clients/acme-travel/")["here"] == ["Deliver again…"]
    assert ask("", "/clients/acme-travel/", "ines")["here"] == ["Deliver again…", "Edit…"]
    assert "here" not in ask("", "/clients/nobody/")


def modes_leave_only_verbs_or_only_the_handbook(ask: Ask) -> None:
    assert set(ask("> dark")) == {"do"}
    assert set(ask("?carrier")) <= {"found", "all"}
    assert "carrier-punctuality" not in ask("?carrier").get("found", [])


def numbers_and_versions_are_found_by_name(ask: Ask, whole: Whole) -> None:
    run, deployment = whole.ended_run.number, whole.approval.number
    assert f"Run {run}" in ask(f"#{run}")["found"]
    assert list(ask(f"#{run}", COMPONENT)) == ["found", "all"], "a number means no verb"
    assert f"Deployment #{deployment}" in ask(f"#{deployment}")["found"]
    assert ask(f"run {run}")["found"][0] == f"Run {run}"
    assert ask(f"Deployment {deployment}")["found"][0] == f"Deployment #{deployment}"
    assert not [hit for hit in ask(f"run #{run}")["found"] if hit.startswith("Deployment #")]
    sent, backfill = f"Delivery {whole.delivery.number}", whole.paused_backfill
    assert ask(sent)["found"][0] == sent
    assert ask(str(backfill))["found"][0] == f"Backfill {backfill.number}"
    assert ask("carrier v2")["found"][0] == "carrier-punctuality v2"


def the_number_of_a_request_leads_to_its_logs(ask: Ask) -> None:
    number = "01a2295a10787341a138683004139710"
    assert ask(number) == {"found": [f"Logs of request {number}"]}, "its digits are no words"
    assert not any("Logs of" in label for label in ask(number[:31]).get("found", []))


def a_deployment_offers_what_may_be_said_now(ask: Ask, whole: Whole) -> None:
    assert ask("", whole.approval.path, "ines")["here"][:2] == ["Approve…", "Refuse…"]
    assert "Approve…" not in ask("", whole.approval.path, "mira")["here"]
    run = f"/runs/{whole.ended_run.number}/"
    assert ask("", run)["here"][0] == "Run again…"


def what_is_typed_is_never_a_bug(ask: Ask) -> None:
    for text in (
        "'",
        "a' | b:*",
        "#99999999999999999999",
        "\x00",
        ":",
        '"',
        "kind:",
        "column:[(\\",
        "> ",
        "v" * 400,
        "&!",
    ):
        ask(text)


def test_it_asks_the_database_as_often_for_more(
    people: dict[str, User], airline_data: Team
) -> None:
    def count(text: str) -> int:
        person = User.objects.get(username="mira")
        with CaptureQueriesContext(connection) as captured:
            rows.groups(text, "/", person)
        return len(captured)

    assert count("") == 0
    assert count("air") <= 3
