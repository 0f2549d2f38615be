"""Whatever changes about a deployment soils its place, whoever writes it: triggers, once a statement.

They only add rows, so that no writer waits for another one. What is there already is soiled once.
"""

from django.db import migrations

KINDS = "('deployment', 'rollback')"
PLACES = f"""
INSERT INTO observability_soiled (component_id, environment)
SELECT DISTINCT c.component_id, c.environment FROM observability_change c
WHERE c.component_id IS NOT NULL AND c.kind IN {KINDS} AND c.id IN (%s)"""

# Which changes stand in a place that is soiled, by table
CHANGES = {
    # Itself, and what it reverses, fixes or was caused by
    "change": """SELECT t.id FROM touched t
        UNION SELECT l.other_id FROM touched t JOIN observability_link l ON l.change_id = t.id""",
    # Both ends; of a lifted rejection also what had been rejected
    "link": """SELECT t.change_id FROM touched t UNION SELECT t.other_id FROM touched t
        UNION SELECT l.other_id FROM touched t JOIN observability_link l ON l.change_id = t.other_id""",
    "commit": "SELECT t.change_id FROM touched t",
    "reclassification": "SELECT t.change_id FROM touched t",
}
BODIES = {
    **{table: PLACES % changes for table, changes in CHANGES.items()},
    "firstdelivery": """
INSERT INTO observability_soiled (component_id, environment)
SELECT DISTINCT t.component_id, t.environment FROM touched t""",
}
# A change that is gone is in no table any more: its place is read from the row itself.
GONE = f"""
INSERT INTO observability_soiled (component_id, environment)
SELECT DISTINCT t.component_id, t.environment FROM touched t
JOIN portal_component p ON p.id = t.component_id WHERE t.kind IN {KINDS}"""
EVENTS = {"insert": "NEW", "update": "NEW", "delete": "OLD"}


def function(name, body):
    return f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN {body};
RETURN NULL; END $$;"""


def trigger(table, event, name):
    return f"""
CREATE TRIGGER soil_on_{event} AFTER {event.upper()} ON observability_{table}
REFERENCING {EVENTS[event]} TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION {name}();"""


def made():
    parts = [function("observability_soil_gone", GONE)]
    for table, body in BODIES.items():
        name = f"observability_soil_{table}"
        parts.append(function(name, body))
        for event in EVENTS:
            is_gone = (table, event) == ("change", "delete")
            parts.append(trigger(table, event, "observability_soil_gone" if is_gone else name))
    return "\n".join(parts)


def unmade():
    names = [f"observability_soil_{table}" for table in (*BODIES, "gone")]
    return "\n".join(f"DROP FUNCTION {name}() CASCADE;" for name in names)


class Migration(migrations.Migration):
    dependencies = [("observability", "0014_kept_figures")]

    operations = [
        migrations.RunSQL(made(), unmade()),
        migrations.RunSQL(
            f"""INSERT INTO observability_soiled (component_id, environment)
            SELECT DISTINCT component_id, environment FROM observability_change
            WHERE component_id IS NOT NULL AND kind IN {KINDS}""",
            migrations.RunSQL.noop,
        ),
    ]
