"""Starts Slipway: environment, checks, PostgreSQL, Redis, front end, processes. No Django here."""
