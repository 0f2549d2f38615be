"""What documents of every kind begin with. Pure."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Name = Annotated[str, Field(min_length=1, max_length=200)]
Title = Annotated[str, Field(max_length=120)]
Words = Annotated[str, Field(max_length=2000)]


class Part(BaseModel):
    """A part of a document: nothing is converted, nothing unknown is let through."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Envelope(Part):
    """The version of this format; the kind stands beside it."""

    apiVersion: Literal["slipway/v1"]  # noqa: N815 - as people of this field write it


class Named(Part):
    """The name of a thing, and nothing else."""

    name: Name
