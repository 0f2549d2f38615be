"""What the component of a service is called where that can't be called so.

Services of before get theirs here. Under old code the column stays empty: such a service is then
in no catalog, as before.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

from django.db import migrations, models

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
WORDS = re.compile(r"[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+")


def alias(name: str) -> str:
    if SLUG.fullmatch(name) or name.startswith("unknown_service"):
        return ""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    slug = "-".join(WORDS.findall(plain)).lower()
    if slug and len(slug) <= 60:
        return slug
    return f"{slug[:51].rstrip('-') or 'service'}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def fill(apps, schema_editor):
    rows = apps.get_model("observability", "Service").objects
    for row in rows.only("pk", "name").iterator():
        if said := alias(row.name):
            rows.filter(pk=row.pk).update(alias=said)


class Migration(migrations.Migration):
    dependencies = [("observability", "0028_sums_of_processes")]

    operations = [
        migrations.AddField(
            "service",
            "alias",
            models.CharField(blank=True, db_default="", db_index=True, max_length=60),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
