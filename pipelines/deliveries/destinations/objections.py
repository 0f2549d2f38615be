"""What a client's database objects to, in words about the rows and the table. No value is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import Error

from pipelines.connections.postgres import session, staging, swapping
from pipelines.connections.postgres.address import Database
from pipelines.connections.postgres.session import Trouble
from pipelines.connections.postgres.swapping import Load
from pipelines.deliveries.destinations.base import Changed, DestinationError, Outranked

DATA = {"22", "23"}  # SQLSTATE classes about the rows themselves


@contextmanager
def explained(database: Database, load: Load) -> Iterator[None]:
    """Turn what the database says into a DestinationError."""
    try:
        yield
    except swapping.Outranked as error:
        raise Outranked from error
    except swapping.Overtaken as error:
        words = "Something newer came just before; what was rejected of it is looked at first."
        raise Changed(words) from error
    except staging.Unwanted as error:
        words = "Stopped while it was written: it may not leave any more, or another has it."
        raise DestinationError(words, permanent=False, is_place=False) from error
    except Trouble as trouble:
        raise DestinationError(
            trouble.message, permanent=trouble.permanent, is_place=False
        ) from trouble
    except Error as error:
        raise _as_error(error, database, load) from error


def _as_error(error: Error, database: Database, load: Load) -> DestinationError:
    code = error.sqlstate or ""
    if code[:2] in DATA:
        return DestinationError(_about_rows(error, load), permanent=True, is_place=False)
    if code == "42501":
        words = (
            f"The role {database.role} may not do that in {load.table.schema}. It needs USAGE and "
            "CREATE on the schema, and to read, insert, update and delete in the table."
        )
        return DestinationError(words, permanent=True, is_place=True)
    if code == "42P10":
        key = ", ".join(load.key)
        words = f"{load.table} has no unique constraint on ({key}), which upserting needs."
        return DestinationError(words, permanent=True, is_place=False)
    if code in {"57P01", "25P03"} or not code:
        words = f"The session with {database.where} was ended before the rows were in place."
        return DestinationError(words, permanent=False, is_place=not code)
    found = session.trouble(error, database)
    return DestinationError(found.message, permanent=found.permanent, is_place=code == "53100")


def _about_rows(error: Error, load: Load) -> str:
    """Which constraint or column it was, without the value."""
    said = error.diag
    in_column = re.search(r", column ([^:]+)", said.context or "")
    column = said.column_name or (in_column[1] if in_column else "")
    if said.constraint_name:
        what = f"break the constraint {said.constraint_name} of {load.table}"
    elif column:
        what = f"have a value in the column {column} that {load.table} does not take"
    else:
        what = f"do not fit into {load.table}"
    return f"Some rows {what}. The table is as it was."
