"""Mail by SMTP, as text with a small page beside it."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import format_datetime, formataddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string

from portal.notifications.channels.base import ChannelError, Parcel
from portal.notifications.links import absolute

# Answers of a mail server (RFC 5321, 4.2.1): five hundred and more are final.
FINAL = 500


class Mail:
    """Django's own SMTP backend; the headers let programs fold repetitions and threads."""

    def send(self, parcel: Parcel) -> None:
        with _in_words():
            _mail(parcel).send()


def _mail(parcel: Parcel) -> EmailMultiAlternatives:
    shown = {
        "letter": parcel.letter,
        "items": [(item, absolute(item.link)) for item in parcel.letter.items],
        "settings": absolute("/notifications/settings/"),
    }
    mail = EmailMultiAlternatives(
        subject=" ".join(parcel.letter.subject.split()),
        body=render_to_string("portal/notifications/mail.txt", shown),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[formataddr((parcel.name, parcel.address))],
        headers=_headers(parcel),
        connection=get_connection(),
    )
    mail.attach_alternative(render_to_string("portal/notifications/mail.html", shown), "text/html")
    return mail


def _headers(parcel: Parcel) -> dict[str, str]:
    headers = {
        "Message-ID": f"<{parcel.reference}@slipway>",
        "Date": format_datetime(parcel.written_at),
        "Auto-Submitted": "auto-generated",  # RFC 3834: nobody's holiday notice answers
    }
    if parcel.thread:
        headers["References"] = f"<{parcel.thread}@slipway>"
    return headers


@contextmanager
def _in_words() -> Iterator[None]:
    """What a mail server says, and whether trying again can help."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        raise ChannelError(
            f"The mail server does not take mail for this address: {_read(said)}",
            permanent=code >= FINAL,
        ) from error
    except smtplib.SMTPAuthenticationError as error:
        raise ChannelError(
            "The mail server refused Slipway's name and password. Someone with the platform role "
            "can look at SLIPWAY_MAIL_URL.",
            is_down=True,
        ) from error
    except smtplib.SMTPResponseException as error:
        raise ChannelError(
            f"The mail server answered {error.smtp_code}: {_read(error.smtp_error)}",
            permanent=error.smtp_code >= FINAL,
        ) from error
    except (OSError, smtplib.SMTPException) as error:
        raise ChannelError(f"The mail server does not answer: {error}", is_down=True) from error


def _read(said: bytes | str) -> str:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return " ".join(text.split())[:300]
