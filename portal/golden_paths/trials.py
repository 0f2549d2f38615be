"""The answers of a path that is being written, asked by all its pages at once. Nothing is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import QueryDict

from portal.accounts.models import User
from portal.golden_paths import answers as fitting
from portal.golden_paths import planning
from portal.golden_paths.definition import Definition, Question
from portal.golden_paths.forms import PageForm
from portal.golden_paths.planning import PathPlan

PREFIX = "answer"  # a question may be called as a field of the page around it
ANSWERED = "answered"  # sent with the form once it was shown
CHANGED = "changed"  # what `try` says where an answer, and not the button, asks
ASKS = {
    "hx-trigger": "change",
    "hx-target": "#try",
    "hx-swap": "morph:innerHTML",
    "hx-encoding": "multipart/form-data",
    "hx-sync": "closest form:queue last",
    "hx-vals": f'{{"try": "{CHANGED}"}}',
}


class TrialPage(PageForm):
    """A page that keeps nothing. What was not answered yet is told only when the button asks."""

    is_patient = False

    def asking(self, question: Question) -> Mapping[str, str]:
        return ASKS

    def said(self, name: str) -> dict[str, Any]:
        told = super().said(name)
        if self.is_bound and self.is_patient and not self[name].data:
            told["errors"] = []
        return told


class TrialPages:
    """All pages with what was answered so far, and what each step would do then."""

    def __init__(
        self, definition: Definition, *, by: User, now: datetime, data: QueryDict, address: str
    ) -> None:
        self.pages: list[TrialPage] = []
        answers: dict[str, Any] = {}
        for number in range(1, len(definition.spec.pages) + 1):
            page = TrialPage(
                definition,
                number,
                by=by,
                answers=answers,
                check=address,
                data=data if ANSWERED in data else None,
                prefix=PREFIX,
            )
            page.is_patient = data.get("try") == CHANGED
            page.is_valid()
            given = page.answers if page.is_bound else page.initial
            answers |= {name: value for name, value in given.items() if value is not None}
            self.pages.append(page)
        asked = fitting.only_asked(definition, answers)
        self.plan: PathPlan = planning.plan(definition, asked, by=by, now=now)

    @property
    def is_right(self) -> bool:
        """Every answer fits, and every step would be done."""
        is_answered = all(page.is_bound and not page.errors for page in self.pages)
        return is_answered and self.plan.is_complete and not self.plan.objections
