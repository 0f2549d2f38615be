"""The pages of this floor: its table of contents."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "deployments"
urlpatterns: list[URLPattern] = []
