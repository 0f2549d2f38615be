"""Files of descriptors: each document by itself, within bounds, with the place of what is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from portal.descriptors import reading
from portal.descriptors.described import Described, Unnamed, described
from portal.descriptors.substitutions import CantLoad
from tests.attacks.test_in_the_code import seconds_of_work

GOOD = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: checkout
spec:
  type: service
  lifecycle: production
  owner: payments
"""


def read(text: str, texts: dict[str, str] | None = None) -> list[Described | Unnamed]:
    def load(target: str) -> str:
        if target not in (texts or {}):
            raise CantLoad(f"“{target}” is not in the repository. Mend the path.")
        return (texts or {})[target]

    return [described(document, load) for document in reading.documents(text)]


def named(text: str) -> list[Described]:
    return [found for found in read(text) if isinstance(found, Described)]


def said(text: str) -> list[tuple[int | None, int | None, str]]:
    return [(one.line, one.column, one.message) for found in read(text) for one in found.findings]


def test_each_document_is_an_entity_with_the_line_it_begins_in() -> None:
    text = f"# Ours\n---\n{GOOD}---\n{GOOD.replace('checkout', 'cart')}"
    assert [(one.ref, one.line) for one in named(text)] == [
        ("component:default/checkout", 3),
        ("component:default/cart", 12),
    ]
    assert named(text)[1].text == GOOD.replace("checkout", "cart")


def test_a_broken_document_costs_only_itself_and_says_where_and_whose() -> None:
    broken = GOOD.replace("checkout", "cart").replace("  type: service", "  type: [service")
    found = read(f"{GOOD}---\n{broken}---\n{GOOD.replace('checkout', 'pay')}")
    assert [one.ref for one in found] == [
        f"component:default/{n}" for n in ("checkout", "cart", "pay")
    ]
    assert isinstance(found[1], Unnamed)
    (finding,) = found[1].findings
    assert (finding.line, finding.message[:31]) == (16, "This can't be read as YAML: did")


def test_what_is_missing_is_named_with_what_to_write_there() -> None:
    text = GOOD.replace("  owner: payments\n", "")
    assert said(text) == [
        (5, 1, "spec.owner is missing. Write the group that answers for it."),
    ]


@pytest.mark.parametrize(
    ("line", "by", "message"),
    [
        ("kind: Component", "kind: Componnt", "“Componnt” is a kind that nothing here knows. Did"),
        ("  name: checkout", "  name: -checkout", "metadata.name has 1 to 63"),
        ("  name: checkout", "  name: checkout\n  tags: [Java]", "“Java” can't be a tag"),
        ("  name: checkout", "  name: checkout\n  labels: {a: 1}", "“a” is to be text"),
        (
            "  name: checkout",
            "  name: checkout\n  links: [{url: 'https://[x'}]",
            "“https://[x” is no address of a page",
        ),
        ("  owner: payments", "  owner: [payments]", "spec.owner is to be one reference"),
        ("  owner: payments", "  owner: a b", "“a b” names no entity. Write [group:]"),
        ("  type: service", "  type: service\n  type: library", "“type” stands twice"),
        ("  type: service", "  type: &a [*a]", "“*a” stands inside of itself"),
        ("  type: service", "  type: !!python/object:os.system x", "is a tag"),
        (
            "  type: service",
            "  dependsOn: [checkout-db]",
            "“checkout-db” names no entity. Write kind",
        ),
    ],
)
def test_what_is_wrong_is_said_in_words(line: str, by: str, message: str) -> None:
    assert any(message in words for _, _, words in said(GOOD.replace(line, by)))


def test_kinds_and_fields_that_nobody_here_knows_are_kept_as_they_are() -> None:
    text = "apiVersion: acme.io/v2\nkind: Ship\nmetadata: {name: mary}\nsails: {main: 1}\n"
    (ship,) = named(text)
    assert ship.ref == "ship:default/mary"
    assert ship.data["sails"] == {"main": 1}
    assert ship.findings == []


def test_anchors_and_merged_mappings_say_what_yaml_says() -> None:
    text = GOOD.replace("spec:", "x: &base {owner: payments, lifecycle: old}\nspec:\n  <<: *base")
    (one,) = named(text.replace("  owner: payments\n", ""))
    assert one.spec["owner"] == "payments"
    assert one.spec["lifecycle"] == "production"


def test_a_bomb_of_aliases_is_refused_before_it_unfolds() -> None:
    layers = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    layers += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    (finding,) = [one for found in read("\n".join(layers)) for one in found.findings]
    assert "Written out, this document is larger than 1,024 kB" in finding.message


def test_depth_and_size_are_bounded() -> None:
    deep = "a: " + "[" * 60 + "]" * 60
    assert "nested deeper than 40 levels" in said(deep)[0][2]
    with pytest.raises(reading.TooMuch, match="larger than 8 MB"):
        reading.decoded(b"x" * (reading.MOST_FILE + 1))
    with pytest.raises(reading.TooMuch, match="not text in UTF-8"):
        reading.decoded(b"\xff")


def test_texts_of_other_files_are_put_in_and_what_they_hold_is_only_data() -> None:
    text = """\
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: pay}
spec:
  type: openapi
  lifecycle: production
  owner: payments
  definition: {$text: ./openapi.yaml}
  more: {$yaml: more.yaml}
  numbers: {$json: numbers.json}
"""
    texts = {"./openapi.yaml": "$text: x", "more.yaml": "a: {$text: x}", "numbers.json": "[1]"}
    (one,) = read(text, texts)
    assert isinstance(one, Described)
    assert one.spec["definition"] == "$text: x"
    assert one.spec["more"] == {"a": {"$text": "x"}}
    assert one.spec["numbers"] == [1]


def test_a_text_that_can_not_be_had_is_a_finding_where_it_is_named() -> None:
    text = GOOD.replace("  type: service", "  type: service\n  more: {$text: gone.md}")
    assert said(text) == [(7, 3, "“gone.md” is not in the repository. Mend the path.")]


def test_relations_are_told_in_the_direction_that_is_kept_with_defaults_filled_in() -> None:
    text = GOOD.replace("name: checkout", "name: checkout\n  namespace: shop") + (
        "  system: store\n  providesApis: [pay]\n  dependsOn: [resource:default/db]\n"
        "  dependencyOf: [component:cart]\n"
    )
    (one,) = named(text)
    ref = "component:shop/checkout"
    told: set[Any] = {(r.source, r.type, r.target) for r in one.relations}
    assert told == {
        (ref, "ownedBy", "group:shop/payments"),
        (ref, "partOf", "system:shop/store"),
        (ref, "providesApi", "api:shop/pay"),
        (ref, "dependsOn", "resource:default/db"),
        ("component:shop/cart", "dependsOn", ref),
    }


@pytest.mark.parametrize("line", ["#" * 300, "%" * 300, "# " * 150, "--- " + "#" * 300])
def test_a_banner_of_signs_costs_nothing(line: str) -> None:
    with seconds_of_work(1, line[:4]):
        assert [one.line for one in reading.documents(f"{line}\na: 1\n")] == [1]
        assert list(reading.documents(f"{line}\n--- \n...\t# end\n \n%x\n---")) == []


def test_the_places_of_many_findings_are_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    text = GOOD + "".join(f"  owner{n}: a\n" for n in range(3)) + "metadata2: 1\n"
    (document,) = reading.documents(text)
    before = document.finding("x", ("spec", "type"))
    monkeypatch.setattr(reading, "_Reader", None)  # nothing is read again
    after = document.finding("x", ("spec", "owner"))
    assert (before.line, after.line) == (6, 8)
