"""What people write about a component, and whom they hand it to."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from portal.accounts.models import Team
from portal.catalog import facts
from portal.catalog.facts import LINK_KINDS, Link
from portal.catalog.models import Component
from portal.forms import Form, OfWhatStands, reason

TIERS = [
    (1, "Tier 1: clients notice within minutes"),
    (2, "Tier 2: clients notice within a day"),
    (3, "Tier 3: colleagues notice"),
    (4, "Tier 4: nobody is woken"),
]
LIFECYCLES = [
    (Component.Lifecycle.EXPERIMENTAL, "Experimental: may change any day"),
    (Component.Lifecycle.PRODUCTION, "Production: others rely on it"),
]


class EditForm(OfWhatStands):
    """Its words, its weight, its links."""

    title = forms.CharField(
        label="Title", max_length=120, required=False, help_text="Beside its name, which stays."
    )
    description = forms.CharField(
        label="What it is for",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "input"}),
        help_text="A sentence or two. It is searched.",
    )
    tier = forms.TypedChoiceField(label="Tier", choices=TIERS, coerce=int)
    lifecycle = forms.ChoiceField(label="Lifecycle", choices=LIFECYCLES, required=False)
    repository = forms.CharField(label="Repository", max_length=400, required=False)
    runbook = forms.CharField(
        label="Runbook", max_length=400, required=False, help_text="What to do when it fails."
    )
    dashboard = forms.CharField(label="Dashboard", max_length=400, required=False)
    links = forms.CharField(
        label="Other links",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "input"}),
        help_text="A line each: a word, then the address.",
    )

    def __init__(self, *args: Any, component: Component, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if component.lifecycle == Component.Lifecycle.DEPRECATED:
            self._offer_the_way_back(component)
        for kind in LINK_KINDS:
            self.fields[kind].widget.attrs |= {"inputmode": "url", "placeholder": "https://"}

    def _offer_the_way_back(self, component: Component) -> None:
        """Deprecated stays so until another stage is chosen."""
        stage = cast(forms.ChoiceField, self.fields["lifecycle"])
        ends = f": it ends on {component.sunset_on:%-d %B %Y}" if component.sunset_on else ""
        stage.choices = [(Component.Lifecycle.DEPRECATED, f"Deprecated{ends}"), *LIFECYCLES]
        stage.help_text = "Another one takes the deprecation back, at once."

    def given(self) -> dict[str, Any]:
        """What the operation takes."""
        data = self.cleaned_data
        typed = [Link(LINK_KINDS[kind], data[kind].strip(), kind) for kind in LINK_KINDS]
        links = [link for link in typed if link.url] + facts.read_lines(data["links"])
        found = {key: data[key] for key in ("title", "description", "tier")}
        if data.get("lifecycle"):
            found["lifecycle"] = data["lifecycle"]
        links_kept = [link.kept() for link in links]
        return {**found, "links": links_kept, "seen": data["seen"]}


def initial(component: Component) -> dict[str, Any]:
    """What the form shows first."""
    kept = facts.links(component.links)
    return {
        "title": component.title,
        "description": component.description,
        "tier": component.tier,
        "lifecycle": component.lifecycle,
        "links": facts.lines(kept),
        **{kind: facts.link_of(component.links, kind) for kind in LINK_KINDS},
    }


class HandOverForm(Form):
    """To whom, why, and its name once more."""

    to = forms.ModelChoiceField(
        Team.objects.none(), label="To", to_field_name="name", empty_label="Choose a team"
    )
    reason = reason("Why", help_text="The other team reads it in the history.")
    confirm = forms.CharField(label="Its name once more", max_length=60)

    def __init__(self, *args: Any, component: Component, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Team.objects.exclude(pk=component.team_id).order_by("name")
        self.fields["to"].queryset = others  # type: ignore[attr-defined]
        self.fields["confirm"].widget.attrs["autocomplete"] = "off"
