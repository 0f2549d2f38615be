"""Everything that the page of a draft says, put together for one person at one time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from deployments.environments import queries as environments
from deployments.environments.models import Environment
from pipelines.drafts import fitting, proposals, sections
from pipelines.drafts.fitting import Fit
from pipelines.drafts.models import Draft
from pipelines.drafts.proposals import CheckProposal, ColumnProposal
from pipelines.drafts.queries import checks, lists
from pipelines.drafts.queries import deliveries as sent
from pipelines.drafts.queries import inputs as read
from pipelines.drafts.queries.checks import CheckView
from pipelines.drafts.queries.inputs import InputView
from pipelines.drafts.queries.taken import Taken, taken
from pipelines.drafts.sections import Section, Told
from pipelines.engines.base import EngineError
from pipelines.previews import queries as previews
from pipelines.previews.models import Preview
from pipelines.runs import parameters
from pipelines.schedules import values
from pipelines.schedules.placeholders import KNOWN
from pipelines.schedules.queries import due_times
from pipelines.schedules.words import words as schedule_words
from pipelines.transformations import judging, reading, schedules
from pipelines.transformations.outline import Outline
from pipelines.transformations.reading import Reading
from portal.accounts import access
from portal.accounts.models import Team, User
from portal.files.findings import Finding

DEPENDS_ON = ("inputs", "parameters", "sql")  # what a preview's result depends on


@dataclass
class Page:
    """A draft as its page shows it. What is not asked for is not read."""

    draft: Draft
    who: User
    now: datetime
    team: Team | None = None
    reading: Reading = field(init=False)

    def __post_init__(self) -> None:
        self.reading = reading.read(self.draft.text)
        name = self.outline.text(*judging.TEAM)
        self.team = self.draft.team if name == self.draft.team.name else lists.team_named(name)

    @property
    def outline(self) -> Outline:
        return self.reading.outline

    @cached_property
    def is_readable(self) -> bool:
        """Whether a form can show it: the file is a mapping of names to values."""
        return isinstance(self.reading.document.data, dict)

    @cached_property
    def may_change(self) -> bool:
        return access.may(self.who, "draft.change", self.draft.team)

    @cached_property
    def judgement(self) -> judging.Judgement:
        return judging.judge(self.reading, self.team, inspect=fitting.inspect)

    @cached_property
    def taken(self) -> Taken | None:
        """What has the name already that this draft was not begun to change.

        A file that is only looked at takes no name: registering it makes the next version.
        """
        is_only_looked_at = self.draft._state.adding  # noqa: SLF001 - Django's own flag
        return None if is_only_looked_at else taken(self.draft)

    @cached_property
    def findings(self) -> list[Finding]:
        """What registering would refuse: by the rules of every file, and a name that is taken."""
        found = list(self.judgement.findings)
        if self.taken:
            found.append(self.reading.document.finding(self.taken.words, ("metadata", "name")))
        return found

    @cached_property
    def told(self) -> list[Told]:
        """What registering would refuse, then what would fail because of what the inputs are."""
        found = sections.told(self.findings, self.outline)
        return [*found, *self._from_fit(found)]

    def _from_fit(self, found: list[Told]) -> list[Told]:
        """Not where the SQL is wrong already: one trouble at a time is enough to be told of."""
        fit, places = self.fit, self.reading.document
        result = []
        if fit.trouble and not any(one.section == "query" and not one.is_missing for one in found):
            at = places.finding_inside(
                fit.trouble.message, ("spec", "sql"), fit.trouble.line, fit.trouble.column
            )
            result.append(sections.told_one(at, self.outline))
        result += [Told(message, "contract") for message in fit.complaints]
        busy = {one.number for one in found if one.section == "checks"}
        for number, trouble in (fit.checks or {}).items():
            if number not in busy:
                path = ("spec", "checks", number, "sql")
                at = places.finding_inside(trouble.message, path, trouble.line, trouble.column)
                result.append(sections.told_one(at, self.outline))
        return result

    @cached_property
    def away(self) -> str:
        """Why the SQL could not be asked about just now."""
        return self.judgement.away or self._fit_and_away[1]

    @cached_property
    def sections(self) -> list[Section]:
        return sections.sections(self.outline, self.told)

    @cached_property
    def by_section(self) -> dict[str, Section]:
        return {section.name: section for section in self.sections}

    @cached_property
    def of_file(self) -> list[Told]:
        """Findings that belong to no part of the form."""
        return [one for one in self.told if one.section == "file"]

    @cached_property
    def left(self) -> int:
        """What is to mend or to do in all: the parts as the rail counts them, and the file."""
        return sum(section.left for section in self.sections) + len(self.of_file)

    # --- Where it is looked at, and what is there
    @cached_property
    def _places(self) -> tuple[Environment | None, list[Environment]]:
        return read.place_of(self.outline, self.draft.environment)

    @property
    def place(self) -> Environment | None:
        return self._places[0]

    @property
    def places(self) -> list[Environment]:
        return self._places[1]

    @cached_property
    def environments(self) -> list[Environment]:
        return list(environments.environments())

    @cached_property
    def inputs(self) -> list[InputView]:
        return read.views(self.outline, self.place)

    @cached_property
    def is_looking(self) -> bool:
        """Somebody looks at an input just now."""
        return any(one.is_waiting for one in self.inputs)

    @cached_property
    def sources(self) -> list[read.SourceView]:
        return read.offered(self.draft.team, self.place)

    @cached_property
    def columns(self) -> dict[str, list[dict[str, str]]]:
        return read.columns(self.inputs)

    @cached_property
    def schema(self) -> dict[str, Any]:
        """What the editor completes: inputs with their columns, and parameters."""
        return {
            "inputs": {one.name: one.columns or [] for one in self.inputs},
            "result": self._result,
            "parameters": list(self.outline.parameters),
        }

    @property
    def _result(self) -> list[dict[str, str]]:
        """The columns that checks read: as the query gives them, else as they are promised."""
        if self.fit.is_known:
            return [{"name": one.name, "type": one.type} for one in self.fit.columns]
        return [{"name": one.name, "type": one.type} for one in self.contract]

    @cached_property
    def _fit_and_away(self) -> tuple[Fit, str]:
        try:
            return fitting.fit(self.outline, self.columns), ""
        except EngineError as error:
            return Fit(), error.message

    @property
    def fit(self) -> Fit:
        return self._fit_and_away[0]

    @cached_property
    def undeclared(self) -> list[str]:
        """Parameters that the query uses and the file does not declare."""
        statement = self.judgement.statements.get(("spec", "sql"))
        used = [one.name.lower() for one in statement.parameters] if statement else []
        known = set(self.outline.parameters)
        return [name for name in dict.fromkeys(used) if name not in known and name.isidentifier()]

    @cached_property
    def declared(self) -> dict[str, dict[str, Any]]:
        """The parameters whose declarations are sound enough to ask for a value."""
        wrong = {str(one.message) for one in self.told if one.section == "query"}
        return {
            name: dict(declared)
            for name, declared in self.outline.parameters.items()
            if declared.get("type") in parameters.WORDS
            and not any(name in words for words in wrong)
        }

    # --- Preview, and what follows from it
    @cached_property
    def preview(self) -> Preview | None:
        return previews.last_of(self.draft.pk)

    @cached_property
    def is_stale(self) -> bool:
        """The preview is of another query than the one that stands here."""
        if self.preview is None:
            return False
        spec = self.outline.mapping("spec")
        return any(
            (self.preview.spec.get(part) or {}) != (spec.get(part) or {}) for part in DEPENDS_ON
        )

    @property
    def is_cut(self) -> bool:
        """What is proposed was seen on a part of the input only."""
        return bool(self._figures and self.preview and self.preview.is_cut)

    @cached_property
    def _figures(self) -> list[dict[str, Any]]:
        is_current = self.preview and self.preview.state == "succeeded" and not self.is_stale
        return list(self.preview.columns) if is_current and self.preview else []

    @cached_property
    def proposed(self) -> list[ColumnProposal]:
        """A contract out of what is known; empty while nothing is."""
        described = [{"name": c.name, "type": c.type} for c in self.fit.columns] or self._figures
        return proposals.columns(described, self._figures, self._key, is_cut=self.is_cut)

    @cached_property
    def _key(self) -> list[str]:
        from pipelines.drafts import reconciliation  # noqa: PLC0415 - costs 20 MB

        if self.preview is None or not self._figures:
            return []
        grouped = reconciliation.grouped_by(self.outline.text("spec", "sql"))
        return proposals.key(self.preview.keys, grouped, self._figures, self.preview.rows or 0)

    @cached_property
    def contract(self) -> list[ColumnProposal]:
        """The columns as the file promises them, with what was seen of each."""
        seen = {one.name: one for one in self.proposed}
        key = set(self.outline.entries("spec", "contract", "key"))
        return [
            ColumnProposal(
                name=name,
                type=str(column.get("type") or ""),
                is_key=name in key,
                is_required=bool(column.get("required")),
                is_personal=column.get("classification") == "personal",
                looks_personal=seen[name].looks_personal if name in seen else False,
                nulls=seen[name].nulls if name in seen else None,
                distinct=seen[name].distinct if name in seen else None,
            )
            for _, column in self.outline.items("spec", "contract", "columns")
            if (name := str(column.get("name") or ""))
        ]

    @cached_property
    def reconciliation(self) -> str:
        """The check that no row was lost or counted twice, where the query tells; else ""."""
        from pipelines.drafts import reconciliation  # noqa: PLC0415 - costs 20 MB

        names = {name: [c["name"] for c in found] for name, found in self.columns.items()}
        return reconciliation.check(self.outline.text("spec", "sql"), names)

    @cached_property
    def proposed_checks(self) -> list[CheckProposal]:
        """Checks that the rows of the preview pass, but for those that are there already."""
        if self.preview is None or not self._figures:
            return []
        found = proposals.checks(
            self.contract or self.proposed,
            rows=self.preview.rows or 0,
            is_cut=self.is_cut,
            reconciliation=self.reconciliation,
            parameters=list(self.outline.parameters),
            tried={check["name"]: check["is_passed"] for check in self.preview.checks},
        )
        there = {check.get("name") for _, check in self.outline.items("spec", "checks")}
        return [check for check in found if check.name not in there]

    @cached_property
    def ticked_checks(self) -> int:
        return sum(check.is_ticked for check in self.proposed_checks)

    @cached_property
    def checks(self) -> list[CheckView]:
        """The checks of the file, with what is wrong with each and how it went in the preview."""
        is_current = self.preview is not None and not self.is_stale
        tried = self.preview.checks if self.preview and is_current else []
        return checks.views(self.outline, self.told, {one["name"]: one for one in tried})

    # --- Deliveries and schedule
    @cached_property
    def deliveries(self) -> list[sent.DeliveryView]:
        return sent.views(self.outline, self.environments)

    @cached_property
    def offers(self) -> list[sent.Offer]:
        return sent.offers(self.draft.team, self.outline, self.environments)

    placeholders = tuple(f"{{{name}}}" for name in KNOWN)

    @cached_property
    def schedule(self) -> dict[str, Any]:
        """The schedule as it is said, and when it comes next."""
        at = ("spec", "defaults", "schedule")
        cron, zone = self.outline.text(*at, "cron"), self.outline.text(*at, "timezone") or "UTC"
        is_sound = bool(cron) and not any(
            (*schedules.cron_problems(cron), *schedules.timezone_problems(zone))
        )
        return {
            "cron": cron,
            "timezone": zone,
            "catch_up": self.outline.text(*at, "catch_up") or "latest",
            "words": schedule_words(cron, zone) if is_sound else "",
            "values": values.words(self.outline.mapping(*at, "parameters"), self.declared),
            "given": values.given(self.outline.mapping(*at, "parameters"), self.declared),
            "times": due_times(cron, zone, self.now) if is_sound else [],
        }
