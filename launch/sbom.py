"""`make sbom`: everything that an installation is made of, out of the locks, as CycloneDX 1.6.

Nobody is asked: names, versions and digests stand in the locks. It goes to `.data/sbom.cdx.json`,
or to the file that is named.
"""

from __future__ import annotations

import base64
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from launch.places import ROOT
from launch.refusal import told
from slipway_cli import VERSION

PYTHON_LOCKS = ("product.txt", "cli.txt")
PINNED = re.compile(r"^([\w.-]+)==([^\s;\\]+)(.*(?:\n    --hash=.*)*)", re.MULTILINE)
SHA256 = re.compile(r"sha256:([0-9a-f]{64})")


def bom() -> Bom:
    """The list of all packages of the product: Python's, and those of the pages."""
    found = {str(one.purl): one for one in (*python_packages(), *front_end_packages())}
    made = Bom(components=found.values())
    made.metadata.component = Component(
        name="slipway", version=VERSION, type=ComponentType.APPLICATION, bom_ref="slipway"
    )
    made.register_dependency(made.metadata.component, found.values())
    return made


def python_packages() -> Iterator[Component]:
    """As they are pinned, with the digests of every file that may be installed."""
    for lock in PYTHON_LOCKS:
        for name, version, rest in PINNED.findall((ROOT / "requirements" / lock).read_text()):
            yield _component(
                "pypi", name, version, [_sha256(text) for text in SHA256.findall(rest)]
            )


def front_end_packages() -> Iterator[Component]:
    lock = json.loads((ROOT / "static" / "package-lock.json").read_text())
    for place, said in lock["packages"].items():
        if name := place.rpartition("node_modules/")[2]:
            digest = said["integrity"].removeprefix("sha512-")
            hexadecimal = base64.b64decode(digest).hex()
            hashes = [HashType(alg=HashAlgorithm.SHA_512, content=hexadecimal)]
            yield _component("npm", name, said["version"], hashes)


def written() -> str:
    return str(
        make_outputter(bom(), OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=1)
    )


def _component(kind: str, name: str, version: str, hashes: list[HashType]) -> Component:
    group, _, bare = name.rpartition("/")
    purl = PackageURL(kind, group or None, bare, version)
    return Component(
        name=bare,
        group=group or None,
        version=version,
        purl=purl,
        bom_ref=str(purl),
        hashes=hashes,
        type=ComponentType.LIBRARY,
    )


def _sha256(digest: str) -> HashType:
    return HashType(alg=HashAlgorithm.SHA_256, content=digest)


def main() -> int:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / ".data" / "sbom.cdx.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = written()
    path.write_text(text)
    print(f"{path}: {len(json.loads(text)['components'])} packages.")
    return 0


if __name__ == "__main__":
    sys.exit(told(main))
