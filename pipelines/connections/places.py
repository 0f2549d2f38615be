"""Which directories a binding may name: below the allowed roots, never the portal's own."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from portal.errors import Refused

OWN = ("artifacts", "postgres", "redis", "run", "servers", "static", "log")


def checked(address: str, *, is_written: bool) -> Path:
    """The directory of an address, links followed; Refused says what is wrong with it.

    One that is only read must be there; one that is written to is made when it is first used.
    """
    named = Path(address)
    if not named.is_absolute():
        raise Refused(f"“{address}” is no whole path: begin it with “/”.", field="address")
    place = named.resolve()
    roots = [Path(root).resolve() for root in settings.DIRECTORY_ROOTS]
    if not any(place.is_relative_to(root) for root in roots):
        listed = ", ".join(map(str, roots))
        raise Refused(
            f"{place} lies outside of the folders that bindings may use ({listed}). Whoever runs "
            "Slipway can allow it with SLIPWAY_DIRECTORY_ROOTS.",
            field="address",
        )
    if any(place == own or place.is_relative_to(own) for own in _own()) or place in _above():
        raise Refused(f"{place} is Slipway's own folder. Choose another one.", field="address")
    if place.exists() and not place.is_dir():
        raise Refused(f"{place} is a file; a folder is wanted.", field="address")
    if not is_written and not place.is_dir():
        raise Refused(f"There is no folder {place}. Make it first.", field="address")
    return place


def _own() -> list[Path]:
    data = Path(settings.DATA_DIR).resolve()
    return [Path(settings.ARTIFACTS_DIR).resolve(), *(data / name for name in OWN)]


def _above() -> set[Path]:
    """Folders that contain what is ours: a glob there would reach it."""
    data = Path(settings.DATA_DIR).resolve()
    return {data, *data.parents, Path(settings.ARTIFACTS_DIR).resolve().parent}
