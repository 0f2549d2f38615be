"""The six tones. A state names its tone and icon where it is defined; pages only read them."""

from __future__ import annotations

from typing import Literal

Tone = Literal["neutral", "info", "good", "warn", "bad", "running"]
