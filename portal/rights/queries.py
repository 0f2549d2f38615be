"""Who may do what on a thing, and why: the one permission book, asked and put into words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet
from django.utils.module_loading import import_string

from portal.accounts import access, grants
from portal.accounts.access import BOOK, Decision, Ground
from portal.accounts.models import Grant, Membership, Role, Team, User
from portal.errors import NotFound, Refused
from portal.rights import words
from portal.rights.base import Kind, Thing

USE, ROWS = "use", "rows"
MOST = 200  # people that are named


@dataclass(frozen=True, slots=True)
class Answer:
    """One right: yes or no, by which rule, and which rows give it."""

    verb: str
    label: str  # "deploy it"
    is_allowed: bool
    rule: str  # "A developer or maintainer of the team"
    because: str  # "mira is a developer of airline-data."
    limit: str = ""


@dataclass(frozen=True, slots=True)
class Holder:
    """A person who may, and why."""

    person: User
    because: str


@dataclass(frozen=True, slots=True)
class Holders:
    """Who may do it. `is_everyone`: all who are signed in, and nobody is named."""

    answer: str  # the rule in words
    is_everyone: bool = False
    people: tuple[Holder, ...] = ()


def kinds() -> list[Kind]:
    """Every kind of thing that rights are about."""
    return [import_string(path)() for path in settings.RIGHTS]


def kind(name: str) -> Kind:
    """The kind of this name; NotFound, in words, where there is none."""
    found = next((one for one in kinds() if one.kind == name), None)
    if found is None:
        names = ", ".join(one.kind for one in kinds())
        raise NotFound(f"There is no kind of thing called “{name}”. There are {names}.")
    return found


def thing(of: Kind, name: str, environment: str) -> Thing:
    """What is asked about; Refused where its name or its environment is missing."""
    if of.has_names and not name:
        raise Refused(f"Name the {of.title.lower()}.", field="name")
    if of.needs_environment and not environment:
        raise Refused("Name the environment.", field="environment")
    return of.find(name, environment)


def of_person(who: User, of: Kind, about: Thing) -> list[Answer]:
    """Each right on the thing: three queries at most."""
    limits = {limit.verb: limit.words for limit in about.limits}
    answers = []
    for verb in of.verbs:
        decision = access.decide(who, verb, about.owned)
        because = words.because(decision, who.full_name, about.team)
        rule = BOOK[verb]
        answers.append(
            Answer(
                verb,
                rule.words,
                decision.is_allowed,
                words.rule(rule.role),
                because,
                limits.get(verb, "") if decision.is_allowed else "",
            )
        )
    if about.grants:
        answers.append(_use(who, about))
    if about.has_rows:
        answers.append(_rows(who, about))
    return answers


def _use(who: User, about: Thing) -> Answer:
    """By way of a team in which they may register, and which was given the use."""
    given = {grant.team_id: grant for grant in _given(about, Grant.Use.USE)}
    teams = access.teams_where(who, "transformation.register").filter(pk__in=given)
    found = [given[team.pk] for team in teams.order_by("name")]
    return Answer(
        USE,
        words.USE[about.grants],
        bool(found),
        words.BY_GRANT,
        words.given(found) or words.not_given(who.full_name, list(given.values()), Role.DEVELOPER),
    )


def _rows(who: User, about: Thing) -> Answer:
    """The platform role does not help here."""
    found = list(grants.rows_of(who).filter(name=about.name))
    is_allowed = grants.may_see_rows(who, [about.name])
    others = list(_given(about, Grant.Use.ROWS))
    said = words.given(found) if is_allowed else ""
    return Answer(
        ROWS,
        words.ROWS,
        is_allowed,
        words.BY_ROWS,
        said or words.not_given(who.full_name, others, Role.VIEWER),
    )


def _given(about: Thing, use: str) -> QuerySet[Grant]:
    rows = Grant.objects.filter(kind=about.grants, name=about.name, use=use)
    return rows.select_related("team", "granted_by").order_by("team__name")


def holders(verb: str, of: Kind, about: Thing) -> Holders:
    """Who may do `verb` on the thing, each with why; two queries, however many there are."""
    if verb in {USE, ROWS}:
        return _holders_by_grant(verb, about)
    if verb not in of.verbs:
        raise NotFound(f"“{verb}” is nothing that is done to a {of.title.lower()}.")
    role = BOOK[verb].role
    if role == "anyone":
        return Holders(words.rule(role), is_everyone=True)
    found = []
    for person in _candidates([about.team] if about.team else []):
        decision = access.decide(person, verb, about.owned)
        if decision.is_allowed:
            found.append(Holder(person, words.because(decision, person.full_name, about.team)))
    is_everyone = about.team is not None and about.team.is_nobody and verb in access.UNOWNED
    return Holders(
        words.rule(role), is_everyone=is_everyone, people=() if is_everyone else tuple(found)
    )


def _holders_by_grant(verb: str, about: Thing) -> Holders:
    """Members of teams that were given it; asked by the same questions as for one person."""
    use = Grant.Use.USE if verb == USE else Grant.Use.ROWS
    given = list(_given(about, use))
    answer = words.BY_GRANT if verb == USE else words.BY_ROWS
    found = []
    for person in _candidates([grant.team for grant in given]):
        least = "transformation.register" if verb == USE else "log.read"
        helped = [grant for grant in given if _is_member(person, least, grant.team, verb)]
        if helped:
            found.append(Holder(person, words.given(helped)))
    return Holders(answer, people=tuple(found))


def _is_member(person: User, least: str, team: Team, verb: str) -> bool:
    """To see rows is for members of any role; the platform role does not help there."""
    decision: Decision = access.decide(person, least, team)
    if verb == ROWS:
        return access.role_in(person, team) is not None
    return decision.is_allowed and decision.ground in {Ground.ROLE, Ground.PLATFORM}


def _candidates(teams: Iterable[Team]) -> list[User]:
    """People of the platform and of these teams, with their roles read at once."""
    named = list(teams)
    people = (
        User.objects.filter(Q(is_platform=True) | Q(memberships__team__in=named), is_active=True)
        .distinct()
        .prefetch_related(Prefetch("memberships", Membership.objects.all()))
        .order_by("full_name", "pk")[:MOST]
    )
    found = list(people)
    for person in found:
        access.remember(person, person.memberships.all())
    return found
