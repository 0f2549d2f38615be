"""Holding back a delivery that waits, on its page."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.utils import timezone

from pipelines.deliveries.models import Delivery
from tests.whole_house import Whole

Browser = Callable[[str], Client]


def test_what_waits_is_held_back_with_a_reason(whole: Whole, browser: Browser) -> None:
    number, mira = whole.delivery.number, browser("mira")
    page, asked = f"/deliveries/{number}/", f"/deliveries/{number}/cancel"
    assert "Don’t send it…" not in mira.get(page).content.decode()  # it was delivered
    late = mira.post(asked, {"reason": "Twice."})
    assert (late.status_code, b"does not wait any more" in late.content) == (409, True)
    Delivery.objects.filter(pk=whole.delivery.pk).update(state="queued", next_at=timezone.now())
    assert "Don’t send it…" in mira.get(page).content.decode()
    assert "Don’t send it…" not in browser("jonas").get(page).content.decode()
    assert mira.post(asked, {"reason": ""}).status_code == 422
    assert mira.post(asked, {"reason": "The figures are wrong."}).headers["Location"] == page
    shown = mira.get(page).content.decode()
    assert "Cancelled by Mira Okafor: The figures are wrong." in shown
