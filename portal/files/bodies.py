"""Files as the body of a request: kept as they were sent, so that findings name their lines."""

from __future__ import annotations

from typing import Any

from rest_framework.parsers import BaseParser

from portal.errors import Refused

LONGEST_BODY = 1024 * 1024  # a file in a JSON string may need twice its size and more


class WholeBody(BaseParser):
    """The body as it was sent: the file's own lines and columns are what findings name."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        body = stream.read(LONGEST_BODY + 1)
        if len(body) > LONGEST_BODY:
            raise Refused("The file is larger than 256 kB. Send a smaller one.")
        return body


class Yaml(WholeBody):
    media_type = "application/yaml"


class TextYaml(WholeBody):
    media_type = "text/yaml"


class Json(WholeBody):
    media_type = "application/json"
