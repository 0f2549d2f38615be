"""Redis asked past Celery: what it is asked for may be lost at any moment, so nobody waits long."""

from __future__ import annotations

from functools import cache
from typing import Any

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry


@cache
def client(seconds: float) -> redis.Redis:
    """Of the address that Kombu has (`redis+socket://…?virtual_host=0`), as redis-py wants it.

    `seconds`: how long one question may take; it is not asked again.
    """
    url = settings.REDIS_URL
    once: dict[str, Any] = {
        "socket_timeout": seconds,
        "socket_connect_timeout": seconds,
        "retry": Retry(NoBackoff(), 0),
    }
    if url.startswith("redis+socket://"):
        url = url.replace("redis+socket://", "unix://").replace("virtual_host=", "db=")
    return redis.Redis.from_url(url, **once)
