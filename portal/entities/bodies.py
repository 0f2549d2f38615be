"""Files of descriptors as the body of a request: as they were sent, so that findings name lines."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request

from portal.bodies import Bounded
from portal.descriptors.reading import MOST_FILE


class DescriptorYaml(Bounded):
    """What is larger than a file may be is cut one byte later, where reading refuses it."""

    media_type = "application/yaml"
    most = MOST_FILE

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        return self.read(stream)


class DescriptorText(DescriptorYaml):
    media_type = "text/yaml"


class DescriptorJson(DescriptorYaml):
    """JSON is YAML, too."""

    media_type = "application/json"


def sent(request: Request) -> bytes:
    """The file of a request; empty where it has no body, which no parser is asked for."""
    data: object = request.data
    return data if isinstance(data, bytes) else b""


FILES = (DescriptorYaml, DescriptorText, DescriptorJson)
