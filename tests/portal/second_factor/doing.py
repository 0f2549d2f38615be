"""What a person does with a second factor, in a browser and at the door for programs."""

from __future__ import annotations

import base64
import re

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from portal.second_factor import codes
from tests.conftest import PASSWORD

PAPER = re.compile(r"<span>(\w{4}-\w{4}-\w{4}-\w{4})</span>")
SECRET_SHOWN = re.compile(r'class="enrol-secret">([A-Z2-7 ]+)<')


def who(client: Client) -> str:
    answer = client.get("/api/v1/whoami/")
    return answer.json()["username"] if answer.status_code == 200 else ""


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


class App:
    """An app for codes, as somebody's phone has it. Its clock is ours, or so many steps ahead."""

    def __init__(self, secret: str) -> None:
        self.secret = secret

    def shows(self, ahead: int = 0) -> str:
        return codes.code_at(self.secret, int(timezone.now().timestamp() // 30) + ahead)


def enrolled(client: Client) -> tuple[App, list[str]]:
    """Go through the page as a person does: the app, and the recovery codes."""
    shown = text(client.get("/account/second-factor/app"))
    app = App(SECRET_SHOWN.search(shown)[1].replace(" ", ""))
    done = client.post("/account/second-factor/app", {"code": app.shows(-1)})
    assert done.status_code == 200, text(done)
    return app, PAPER.findall(text(done))


def first_step(name: str = "mira", next: str = "/") -> Client:
    client = Client()
    form = {"username": name, "password": PASSWORD, "next": next}
    assert client.post("/sign-in", form).url == "/sign-in/second"
    return client


def arrive(name: str) -> Client:
    """As a browser does: it follows to the page behind the sign-in."""
    client = Client()
    client.post("/sign-in", {"username": name, "password": PASSWORD}, follow=True)
    return client


def basic(name: str, password: str) -> str:
    return base64.b64encode(f"{name}:{password}".encode()).decode()
