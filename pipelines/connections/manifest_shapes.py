"""Documents of connections, clients, destinations, their places and who may use them. Pure."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from portal.manifests.shapes import Envelope, Name, Part, Title, Words

Reason = Annotated[str, Field(max_length=2000)]


class Metadata(Part):
    """What it is called, and who answers for it."""

    name: Name
    team: Name
    title: Title = ""
    description: Words = ""


class DestinationMetadata(Part):
    """What it is called, and who answers for it."""

    name: Name
    team: Name
    title: Title = ""


class ConnectionSpec(Part):
    """What kind of source it is."""

    kind: Literal["directory", "postgres"]


class ConnectionDocument(Envelope):
    """A source of data, by name."""

    kind: Literal["Connection"]
    metadata: Metadata
    spec: ConnectionSpec


class ClientSpec(Part):
    """Whom to write to there."""

    contact: Annotated[str, Field(max_length=200)] = ""


class ClientDocument(Envelope):
    """Who receives data."""

    kind: Literal["Client"]
    metadata: Metadata
    spec: ClientSpec | None = None


class DestinationSpec(Part):
    """What kind of place it is, and whose."""

    kind: Literal["directory", "webhook", "postgres"]
    client: Name


class DestinationDocument(Envelope):
    """Where a client takes data, by name."""

    kind: Literal["Destination"]
    metadata: DestinationMetadata
    spec: DestinationSpec


class GrantMetadata(Part):
    """Who may do what with what: TEAM/use/KIND/NAME, or TEAM/rows/connection/NAME."""

    name: Annotated[
        str,
        Field(
            pattern=r"^[a-z0-9-]+/(use/(connection|client|destination)|rows/connection)/[a-z0-9-]+$"
        ),
    ]


class GrantSpec(Part):
    """Why; it stands in the audit."""

    reason: Reason = ""


class GrantDocument(Envelope):
    """What a team may use. The name says all of it."""

    kind: Literal["Grant"]
    metadata: GrantMetadata
    spec: GrantSpec | None = None


class SecretFrom(Part):
    """Where `slipway apply` finds the secret: a variable of its environment, or a file."""

    env: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] | None = None
    file: Annotated[str, Field(min_length=1, max_length=400)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> SecretFrom:
        if (self.env is None) is (self.file is None):
            raise ValueError("say env or file")
        return self


class BindingMetadata(Part):
    """What is bound where: connection/NAME/ENVIRONMENT or destination/NAME/ENVIRONMENT."""

    name: Annotated[str, Field(pattern=r"^(connection|destination)/[a-z0-9-]+/[a-z0-9-]+$")]


class BindingSpec(Part):
    """The place, and what its kind asks for beside it."""

    address: Annotated[str, Field(min_length=1, max_length=400)]
    region: Annotated[str, Field(max_length=40)] = ""
    options: dict[str, Any] = {}
    secret: SecretFrom | None = None


class BindingDocument(Envelope):
    """The place that a name stands for in one environment."""

    kind: Literal["Binding"]
    metadata: BindingMetadata
    spec: BindingSpec
