"""Counts requests in Redis, by token; where Redis is away, everybody passes uncounted."""

from __future__ import annotations

import logging
import time
from typing import Any, cast

import redis
from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from portal import redis_clients
from portal.throttling.windows import SECONDS, Standing, window

log = logging.getLogger(__name__)

PATIENCE = 0.25  # seconds that a request waits for its count
REST = 5.0  # seconds in which Redis is not asked after it did not answer


class ByToken(BaseThrottle):
    """`SLIPWAY_REQUESTS_A_MINUTE` for each token, and for each person who is signed in without one.

    One window a minute, counted up: cheap, the same for all processes, and what it lets through
    around a minute's turn is bounded by twice the limit.
    """

    away_until = 0.0  # of this process

    def allow_request(self, request: Request, view: APIView) -> bool:
        limit = settings.REQUESTS_A_MINUTE
        who = _who(request)
        if not (limit and who):
            return True
        number, ends_in = window(time.time())
        asked = self._counted(f"slipway:asked:{who}:{number}")
        if asked is None:
            return True
        self.standing = Standing(limit, asked, ends_in)
        cast(Any, view).standing = self.standing  # for the answer's headers
        return not self.standing.is_too_much

    def wait(self) -> float:
        return float(self.standing.ends_in)

    def _counted(self, key: str) -> int | None:
        if time.monotonic() < ByToken.away_until:
            return None
        try:
            with redis_clients.client(PATIENCE).pipeline(transaction=False) as asking:
                asking.incr(key)
                asking.expire(key, 2 * SECONDS)
                return int(asking.execute()[0])
        except redis.RedisError as error:
            ByToken.away_until = time.monotonic() + REST
            log.warning("requests are not counted, Redis is away", extra={"error": str(error)})
            return None


def _who(request: Request) -> str:
    token = getattr(request.auth, "pk", None)
    return str(token or getattr(request.user, "pk", "") or "")
