"""Settings: from the environment only, and a fresh checkout runs without any."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from kombu import Queue

from portal import env, servers
from portal.content_policy import CONTENT_SECURITY_POLICY  # noqa: F401 - it is a setting, too
from portal.sign_on import (  # noqa: F401 - they are settings too
    AUTH_PASSWORD_VALIDATORS,
    AUTH_USER_MODEL,
    AUTHENTICATION_BACKENDS,
    LOGIN_REDIRECT_URL,
    LOGIN_URL,
    MFA_GRACE,
    OIDC_CLIENT_ID,
    OIDC_CLIENT_SECRET,
    OIDC_GROUPS,
    OIDC_GROUPS_CLAIM,
    OIDC_ISSUER,
    OIDC_NAME,
    OIDC_REACH,
    OIDC_SCOPES,
    OIDC_UNKNOWN,
    PASSWORDS_FOR,
    REQUIRE_MFA,
    SESSION_COOKIE_AGE,
    SESSION_ENGINE,
    SESSION_IDLE,
)
from portal.telemetry import (  # noqa: F401 - they are settings too
    KEEP_LONG_ENVIRONMENTS,
    KEEP_TELEMETRY_DAYS,
    LOG_STORE,
    METRIC_STORE,
    MOST_SERIES,
    PROMETHEUS,
    TRACE_STORE,
)
from portal.upper_floors import (  # noqa: F401 - they are settings too
    CELERY_BEAT_SCHEDULE,
    CELERY_TASK_ROUTES,
    CHANGE_MARKS,
    COMPARED,
    CONSUMER_SOURCES,
    DEPLOYMENT_TARGETS,
    DESTINATION_ADAPTERS,
    ENGINES,
    ENUM_NAMES,
    GOLDEN_PATH_EDITORS,
    GOLDEN_PATH_NAMES,
    GOLDEN_PATH_STEPS,
    GRAPH_SOURCES,
    HEALTH_WORK,
    IDENTIFIED_BY_NUMBER,
    MANIFEST_KINDS,
    METRIC_SOURCES,
    NAMED_IN_RECORDS,
    OBJECTIVES,
    OWNERS_OF,
    PERSONAL_COLUMNS,
    RIGHTS,
    SECRETS_AT_REST,
    SEEN_AS,
    SENDER_OF,
    SLOW_WORK,
    SOURCE_ADAPTERS,
    TICKS,
    TOLD_WHEN_READY,
    WAITING_WORK,
    WORKLOADS,
)

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("SLIPWAY_DATA", str(BASE_DIR / ".data"))).resolve()
DEBUG = env.flag("SLIPWAY_DEBUG")
VERSION = "0.1.0"  # the command line, which stands alone, has the same

SECRET_KEY = env.text("SLIPWAY_SECRET_KEY") or env.kept_secret(DATA_DIR / "secret_key")
# The first key encrypts; all of them decrypt, so that keys can be rotated.
ENCRYPTION_KEYS = env.words("SLIPWAY_ENCRYPTION_KEYS", [SECRET_KEY])
KEYS_ARE_LOST = env.flag("SLIPWAY_KEYS_ARE_LOST")
AUDIT_SIGNING_KEY = env.text("SLIPWAY_AUDIT_KEY") or SECRET_KEY
AUDIT_HEADS = env.text("SLIPWAY_AUDIT_HEADS")  # the folder that gets one a day; empty: none is kept

# --- Web -----------------------------------------------------------------------------------------
ALLOWED_HOSTS = env.words("SLIPWAY_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
IS_HTTPS = env.flag("SLIPWAY_HTTPS")
CSRF_FAILURE_VIEW = "portal.failures.forged"
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if IS_HTTPS else []
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
# Other names below the same domain, and a list that browsers bring along, are not ours to decide.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
APPEND_SLASH = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "django_prometheus",
    "portal",
    "observability",
    "deployments",
    "pipelines",
]
MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "portal.middleware.RequestId",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.failures.TellsOutages",  # behind static files, before the first that asks a table
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.middleware.Slashes",
    "django.middleware.csrf.CsrfViewMiddleware",
    "portal.accounts.middleware.Authentication",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.middleware.Refusals",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "portal.frame.frame",
            ],
            "builtins": ["portal.templatetags.portal", "portal.templatetags.once"],
        },
        "APP_DIRS": True,
    }
]

# --- Notifications -------------------------------------------------------------------------------
# How people reach these pages from a mail.
BASE_URL = env.address(
    "SLIPWAY_URL", f"http{'s' if IS_HTTPS else ''}://localhost:{env.text('PORT', '8000')}"
)
_mail = servers.mail(env.text("SLIPWAY_MAIL_URL"))
EMAIL_HOST, EMAIL_PORT = _mail.host, _mail.port  # no host: no mail is written
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.is_tls, _mail.is_ssl
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text(
    "SLIPWAY_MAIL_FROM", f"Slipway <slipway@{urlsplit(BASE_URL).hostname}>"
)
# How far inside a team's channel may lie: public, internal (own networks), any (this machine).
CHANNEL_REACH = env.choice("SLIPWAY_CHANNEL_REACH", "public", {"public", "internal", "any"})
# What still goes on is said again after so long; 0: it is said once.
REMIND_SECONDS = env.integer("SLIPWAY_REMIND_HOURS", 0) * 3600
NOTIFICATION_SLOTS = 2  # messages on their way at a time, in each process that sends

# --- Static files: our own folders and an explicit list out of node_modules (portal/vendor.py) ----
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static" / "portal", ("handbook", BASE_DIR / "docs" / "img")]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "portal.vendor.VendorFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "portal.static_storage.StaticFiles"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# --- Time and words ------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
USE_I18N = False
TIME_ZONE = "UTC"
USE_TZ = True

# --- Data ----------------------------------------------------------------------------------------
DATABASE_URL = env.text(
    "DATABASE_URL", f"postgresql://slipway@/slipway?host={DATA_DIR / 'run' / 'postgres'}"
)
DATABASES = {"default": servers.database(DATABASE_URL)}
IDLE_IN_TRANSACTION_SECONDS = servers.idle_in_transaction()
REDIS_URL = env.address(
    "REDIS_URL",
    f"redis+socket://{DATA_DIR / 'run' / 'redis.sock'}?virtual_host=0",
    schemes=("redis", "rediss", "redis+socket"),
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ARTIFACTS_DIR = Path(env.text("SLIPWAY_ARTIFACTS", str(DATA_DIR / "artifacts")))
# Directory bindings may point below these only.
DIRECTORY_ROOTS = [
    Path(root).resolve()
    for root in env.words("SLIPWAY_DIRECTORY_ROOTS", [str(DATA_DIR)], separator=":")
]
# Touched by whoever makes backups; its age is shown. Empty: not known.
BACKUP_MARK = env.text("SLIPWAY_BACKUP_MARK")
ZYGOTE_SOCKET = env.text("SLIPWAY_ZYGOTE", str(DATA_DIR / "run" / "zygote.sock"))

# --- Work ----------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "queue_order_strategy": "priority",  # the first named queue first: rollback before control
    "ack_emulation": False,  # a lost message is sent again from its row: Redis keeps no ledger
    "socket_keepalive": True,
    # A broker that says nothing is one that is away.
    "socket_timeout": 1,
    "socket_connect_timeout": 1,
    # Kombu would ask three times more, with pauses of six seconds in all, while a person waits.
    "max_retries": 0,
}
# Celery gives the connection back to the pool after every task: one that broke is not kept.
CELERY_TASK_DEFAULT_QUEUE = "control"
CELERY_TASK_QUEUES = [
    Queue(name)
    for name in (
        "rollback",
        "control",
        "runs",
        "deliveries",
        "notifications",
        "previews",
        "figures",
    )
]
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"  # fixed ticks: nothing to keep between starts
# Workers of the runs queue, and how many of them all backfills together may have.
RUN_SLOTS = env.integer("SLIPWAY_RUN_SLOTS", 2, least=1)
BACKFILL_SLOTS = env.integer("SLIPWAY_BACKFILL_SLOTS", max(1, RUN_SLOTS - 1), least=1)
LEASE_SECONDS = env.integer("SLIPWAY_LEASE", 30, least=1)
KEEP_RESULTS_DAYS = env.integer("SLIPWAY_KEEP_RESULTS_DAYS", 90)  # 0: for ever
# A queued row whose message has not been taken by then is sent again.
RESEND_SECONDS = env.integer("SLIPWAY_RESEND", 5)

# --- API -----------------------------------------------------------------------------------------
REQUESTS_A_MINUTE = env.integer("SLIPWAY_REQUESTS_A_MINUTE", 6000)  # of each token; 0: no limit
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "portal.accounts.authentication.BearerToken",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["portal.accounts.authentication.SignedIn"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["portal.json_bodies.StrictJson"],
    "DEFAULT_PAGINATION_CLASS": "portal.cursors.CursorPages",
    "DEFAULT_FILTER_BACKENDS": ["portal.filter_refusals.Filters"],
    "DEFAULT_SCHEMA_CLASS": "portal.schema_headers.WithEtags",
    "EXCEPTION_HANDLER": "portal.api.problem",
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_THROTTLE_CLASSES": [],  # portal.api.Asking names ours
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Slipway",
    "DESCRIPTION": "Register, deploy, run, deliver, roll back: everything that the pages can do.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "portal.schema.with_problems",
        "portal.schema.with_keys",
        "portal.schema.with_anything",
        "portal.schema.with_known_fields",
        "portal.schema.with_nulls",
    ],
    "ENUM_NAME_OVERRIDES": ENUM_NAMES,
}

# --- What happened -------------------------------------------------------------------------------
LOG_LEVEL = env.choice(
    "SLIPWAY_LOG_LEVEL", "INFO", {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "keys": {"()": "observability.logs.lines.CorrelationKeys"},
        "attempts": {"()": "portal.outage_log.Attempts"},
    },
    "formatters": {"json": {"()": "observability.logs.lines.JsonLines"}},
    "handlers": {
        "stdout": {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stdout",
            "formatter": "json",
            "filters": ["keys"],
        }
    },
    "root": {"handlers": ["stdout"], "level": LOG_LEVEL},
    "loggers": {
        "django.db.backends": {"level": "WARNING"},
        # An address that somebody mistyped is no warning: spans and figures have its status.
        "django.request": {"level": "ERROR"},
        "psycopg.pool": {"filters": ["attempts"]},
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
        # What they say in full holds the tokens of channels.
        "apprise": {"level": "WARNING", "propagate": False},
        "urllib3": {"level": "WARNING"},
    },
}
SENTRY_DSN = servers.sentry(env.text("SENTRY_DSN"))
