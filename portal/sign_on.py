"""How people are let in: passwords, an identity provider, second factors. Part of the settings."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from portal import env
from portal.oidc import groups

# --- Who they are ---------------------------------------------------------------------------------
AUTH_USER_MODEL = "portal.User"
AUTHENTICATION_BACKENDS = ["portal.accounts.backend.PasswordBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "portal:sign-in"
LOGIN_REDIRECT_URL = "/"

# --- An identity provider that speaks OpenID Connect; without an issuer there is none -------------
OIDC_ISSUER = env.address("SLIPWAY_OIDC_ISSUER")
OIDC_CLIENT_ID = env.text("SLIPWAY_OIDC_CLIENT_ID")
OIDC_CLIENT_SECRET = env.text("SLIPWAY_OIDC_CLIENT_SECRET")
OIDC_NAME = env.text("SLIPWAY_OIDC_NAME", urlsplit(OIDC_ISSUER).hostname or "")
OIDC_SCOPES = env.words("SLIPWAY_OIDC_SCOPES", ["openid", "profile", "email"], separator=" ")
OIDC_GROUPS_CLAIM = env.text("SLIPWAY_OIDC_GROUPS_CLAIM", "groups")
# How far inside it may lie: public, internal (own networks), any (this machine, and without TLS).
OIDC_REACH = env.choice("SLIPWAY_OIDC_REACH", "internal", {"public", "internal", "any"})
# Whom it may bring that nobody here knows: who has a group that means something, everyone, nobody.
OIDC_UNKNOWN = env.choice("SLIPWAY_OIDC_UNKNOWN", "grouped", {"grouped", "everyone", "nobody"})
try:
    OIDC_GROUPS = groups.read(env.text("SLIPWAY_OIDC_GROUPS"))
except ValueError as error:
    raise env.Misconfigured(f"SLIPWAY_OIDC_GROUPS: {error}") from error
if OIDC_ISSUER and not OIDC_CLIENT_ID:
    raise env.Misconfigured("SLIPWAY_OIDC_ISSUER wants a SLIPWAY_OIDC_CLIENT_ID beside it.")
if OIDC_ISSUER.startswith("http://") and OIDC_REACH != "any":
    raise env.Misconfigured("SLIPWAY_OIDC_ISSUER is an https:// address (or the reach is any).")

# --- Passwords -----------------------------------------------------------------------------------
# Whom a password lets in: everyone, the platform role (the way in while the provider is down).
PASSWORDS_FOR = env.choice("SLIPWAY_PASSWORDS_FOR", "everyone", {"everyone", "platform", "nobody"})
if PASSWORDS_FOR != "everyone" and not OIDC_ISSUER:
    raise env.Misconfigured("SLIPWAY_PASSWORDS_FOR keeps everyone out: there is no other way in.")

# --- Second factors ------------------------------------------------------------------------------
# Whose password is not enough, and for how many days it still is, from their first sign-in on.
REQUIRE_MFA = env.choice("SLIPWAY_REQUIRE_MFA", "nobody", {"nobody", "platform", "everyone"})
MFA_GRACE = timedelta(days=env.integer("SLIPWAY_MFA_GRACE_DAYS", 7))

# --- Sessions ------------------------------------------------------------------------------------
SESSION_ENGINE = "portal.sessions.store"
SESSION_COOKIE_AGE = env.integer("SLIPWAY_SESSION_DAYS", 14, least=1) * 24 * 3600
SESSION_IDLE = timedelta(hours=env.integer("SLIPWAY_SESSION_IDLE_HOURS", 7 * 24, least=1))
