"""How many requests a minute somebody may still make. Pure."""

from __future__ import annotations

from dataclasses import dataclass

SECONDS = 60


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one token or person stands in the present minute, this request included."""

    limit: int
    asked: int
    ends_in: int  # seconds

    @property
    def is_too_much(self) -> bool:
        return self.asked > self.limit

    @property
    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers had them up to its version 07."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(max(0, self.limit - self.asked)),
            "RateLimit-Reset": str(self.ends_in),
        }


def window(now: float) -> tuple[int, int]:
    """The number of the minute that `now` (seconds since 1970) is in, and seconds left of it."""
    number = int(now // SECONDS)
    return number, max(1, int((number + 1) * SECONDS - now))
