"""How software is delivered here: the five DORA metrics, from what the axis of changes says."""
