"""Markdown becomes a page: anchors, links between pages, code to copy, and nothing that runs."""

from __future__ import annotations

from portal.handbook.markdown import Picture, anchor, render

PAGES = {"how-to/deploy.md": "/handbook/how-to/deploy/", "glossary.md": "/handbook/glossary/"}
TEXT = """# Deploy

Every version is a release. Then more: of it.

See [going back](roll-back.md), the [words](../glossary.md#what) and [outside](https://x.example).

## Ask

```sh
curl "$SLIPWAY" -d '{"a": "<b>"}'
```

## Ask

| a | b |
|---|---|
| `1` | 2 |
"""


def rendered(text: str = TEXT) -> str:
    return render(text, path="how-to/deploy.md", link=PAGES.get).html


def test_the_title_and_the_first_sentence_stand_apart() -> None:
    found = render(TEXT, path="how-to/deploy.md", link=PAGES.get)
    assert (found.title, found.summary) == ("Deploy", "Every version is a release.")
    assert "<h1" not in found.html
    decision = render("# D\n\n**Decision.** One row a due time.", path="d.md", link=PAGES.get)
    assert decision.summary == "One row a due time."


def test_every_heading_has_an_anchor_of_its_own() -> None:
    found = render(TEXT, path="how-to/deploy.md", link=PAGES.get)
    assert [heading.anchor for heading in found.headings] == ["ask", "ask-2"]
    assert '<h2 id="ask-2">' in found.html
    assert anchor("What? Was `refused`!") == "what-was-refused"


def test_links_lead_to_pages_and_to_nothing_else() -> None:
    html = rendered()
    assert 'href="/handbook/glossary/#what"' in html
    assert "<a>going back</a>" in html, "no such page: the words stay"
    assert 'href="https://x.example" rel="noreferrer"' in html


def test_a_picture_is_shown_in_the_scheme_of_the_reader_and_others_are_not() -> None:
    here = {
        "img/home-light.png": Picture("/static/l.png", "/static/d.png", 1440, 900),
        "img/one.png": Picture("/static/one.png", "", 20, 10),
    }
    text = "# H\n\n![Home](../img/home-light.png) ![One](../img/one.png) ![No](https://x.example/y.png)"
    html = render(text, path="how-to/deploy.md", link=PAGES.get, picture=here.get).html
    assert html.count("<img") == 3
    for words in (
        'src="/static/l.png" alt="Home" width="1440" height="900" loading="lazy"',
        'class="only-light"',
        'src="/static/d.png" alt="Home" width="1440" height="900" loading="lazy"',
        'class="only-dark"',
        'src="/static/one.png" alt="One" width="20" height="10" loading="lazy"',
    ):
        assert words in html, words
    assert "x.example" not in html


def test_code_can_be_copied_as_it_is() -> None:
    html = rendered()
    assert 'data-copy="curl &quot;$SLIPWAY&quot; -d ' in html
    assert "&lt;b&gt;" in html
    assert '<table class="table">' in html


def test_the_search_knows_what_stands_below_each_heading() -> None:
    first, ask, second = render(TEXT, path="how-to/deploy.md", link=PAGES.get).sections
    assert first.text.startswith("Every version")
    assert (ask.title, ask.anchor) == ("Ask", "ask")
    assert "curl" in ask.text
    assert second.text == "a b 1 2"


def test_nothing_that_runs_comes_through() -> None:
    html = rendered(
        "<script>alert(1)</script> <b onclick=x>b</b>\n\n[x](javascript:alert(1))\n\n"
        '[y](data:text/html,x) ![z](x"onerror=alert(1))'
    )
    assert "<script" not in html
    assert "<b " not in html
    assert "javascript:" not in html.replace("(javascript:", "")
    assert 'href="data:' not in html
    assert '" onerror' not in html, "an attribute's value can't end early"
