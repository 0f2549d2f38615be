"""Files of descriptors as the body of a request: as they were sent, so that findings name lines."""

from __future__ import annotations

from typing import Any

from rest_framework.parsers import BaseParser

from portal.descriptors.reading import MOST_FILE


class DescriptorYaml(BaseParser):
    """What is larger than a file may be is cut one byte later, where reading refuses it."""

    media_type = "application/yaml"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        return stream.read(MOST_FILE + 1)


class DescriptorText(DescriptorYaml):
    media_type = "text/yaml"


class DescriptorJson(DescriptorYaml):
    """JSON is YAML, too."""

    media_type = "application/json"


FILES = (DescriptorYaml, DescriptorText, DescriptorJson)
