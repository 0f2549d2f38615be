"""The file of a transformation: what may stand in it, and what each thing means. Pure.

These classes hold the shape of each part; what parts must be to each other stands in `rules.py`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

API_VERSION = "slipway/v1"
KIND = "Transformation"

Words = Annotated[str, Field(max_length=2000)]
Short = Annotated[str, Field(min_length=1, max_length=120)]
Name = Annotated[str, Field(min_length=1)]
ParameterType = Literal["integer", "number", "string", "boolean", "date"]
InputFormat = Literal["parquet", "csv", "json", "jsonl"]
DeliveryFormat = Literal["parquet", "csv", "jsonl"]


class Part(BaseModel):
    """A part of the file: nothing is converted, nothing unknown is let through."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Metadata(Part):
    """Whose it is and what it is called."""

    name: Name
    team: Name
    title: Annotated[str, Field(max_length=120)] = ""
    description: Words = ""


class Input(Part):
    """A named source: a path inside a connection's folder, or a table of its database."""

    connection: Name
    path: Name | None = None
    table: Name | None = None
    format: InputFormat | None = None  # else the file's ending tells


class Parameter(Part):
    """A value that a run is given; `$name` in the SQL, `{name}` in a path."""

    type: ParameterType
    default: Any = None
    minimum: Any = None
    maximum: Any = None
    enum: Annotated[list[Any], Field(min_length=1, max_length=200)] | None = None
    description: Words = ""


class Column(Part):
    """A column that clients may rely on. `required`: never empty."""

    name: Short
    type: Short
    required: bool = False
    classification: Literal["personal"] | None = None
    description: Words = ""


class Contract(Part):
    """What clients may rely on: columns, and which of them tell rows apart."""

    columns: Annotated[list[Column], Field(min_length=1, max_length=1000)]
    key: list[Name] = []


class Check(Part):
    """A SELECT over `result` and the inputs that must return no row."""

    name: Short
    sql: Name
    description: Words = ""


class Delivery(Part):
    """One copy of the result, for one client at one destination.

    A folder takes a file of a format at a path, a webhook an event of a format, a database a table.
    """

    client: Name
    destination: Name
    format: DeliveryFormat | None = None
    path: Name | None = None
    table: Short | None = None  # schema.name
    mode: Literal["replace", "upsert"] | None = None  # of a table; replace unless said otherwise


class Schedule(Part):
    """When it runs by itself. `catch_up`: which missed instants are made up for.

    `parameters` hold for the runs that it starts; "{logical_month}" is filled in for each of them.
    """

    cron: Name
    timezone: Name = "UTC"
    catch_up: Literal["latest", "all", "none"] = "latest"
    parameters: dict[str, Any] = {}


class Objectives(Part):
    """What is promised: how old the newest delivery may be, and the percentage of good runs."""

    freshness: Name | None = None  # "26h"
    success: Annotated[float, Field(gt=0, le=100)] | None = None


class Limits(Part):
    """What one run may use. Megabytes are MiB, `seconds` is wall time."""

    memory_mb: Annotated[int, Field(ge=16, le=1_048_576)] | None = None
    seconds: Annotated[int, Field(ge=1, le=86_400)] | None = None
    threads: Annotated[int, Field(ge=1, le=256)] | None = None
    temp_mb: Annotated[int, Field(ge=0, le=1_048_576)] | None = None
    file_mb: Annotated[int, Field(ge=1, le=1_048_576)] | None = None


class Defaults(Part):
    """What holds unless an environment's configuration says otherwise."""

    schedule: Schedule | None = None
    objectives: Objectives | None = None
    limits: Limits | None = None


class Configuration(Part):
    """What an environment sets for a transformation, over the file's defaults."""

    schedule: Schedule | None = None  # null: no schedule here
    parameters: dict[str, Any] = {}
    limits: Limits = Limits()


class Spec(Part):
    """The content: its canonical JSON is what a version's identity is made of."""

    engine: Literal["duckdb"] = "duckdb"
    inputs: dict[str, Input]
    parameters: dict[str, Parameter] = {}
    sql: Name
    contract: Contract | None = None
    checks: Annotated[list[Check], Field(max_length=100)] = []
    deliveries: Annotated[list[Delivery], Field(max_length=100)] = []
    defaults: Defaults | None = None


class Source(Part):
    """Where the file comes from; outside of its identity."""

    repository: Annotated[str, Field(max_length=400)] = ""
    commit: Annotated[str, Field(max_length=64)] = ""
    path: Annotated[str, Field(max_length=400)] = ""
    message: Words = ""
    committed_at: str | None = None
    authored_at: str | None = None


class File(Part):
    """The whole file, in the envelope that people of this field know."""

    apiVersion: Literal["slipway/v1"]  # noqa: N815 - as the envelope spells it
    kind: Literal["Transformation"]
    metadata: Metadata
    spec: Spec
    source: Source | None = None
