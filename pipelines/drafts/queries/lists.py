"""Drafts in lists, one of them, who is at it, and what it was before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from deployments.releases.models import Rejection
from pipelines.drafts.models import Draft, DraftRevision
from pipelines.transformations.models import Version
from portal.accounts.models import Team, User
from portal.errors import NotFound

HERE_FOR = timedelta(seconds=30)


def drafts() -> QuerySet[Draft]:
    """Drafts with what a line about them says."""
    return Draft.objects.select_related(
        "team",
        "created_by",
        "changed_by",
        "environment",
        "base__transformation__component__team",
        "version__transformation__component",
    )


def draft(number: int) -> Draft:
    """One draft; NotFound, in words, where there is none."""
    found = drafts().filter(number=number).first()
    if found is None:
        raise NotFound(f"There is no draft {number}. The list of drafts shows those that exist.")
    return found


def filtered(*, who: User, state: str = "", everyone: bool = False) -> QuerySet[Draft]:
    """Those of a person and of their teams (or of everyone), in a state; to be paged."""
    rows = drafts().filter(state=state or Draft.State.OPEN)
    if everyone:
        return rows
    teams = who.memberships.values("team_id")
    return rows.filter(Q(created_by=who) | Q(team__in=teams))


def begun_by(who: User) -> QuerySet[Draft]:
    """Those that a person began and still writes, the last changed first."""
    rows = drafts().filter(state=Draft.State.OPEN, created_by=who)
    return rows.order_by("-changed_at")


def open_of(versions: Iterable[Version]) -> dict[UUID | None, list[Draft]]:
    """The open drafts that change each of these versions, the last changed first."""
    found: dict[UUID | None, list[Draft]] = {version.pk: [] for version in versions}
    rows = drafts().filter(state=Draft.State.OPEN, base__in=list(found))
    for row in rows.order_by("-changed_at"):
        found[row.base_id].append(row)
    return found


def others_at(draft: Draft, who: User, now: datetime) -> list[User]:
    """Who else has it open just now."""
    seen = draft.visits.filter(at__gte=now - HERE_FOR).exclude(user=who).select_related("user")
    return [visit.user for visit in seen.order_by("user__full_name")]


def history(draft: Draft, most: int = 100) -> list[DraftRevision]:
    """What it was, newest first: one entry a sitting, and what came too late."""
    rows = draft.revisions.filter(is_step=False).select_related("by")
    return list(rows.order_by("-number")[:most])


def revision(draft: Draft, number: int) -> DraftRevision:
    """One revision; NotFound where it is no longer kept."""
    found = draft.revisions.select_related("by").filter(number=number).first()
    if found is None:
        raise NotFound(f"Revision {number} of this draft is not kept any more.")
    return found


def before(draft: Draft) -> DraftRevision | None:
    """What stood before the last change, to go back to."""
    rows = draft.revisions.filter(number__lt=draft.revision, is_aside=False, is_step=False)
    return rows.order_by("-number").first()


def newer_version(draft: Draft) -> Version | None:
    """A version that was registered since the one that this draft was made from."""
    if draft.base is None:
        return None
    rows = Version.objects.filter(
        transformation=draft.base.transformation_id, number__gt=draft.base.number
    )
    return rows.select_related("created_by").order_by("-number").first()


def same_name(draft: Draft) -> Version | None:
    """The newest version of the transformation that has this name already."""
    return _named(draft.name).first()


def version_before(version: Version) -> Version | None:
    """The newest of the same transformation before this one."""
    name = version.transformation.component.name
    return _named(name).filter(number__lt=version.number).first()


def newest_of(name: str, team: Team) -> Version | None:
    """The newest version of this team's transformation of that name."""
    return _named(name).filter(transformation__component__team=team).first()


def to_begin_from(team_ids: list[UUID], search: str = "") -> QuerySet[Version]:
    """The newest version of each transformation, why it was `rejected`, and then the one before.

    Before is the newest that was not rejected: a mend begins from either. Changed last comes first.
    """
    rows = Version.objects.annotate(rejected=_why_rejected(), is_rejected=_is_rejected())
    if search:
        name = "transformation__component__"
        rows = rows.filter(
            Q(**{f"{name}name__icontains": search}) | Q(**{f"{name}title__icontains": search})
        )
    if team_ids:
        rows = rows.filter(transformation__component__team__in=team_ids)
    newest = rows.order_by("transformation", "-number").distinct("transformation")
    sound = rows.filter(is_rejected=False).order_by("transformation", "-number")
    sound = sound.distinct("transformation")
    of_same = Version.objects.filter(transformation=OuterRef("transformation"))
    return (
        rows.filter(Q(pk__in=newest.values("pk")) | Q(pk__in=sound.values("pk")))
        .select_related("transformation__component__team", "created_by")
        .annotate(newest_at=Subquery(of_same.order_by("-number").values("created_at")[:1]))
        .order_by("-newest_at", "-number")
    )


def _why_rejected() -> Subquery:
    return Subquery(_rejections().values("reason")[:1])


def _is_rejected() -> Exists:
    return Exists(_rejections())


def _rejections() -> QuerySet[Rejection]:
    return Rejection.objects.active().filter(
        component=OuterRef("transformation__component"), digest=OuterRef("digest")
    )


def team_named(name: str) -> Team | None:
    return Team.objects.filter(name=name).first()


def _named(name: str) -> QuerySet[Version]:
    rows = Version.objects.filter(transformation__component__name=name or "?")
    return rows.select_related("transformation__component__team").order_by("-number")
