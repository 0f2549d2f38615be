# Slipway: `make up` runs it, `make test` proves it.

PYTHON ?= python3
PORT ?= 8000
ARGS ?=
CASES ?= 60
launch := @exec $(PYTHON) -m launch.interpreter

.DEFAULT_GOAL := help
.PHONY: help up demo test fuzz check sbom format bench screenshots venv locks

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: ## Start Slipway (PORT=8000); the first start plays the demonstration
	@PORT=$(PORT) exec $(PYTHON) -m launch.interpreter up

demo: ## Play the demonstration against the running Slipway
	$(launch) demo $(ARGS)

test: ## Run the tests on a PostgreSQL and a Redis of their own (ARGS="-k name")
	$(launch) testing test pytest -n 4 --dist loadgroup $(ARGS)

fuzz: ## Ask 10,000 new things and play a new game of blows (CASES=60 an operation; ARGS=tests)
	@export SLIPWAY_TEST_FUZZ=$(CASES); exec $(PYTHON) -m launch.interpreter testing test pytest -n 2 --dist loadgroup -rP $(or $(ARGS),tests/fuzz tests/faults/test_servers.py::test_anything_is_killed_at_any_moment)

check: ## Format, lint, types, architecture, settings, known weaknesses, locks
	$(launch) checks

sbom: ## List all packages as CycloneDX in .data/sbom.cdx.json (ARGS=another file)
	$(launch) sbom $(ARGS)

format: venv ## Format Python and templates
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format .
	@find templates -name '*.html' -exec .venv/bin/djade --target-version 5.2 {} +

bench: ## Measure runs, pages and memory beside bare Celery and DuckDB (ARGS="tiny pages")
	$(launch) testing bench tests.bench $(ARGS)

screenshots: ## Photograph the main pages of the running Slipway into docs/img (ARGS=--all)
	$(launch) beside tests.journeys.screenshots $(ARGS)

venv: ## Make .venv from the hashed locks
	$(launch)

locks: venv ## Lock requirements/*.in again (ARGS=--upgrade for newer versions)
	$(launch) relock $(ARGS)
