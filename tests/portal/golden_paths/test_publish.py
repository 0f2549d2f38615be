from __future__ import annotations

import pytest
from django.test import Client

from portal.accounts.models import User
from portal.errors import NotAllowed, Refused
from portal.golden_paths import queries, shipped
from portal.golden_paths.models import GoldenPath, PathVersion
from tests.portal.golden_paths.world import JAM, World


def test_a_content_is_a_version_and_the_same_content_is_the_same(world: World) -> None:
    other = JAM.replace("title: Fruit", "title: Which fruit")
    assert world.publish(other).number == 2
    assert world.publish(f"# by hand\n{other}").number == 2
    assert world.publish().number == 1
    path = GoldenPath.objects.get()
    assert path.current == PathVersion.objects.get(number=1)
    assert [version.number for version in queries.versions(path)] == [2, 1]
    assert len(world.entries("publish")) == 4


def test_whoever_began_with_a_version_ends_with_it(world: World) -> None:
    run = world.start()
    world.publish(JAM.replace("jar: nail, note", "jar: hook, note"))
    run = world.through(run)
    assert run.version.number == 1
    assert world.step(run, "nail").given["jar"] == "nail"


def test_only_the_platform_role_publishes(world: World) -> None:
    with pytest.raises(NotAllowed, match="publish golden paths"):
        world.publish(by="ines")
    assert [entry.outcome for entry in world.entries("publish")] == ["done", "refused"]


def test_what_is_shipped_does_not_push_aside_what_people_published(world: World) -> None:
    shipped = JAM.replace("metadata:\n  name: jam", "metadata:\n  name: tea")
    world.publish(shipped, by=None)
    world.publish(shipped, by=None)  # each start says it again
    path = GoldenPath.objects.get(name="tea")
    assert path.versions.count() == 1
    newer = world.publish(shipped.replace("Cook it", "Boil it"), by=None)
    path.refresh_from_db()
    assert path.current == newer
    own = world.publish(shipped.replace("Cook it", "Steep it"))
    assert own.number == 3
    world.publish(shipped.replace("Cook it", "Stew it"), by=None)
    path.refresh_from_db()
    assert (path.current, path.versions.count()) == (own, 4)


def test_a_new_version_of_one_path_is_not_another_path(world: World) -> None:
    with pytest.raises(Refused, match="is of the path jam, not of tea"):
        world.publish(name="tea")


OUTPUT = "steps.first.outputs.place"
# What is written instead, what stands at the place that is said, and what is said
WRONG = [
    ("name: jam", "name: runs", "runs", "is an address of the portal itself"),
    ("name: jam", "name: Jam", "Jam", "can't be a name"),
    ("owner: the cooks", "owner: x\n  icon: jar", "jar", "There is no icon “jar”"),
    ("{role: developer}", "{teams: [cooks]}", "cooks", "There is no team “cooks”"),
    ("  pages:", "  editor: x:y\n  pages:", "x:y", "There is no page “x:y”"),
    ("required: [fruit]", "required: [fruits]", "fruits", "asks for no “fruits”. Did you mean"),
    ("names: team", "names: tram", "tram", "Did you mean team?"),
    ("component.register}", "component.registre}", "component.reg", "There is no permission"),
    ("spice: {type", "fruit: {type", "fruit:", "“fruit” is asked for twice"),
    ("default: 1}", "default: 0}", "0}", "The default does not fit: This must be at"),
    ('"^[a-z]+$"', '"^[a-z$"', '"^[a-z$"', "This is no regular expression"),
    ("jar.put, given", "jar.push, given", "jar.push", "There is no step “jar.push”. Did"),
    ("{id: nail,", "{id: first,", "first,", "Two steps are called “first”"),
    ("nail, note", "nail, not", "not:", "jar.nail takes no “not”. Did"),
    ("given: {jar: spice,", "given: {", "given", "jar.put needs `jar`"),
    ("{spice: true}", "{spices: true}", "spices", "before this one is called “spices”. Did you"),
    ("{spice: true}", "{taste: hot}", "taste", "No question before this one is called “taste”"),
    ("{spice: true}", "{fruit: plum}", "fruit", "“fruit” has no `enum`, so it can't decide"),
    ("{spice: true}", "{spice: [true, hot]}", "[true", "“hot” is no answer that “spice” offers"),
    ("answers.fruit }}-ripe", "answers.fruits }}-ripe", '"${{', "No page asks for “fruits”"),
    (OUTPUT, "steps.ripe.outputs.place", '"${{ steps.ripe', "No step before"),
    (OUTPUT, "steps.first.outputs.size", '"${{ steps.first', "gives no “size”"),
    (OUTPUT, "steps.spice.outputs.place", '"${{ steps.spice', "the same `if`"),
    (OUTPUT, "1 + 1", '"${{ 1 + 1', "“1 + 1” is no reference"),
    ('if: "${{ answers.spice }}"', "if: spice", "spice,", "`if` is one reference"),
    ("subject: ${{ answers.fruit }}", "subject: ${{ steps.a.outputs.b }}", "${{", "can't stand"),
    ('url: "/shelf', 'url: "javascript:', '"javascript:', "Begin with “/”"),
    ("kind: GoldenPath", "kind: Path", "Path", "must be GoldenPath"),
    ("maxLength: 20", "minLenght: 20", "minLenght", "Did you mean minLength?"),
]


@pytest.mark.parametrize(("old", "new", "there", "words"), WRONG)
def test_what_is_wrong_is_said_with_its_place(
    world: World, old: str, new: str, there: str, words: str
) -> None:
    assert old in JAM
    file = JAM.replace(old, new, 1)
    with pytest.raises(Refused) as refused:
        world.publish(file)
    lines = file.splitlines()
    found = {
        str(each["message"]): lines[each["line"] - 1][each["column"] - 1 :]  # type: ignore[operator]
        for each in refused.value.details
    }
    assert any(words in said and at.startswith(there) for said, at in found.items()), found


def test_a_page_asks_for_at_most_seven_things(world: World) -> None:
    more = "".join(f"\n          q{n}: {{type: string, title: Q}}" for n in range(6))
    with pytest.raises(Refused, match="at most 7 things"):
        world.publish(
            JAM.replace("          spice: {", f"{more.lstrip(chr(10))}\n          spice: {{")
        )


def test_the_shipped_paths_are_published_as_they_are(world: World) -> None:
    for file in shipped.files():
        world.publish(file, by=None)
    names = set(GoldenPath.objects.values_list("name", flat=True))
    assert names >= {"new-transformation", "new-client-and-delivery", "deprecate-component"}


def test_what_is_wrong_is_told_as_one_writes_at_its_line(people: dict[str, User]) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(people["ines"])
    sent = {"definition": "apiVersion: slipway/v1\nkind: GoldenPath\nmetadata:\n  nam: x\n"}
    assert client.post("/golden-paths/validate", sent).status_code == 403
    client.force_login(people["priya"])
    findings = client.post("/golden-paths/validate", sent).json()["findings"]
    assert (4, 3) in {(one["line"], one["column"]) for one in findings}
    assert not GoldenPath.objects.filter(name="x").exists()
