"""What an entry's verb reads like: "deployment.roll_back" -> "rolled back". Pure."""

from __future__ import annotations

from portal.tones import Tone

SAID = {
    "user.create": "created the person",
    "user.change": "changed the person",
    "user.password": "chose a password for",
    "user.sign_in": "signed in",
    "team.create": "created the team",
    "team.members": "changed the members of",
    "token.create": "created the token",
    "token.revoke": "revoked the token",
    "grant.give": "gave the use of",
    "grant.take": "took back the use of",
    "component.register": "registered",
    "component.change": "changed",
    "component.hand_over": "handed over",
    "environment.create": "created the environment",
    "connection.create": "created the connection",
    "client.create": "created the client",
    "destination.create": "created the destination",
    "binding.set": "said where to find",
    "binding.unset": "unbound",
    "binding.test": "tried",
    "destination.resume": "let be tried again",
    "secrets.rotate": "wrote anew with the first key",
    "transformation.register": "registered",
    "draft.begin": "began the draft",
    "draft.change": "changed the draft",
    "draft.discard": "discarded the draft",
    "draft.bring_back": "brought back the draft",
    "preview.start": "previewed",
    "preview.cancel": "cancelled a preview of",
    "release.cut": "released",
    "release.reject": "rejected",
    "release.lift": "lifted the rejection of",
    "release.promote": "asked to promote",
    "run.start": "started",
    "run.again": "started again",
    "run.cancel": "cancelled",
    "run.tidy": "tidied away the staged result of",
    "run.accept": "accepted",
    "run.unaccept": "took back that it accepted",
    "schedule.leave_out": "left out due times of",
    "backfill.start": "started",
    "backfill.pause": "paused",
    "backfill.resume": "resumed",
    "backfill.cancel": "cancelled",
    "backfill.end": "saw the end of",
    "delivery.again": "delivered again",
    "deployment.request": "asked to deploy",
    "deployment.approve": "approved",
    "deployment.refuse": "refused",
    "deployment.advance": "let go on",
    "deployment.abort": "aborted",
    "deployment.roll_back": "rolled back",
    "deployment.configure": "asked to configure",
    "deployment.switch": "made live",
    "deployment.succeed": "saw the end of",
    "deployment.fail": "gave up on",
    "hold.pause": "paused",
    "hold.resume": "resumed",
    "subscription.add": "began to follow",
    "subscription.remove": "stopped following",
    "notification.mute": "muted",
    "notification.unmute": "no longer mutes",
    "notification.settings": "chose how to tell",
    "notification.address": "named a mail address for",
    "notification.confirm": "confirmed the mail address of",
    "notification.send_again": "sent again to",
    "channel.add": "connected the channel",
    "channel.remove": "removed the channel",
    "channel.test": "sent a test to",
    "feedback.handle": "answered feedback about",
}
# How much a glance should stop here, and the icon of the noun
TONES: dict[str, Tone] = {
    "release.reject": "bad",
    "deployment.roll_back": "warn",
    "deployment.refuse": "warn",
    "deployment.abort": "warn",
    "deployment.fail": "bad",
    "hold.pause": "warn",
    "schedule.leave_out": "warn",
    "grant.take": "warn",
    "component.hand_over": "warn",
    "token.revoke": "warn",
}
ICONS = {
    "user": "user",
    "team": "team",
    "token": "token",
    "grant": "lock",
    "component": "catalog",
    "environment": "environment",
    "connection": "database",
    "client": "client",
    "destination": "send",
    "binding": "link",
    "secrets": "lock",
    "transformation": "transformation",
    "draft": "draft",
    "preview": "eye",
    "release": "release",
    "run": "play",
    "schedule": "schedule",
    "backfill": "run",
    "delivery": "send",
    "deployment": "deploy",
    "hold": "pause",
    "configuration": "configuration",
    "channel": "chat",
    "notification": "bell",
    "subscription": "bell",
    "feedback": "thumb-up",
}


def said(verb: str) -> str:
    """The verb in the past, before the name of the thing."""
    return SAID.get(verb) or verb.replace(".", ": ").replace("_", " ")


def tone(verb: str, outcome: str) -> Tone:
    return "warn" if outcome == "refused" else TONES.get(verb, "neutral")


def icon(verb: str, outcome: str) -> str:
    return "ban" if outcome == "refused" else ICONS.get(verb.partition(".")[0], "audit")
