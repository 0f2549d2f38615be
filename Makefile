# Slipway: `make up` runs it, `make test` proves it, `make help` lists the rest.

PYTHON ?= python3
PORT ?= 8000
ARGS ?=
bin := .venv/bin
compile := .venv/tools/bin/uv pip compile --quiet --universal --generate-hashes \
	--no-emit-index-url --no-header --python-version 3.11
# Named by an override, never installed: see requirements/overrides.in
compile_product := $(compile) --override requirements/overrides.in \
	--no-emit-package pandas --no-emit-package numpy

.DEFAULT_GOAL := help
.PHONY: help venv locks

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

venv: ## Make .venv from the hashed locks (nothing to do: 0.1 s)
	@$(PYTHON) -m launch.interpreter

locks: venv ## Lock requirements/*.in again (UPGRADE=--upgrade takes newer versions)
	@cd requirements && for name in boot build; do \
		../$(compile) $(UPGRADE) $$name.in -o $$name.txt || exit 1; done
	@cd requirements && ../$(subst requirements/,,$(compile_product)) $(UPGRADE) product.in -o product.txt
	@cd requirements && ../$(subst requirements/,,$(compile_product)) $(UPGRADE) -c product.txt development.in -o development.txt
