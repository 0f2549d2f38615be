"""What a person may do to a transformation's file from here, as rows of the palette."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from portal.accounts import access
from portal.accounts.models import User
from portal.catalog.models import Component
from portal.palette.verbs import Verb

CHANGE = "Change its query"


def of_component(user: User, component: Component) -> list[Verb]:
    """Change or copy it in the editor, for those who write there. No query."""
    is_transformation = component.kind == Component.Kind.TRANSFORMATION
    if not is_transformation or not access.may(user, "draft.change", component):
        return []
    also = "edit query sql file new version copy"
    return [Verb(CHANGE, to_change(component), "draft", component.name, also=also)]


def to_change(component: Component) -> str:
    """The address at which a draft is begun from one of its versions."""
    return f"{reverse('pipelines:draft-new')}?{urlencode({'q': component.name})}"
