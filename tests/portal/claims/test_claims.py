"""What was seen stands in the catalog as nobody's; one team claims it, and may let it go."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from observability.logs import queries as logs
from observability.senders import operations as senders
from observability.senders.models import Service
from portal.accounts import access
from portal.accounts import operations as accounts
from portal.accounts.models import Team, User
from portal.audit.models import Entry
from portal.catalog import operations as catalog
from portal.catalog.models import Component
from portal.claims import operations
from portal.claims import queries as claims
from portal.errors import Moved, NotAllowed, Refused
from portal.notifications.models import Event
from portal.search import queries as search
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def till(people: dict[str, User]) -> Component:
    """A service of which mira, of airline-data, sent telemetry."""
    taken = senders.admission(names=["till"], sender=people["mira"], now=NOW)
    assert taken("till") == ""
    senders.introduce(now=NOW)
    return Component.objects.select_related("team").get(name="till")


def refused(sender: User, name: str = "till") -> str:
    return senders.admission(names=[name], sender=sender, now=NOW)(name)


def test_what_is_seen_stands_in_the_catalog_as_nobodys(
    till: Component, client: Client, people: dict[str, User]
) -> None:
    assert till.is_unowned
    assert (till.kind, till.seen_at) == ("service", NOW)
    entry = Entry.objects.get(verb="component.observe")
    assert (entry.thing, entry.actor) == ("till", None)
    client.force_login(people["jonas"])
    found = client.get(f"/components/?team={till.team.name}").content.decode()
    assert "/components/till/" in found
    assert "unowned" in found
    assert "till" in search.names("component", "till").values_list("name", flat=True)


def test_a_tick_that_comes_twice_makes_nothing_twice(till: Component) -> None:
    assert senders.introduce(now=NOW) == 0
    assert Component.objects.filter(name="till").count() == 1


def test_a_name_that_no_component_can_have_leads_to_one_that_says_the_same(
    people: dict[str, User], client: Client
) -> None:
    assert refused(people["mira"], "CartService") == ""
    assert senders.introduce(now=NOW) == 1
    assert Component.objects.get(seen_at=NOW).name == "cart-service"
    assert Service.objects.get().alias == "cart-service"
    assert senders.introduce(now=NOW) == 0
    client.force_login(people["jonas"])
    assert "<code>CartService</code>" in client.get("/components/cart-service/").content.decode()
    listed = client.get("/services/").content.decode()
    assert "<small>cart-service here</small>" in listed
    assert "unowned" in listed


def test_whoever_claims_it_answers_for_all_that_is_called_so(
    people: dict[str, User], finance_data: Team
) -> None:
    refused(people["mira"], "CartService")
    senders.introduce(now=NOW)
    cart = Component.objects.select_related("team").get(name="cart-service")
    found = claims.sender(cart)
    assert found
    assert found.person == people["mira"]
    operations.claim(component=cart, team=finance_data, by=people["hannah"], now=NOW)
    assert refused(people["hannah"], "CartService") == ""
    said = (
        "“{}” would be cart-service here, which belongs to finance-data: it is taken with a token"
    )
    for name in ("CartService", "cart.service", "Cart Service"):
        assert refused(people["mira"], name).startswith(said.format(name))


def test_two_names_that_say_the_same_are_one_service_and_that_is_said(
    people: dict[str, User], client: Client
) -> None:
    for name in ("CartService", "cart_service", "cart-service"):
        assert refused(people["mira"], name) == ""
    assert senders.introduce(now=NOW) == 1
    client.force_login(people["jonas"])
    page = client.get("/components/cart-service/").content.decode()
    assert "<code>CartService</code>, <code>cart_service</code>" in page
    assert "What says the same is one service" in page
    listed = client.get("/services/").content.decode()
    assert "cart-service here, as cart-service, cart_service are too" in listed


def test_what_nobody_gave_a_name_is_no_service(people: dict[str, User], client: Client) -> None:
    assert refused(people["mira"], "unknown_service:python3") == ""
    assert senders.introduce(now=NOW) == 0
    client.force_login(people["jonas"])
    assert "Set service.name, in OTEL_SERVICE_NAME" in client.get("/services/").content.decode()


def test_nobody_is_no_team_to_choose_or_to_be_in(till: Component) -> None:
    assert till.team.name not in Team.objects.values_list("name", flat=True)
    with pytest.raises(Team.DoesNotExist):
        Team.objects.get(pk=till.team.pk)


def test_while_nobody_owns_it_everyone_reads_its_logs_and_sends_as_it(
    till: Component, people: dict[str, User]
) -> None:
    assert access.may(people["hannah"], "log.read", till)
    assert "till" not in logs.hidden_from(people["hannah"])
    assert refused(people["hannah"]) == ""
    assert not access.may(people["hannah"], "deployment.request", till)
    assert not access.may(people["hannah"], "component.change", till)


def test_a_maintainer_claims_it_for_the_team(
    till: Component, people: dict[str, User], finance_data: Team
) -> None:
    operations.claim(component=till, team=finance_data, by=people["hannah"], now=NOW)
    till.refresh_from_db()
    assert till.team == finance_data
    entry = Entry.objects.get(verb="component.claim")
    assert (entry.actor, entry.team, entry.after) == (
        people["hannah"],
        "finance-data",
        {"team": "finance-data"},
    )
    event = Event.objects.get(kind="component.claimed")
    assert (event.team, event.person, event.actor) == (
        finance_data,
        people["mira"],
        people["hannah"],
    )


def test_after_the_claim_only_the_teams_tokens_write_and_who_is_refused_is_noted(
    till: Component, people: dict[str, User], finance_data: Team
) -> None:
    operations.claim(component=till, team=finance_data, by=people["hannah"], now=NOW)
    assert "till belongs to finance-data" in refused(people["mira"])
    assert refused(people["hannah"]) == ""
    service = Service.objects.get(name="till")
    assert (service.refused_at, service.refused_sender) == (NOW, people["mira"])
    assert "till" in logs.hidden_from(people["mira"])


def test_a_component_of_which_nothing_was_ever_taken_shows_its_team_who_is_refused(
    people: dict[str, User], finance_data: Team, client: Client, program: Any
) -> None:
    catalog.register(name="bank", team=finance_data, kind="api", by=people["hannah"], now=NOW)
    for _ in range(2):
        assert "bank belongs to finance-data" in refused(people["mira"], "bank")
    service = Service.objects.get(name="bank")
    assert (service.refused_at, service.refused_sender) == (NOW, people["mira"])
    assert (service.sender, service.last_seen_at, service.is_refused) == (None, None, True)
    client.force_login(people["hannah"])
    page = " ".join(client.get("/services/").content.decode().split())
    assert "refused</span> with a token of Mira Okafor" in page
    [listed] = program("hannah").get("/api/v1/services/").json()["results"]
    assert (listed["sender"], listed["refused_sender"]) == (None, "mira")
    assert refused(people["hannah"], "bank") == ""
    service.refresh_from_db()
    assert (service.sender, service.first_seen_at) == (people["hannah"], NOW)


def test_the_second_of_two_claims_is_told_who_was_first(
    till: Component, people: dict[str, User], finance_data: Team, airline_data: Team
) -> None:
    stale = Component.objects.select_related("team").get(name="till")
    operations.claim(component=till, team=finance_data, by=people["hannah"], now=NOW)
    with pytest.raises(Moved, match="finance-data answers for till already"):
        operations.claim(component=stale, team=airline_data, by=people["ines"], now=NOW)
    assert Entry.objects.filter(verb="component.claim", outcome="refused").exists()


def test_nobody_claims_for_a_team_that_they_do_not_maintain(
    till: Component, people: dict[str, User], airline_data: Team
) -> None:
    for name in ("mira", "hannah"):
        with pytest.raises(NotAllowed, match="claim components for this team"):
            operations.claim(component=till, team=airline_data, by=people[name], now=NOW)


def test_the_platform_claims_for_a_team_but_not_for_one_without_anyone(
    till: Component, people: dict[str, User], airline_data: Team
) -> None:
    empty = accounts.create_team(
        name="empty", title="", description="", by=people["priya"], now=NOW
    )
    with pytest.raises(Refused, match="Nobody in empty"):
        operations.claim(component=till, team=empty, by=people["priya"], now=NOW)
    operations.claim(component=till, team=airline_data, by=people["priya"], now=NOW)


def test_who_left_neither_answers_for_it_nor_goes_on_sending(
    till: Component, people: dict[str, User]
) -> None:
    by = people["priya"]
    gone = accounts.create_team(name="gone", title="", description="", by=by, now=NOW)
    accounts.set_member(team=gone, user=people["mira"], role="developer", by=by, now=NOW)
    User.objects.filter(pk=people["mira"].pk).update(is_active=False)
    with pytest.raises(Refused, match="Nobody in gone"):
        operations.claim(component=till, team=gone, by=by, now=NOW)
    sender = claims.sender(till)
    assert sender is not None
    assert (sender.person, sender.teams) == (people["mira"], ())


def test_letting_go_gives_it_back_and_it_can_be_claimed_again(
    till: Component, people: dict[str, User], finance_data: Team, airline_data: Team
) -> None:
    operations.claim(component=till, team=finance_data, by=people["hannah"], now=NOW)
    with pytest.raises(Refused, match="Say why"):
        operations.let_go(component=till, reason=" ", by=people["hannah"], now=NOW)
    operations.let_go(component=till, reason="It is not ours.", by=people["hannah"], now=NOW)
    till = Component.objects.select_related("team").get(name="till")
    assert till.is_unowned
    entry = Entry.objects.get(verb="component.let_go", outcome="done")
    assert (entry.reason, entry.team) == ("It is not ours.", "finance-data")
    operations.claim(component=till, team=airline_data, by=people["ines"], now=NOW)


def test_what_was_registered_is_not_let_go(people: dict[str, User], airline_data: Team) -> None:
    made = catalog.register(
        name="checkout", team=airline_data, kind="service", by=people["ines"], now=NOW
    )
    with pytest.raises(Refused, match="was registered, not claimed"):
        operations.let_go(component=made, reason="Why not.", by=people["ines"], now=NOW)


def test_registering_what_was_seen_says_to_claim_it(
    till: Component, people: dict[str, User], airline_data: Team
) -> None:
    with pytest.raises(Refused, match="claim it for airline-data"):
        catalog.register(name="till", team=airline_data, kind="api", by=people["ines"], now=NOW)


def test_the_dialog_says_who_sends_it_and_what_happens_to_that(
    till: Component, client: Client, people: dict[str, User]
) -> None:
    client.force_login(people["hannah"])
    page = client.get("/components/till/").content.decode()
    assert "Seen, and nobody answers for it" in page
    assert "/components/till/claim" in page
    dialog = client.get("/components/till/claim").content.decode()
    assert "Mira Okafor sends its telemetry, of airline-data" in dialog
    assert "its telemetry is refused from then on" in dialog
    answer = client.post("/components/till/claim", {"team": "finance-data"})
    assert answer.status_code == 302
    again = client.post("/components/till/claim", {"team": "finance-data"})
    assert again.status_code == 409
    assert "answers for till already" in again.content.decode()


def test_the_api_claims_and_lets_go(till: Component, program: Any) -> None:
    hannah: APIClient = program("hannah")
    answer = hannah.post("/api/v1/components/till/claim/", {"team": "finance-data"})
    assert (answer.status_code, answer.json()["team"]) == (200, "finance-data")
    second = program("ines").post("/api/v1/components/till/claim/", {"team": "airline-data"})
    assert second.status_code == 409
    free = hannah.post("/api/v1/components/till/let-go/", {"reason": "Not ours."})
    assert free.json()["team"] == till.team.name
    listed = hannah.get("/api/v1/services/").json()["results"]
    assert [(one["name"], one["sender"]) for one in listed] == [("till", "mira")]


def test_the_page_of_nobody_is_the_list_of_the_unowned(
    till: Component, client: Client, people: dict[str, User]
) -> None:
    client.force_login(people["priya"])
    answer = client.get(f"/teams/{till.team.name}/")
    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        f"/components/?team={till.team.name}",
    )
    seen = client.get("/services/").content.decode()
    assert "Mira Okafor" in seen
    assert "Claim till" in seen
