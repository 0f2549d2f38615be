"""Slipway: register, deploy, run, deliver, roll back — and know what happened.

Four floors, top to bottom; imports point down only:

    pipelines      what runs?     connections, transformations, runs, engines, deliveries
    deployments    what changes?  environments, releases, rollouts, strategies, policies, targets
    observability  what happens?  changes, metrics
    portal         who, and what is there?  accounts, audit, catalog; settings, urls, celery

A path is floor / topic / kind: `operations.py` holds every write, `queries.py` every question,
`models.py` the tables; views, API and tasks translate in, make one call and translate out.
Start reading at `portal/accounts/access.py` (who may do what) and
`deployments/rollouts/operations.py` (the verbs of a deployment, in the order of its life).
"""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
