"""The pages of the ground floor: its table of contents."""

from __future__ import annotations

from django.urls import path

from portal.accounts import views as accounts

app_name = "portal"
urlpatterns = [
    path("sign-in", accounts.sign_in, name="sign-in"),
    path("sign-out", accounts.sign_out, name="sign-out"),
]
