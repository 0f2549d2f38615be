"""Edges that are said twice, a picture that is cut, and what several sources know of a thing."""

from __future__ import annotations

from portal.graph.things import Edge, Found, Graph, Key, Thing, cut, instead_of, known, merged


def key(name: str) -> Key:
    return ("component", name)


def edge(source: str, target: str, **said: object) -> Edge:
    return Edge(key(source), key(target), **said)  # type: ignore[arg-type]


def test_what_is_declared_and_seen_is_one_edge() -> None:
    [one] = merged([edge("a", "b", is_declared=True), edge("a", "b", is_seen=True, words="CSV")])
    assert (one.how, one.words) == ("declared and seen", "CSV")
    assert [each.how for each in merged([edge("a", "b", is_seen=True)])] == ["seen"]


def test_a_picture_is_cut_from_its_middle_outwards() -> None:
    chain = [edge("a", "b"), edge("b", "c"), edge("c", "d"), edge("d", "e")]
    keys, between, left = cut(chain, most=3, first=[key("c")])
    assert sorted(name for _, name in keys) == ["b", "c", "d"]
    assert [(e.source[1], e.target[1]) for e in between] == [("b", "c"), ("c", "d")]
    assert left == 2


def test_what_is_alone_stays() -> None:
    assert cut([], most=3, first=[key("a")]) == ([key("a")], [], 0)


def test_a_source_puts_edges_for_others() -> None:
    way = (edge("a", "drop"), edge("drop", "acme"))
    found = Found(edges=way, instead=frozenset({(key("a"), key("acme"))}))
    assert instead_of([edge("a", "acme"), edge("x", "a")], [found]) == [edge("x", "a"), *way]


def test_the_worse_state_of_a_thing_is_shown() -> None:
    sources = [
        Found({key("a"): Thing(key("a"), team="air", tone="bad", state="last run failed")}),
        Found({key("a"): Thing(key("a"), url="/a/", tone="good", state="live")}),
    ]
    [thing] = known([key("a")], sources)
    assert (thing.team, thing.url, thing.state) == ("air", "/a/", "last run failed")
    assert known([key("b")], sources)[0].label == "Component"


def test_neighbours() -> None:
    things = tuple(Thing(key(name)) for name in "abc")
    graph = Graph(things, (edge("a", "b"), edge("b", "c")))
    assert [one.name for one in graph.before(key("b"))] == ["a"]
    assert [one.name for one in graph.behind(key("b"))] == ["c"]
