"""The file of a golden path: what may stand in it, and what each thing means. Pure.

These classes hold the shape of each part; what parts must be to each other stands in `rules.py`.
Pages are a subset of JSON Schema with a few words of our own, all beginning with `x-slipway-`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

API_VERSION = "slipway/v1"
KIND = "GoldenPath"
MOST_FIELDS = 7  # on a page; more are not read

Words = Annotated[str, Field(max_length=1000)]
Short = Annotated[str, Field(min_length=1, max_length=120)]
Name = Annotated[str, Field(min_length=1, max_length=60)]
Count = Annotated[int, Field(ge=0, le=524_288)]
Decisive = str | bool  # an answer on which other questions may depend
RoleWord = Literal["anyone", "viewer", "developer", "maintainer", "platform"]


class Part(BaseModel):
    """A part of the file: nothing is converted, nothing unknown is let through."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, validate_by_name=True)


class Metadata(Part):
    """What it is called, and who is asked about it."""

    name: Name
    title: Short
    description: Words
    owner: Short
    icon: Name = "right"


class Who(Part):
    """People: those with at least this role, in one of these teams or in any."""

    role: RoleWord = "anyone"
    teams: Annotated[list[Name], Field(max_length=100)] = []


class Permissions(Part):
    """Who is shown the path, and who may start it."""

    see: Who = Who()
    start: Who = Who()


class Items(Part):
    """What the list of an answer holds."""

    type: Literal["string"]
    enum: Annotated[list[str], Field(min_length=1, max_length=200)] | None = None
    names: Name | None = Field(default=None, alias="x-slipway-names")


class Question(Part):
    """One answer: a property of the page's schema."""

    type: Literal["string", "integer", "number", "boolean", "array"]
    title: Short
    description: Words = ""
    default: Any = None
    examples: Annotated[list[Any], Field(max_length=5)] = []
    enum: Annotated[list[Any], Field(min_length=1, max_length=200)] | None = None
    minLength: Count | None = None  # noqa: N815 - as JSON Schema spells it
    maxLength: Count | None = None  # noqa: N815
    pattern: Annotated[str, Field(max_length=200)] | None = None
    format: Literal["date"] | None = None
    minimum: int | float | None = None
    maximum: int | float | None = None
    items: Items | None = None
    minItems: Count | None = None  # noqa: N815
    maxItems: Count | None = None  # noqa: N815
    uniqueItems: bool = True  # noqa: N815
    names: Name | None = Field(default=None, alias="x-slipway-names")
    new: Name | None = Field(default=None, alias="x-slipway-new")
    may: Name | None = Field(default=None, alias="x-slipway-may")
    ui: Literal["radio", "textarea", "code"] | None = Field(default=None, alias="x-slipway-ui")
    titles: dict[str, Short] = Field(default={}, alias="x-slipway-titles")
    pattern_words: Words = Field(default="", alias="x-slipway-pattern")
    when: dict[str, Decisive | list[Decisive]] = Field(default={}, alias="x-slipway-when")

    @property
    def depends_on(self) -> Mapping[str, list[Decisive]]:
        """The earlier answers that decide whether this is asked, each with those that let it be."""
        return {
            name: value if isinstance(value, list) else [value] for name, value in self.when.items()
        }

    @property
    def offered(self) -> str:
        """The kind of things whose names are offered, "" for none."""
        return self.names or (self.items.names if self.items else None) or ""


class PageSchema(Part):
    """The answers of a page, by name, in the order in which they are asked."""

    type: Literal["object"]
    properties: dict[str, Question]
    required: list[str] = []


class Page(Part):
    """What is asked at once."""

    title: Short
    description: Words = ""
    fields: PageSchema = Field(alias="schema")


class StepSpec(Part):
    """A step, and what it is given."""

    id: Name
    step: Name
    title: Annotated[str, Field(max_length=120)] = ""
    condition: str = Field(default="", alias="if")
    given: dict[str, Any] = {}
    undo: Literal["auto", "never"] = "auto"


class LinkSpec(Part):
    """A page to go on to when all is done."""

    title: Short
    url: Annotated[str, Field(min_length=1, max_length=400)]


class Spec(Part):
    """What is asked, and what is done with the answers."""

    subject: Annotated[str, Field(max_length=200)] = ""
    team: Annotated[str, Field(max_length=200)] = ""
    permissions: Permissions = Permissions()
    editor: Annotated[str, Field(max_length=100)] = ""
    pages: Annotated[list[Page], Field(min_length=1, max_length=10)]
    steps: Annotated[list[StepSpec], Field(min_length=1, max_length=30)]
    links: Annotated[list[LinkSpec], Field(max_length=10)] = []


class Definition(Part):
    """The whole file."""

    apiVersion: Literal["slipway/v1"]  # noqa: N815 - as the envelope spells it
    kind: Literal["GoldenPath"]
    metadata: Metadata
    spec: Spec

    @property
    def questions(self) -> Iterator[tuple[int, str, Question]]:
        """Every answer that is asked for: the number of its page from 1, its name, itself."""
        for number, page in enumerate(self.spec.pages, start=1):
            for name, question in page.fields.properties.items():
                yield number, name, question

    def page_of(self, answer: str) -> int:
        """The number of the page that asks for it; 0 for none."""
        return next((number for number, name, _ in self.questions if name == answer), 0)

    def step(self, name: str) -> StepSpec | None:
        return next((step for step in self.spec.steps if step.id == name), None)


def parsed(content: str) -> Definition:
    """The definition of content that has been published, as JSON, so it fits."""
    return Definition.model_validate_json(content)
