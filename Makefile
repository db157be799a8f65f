# Everything a developer or operator types. `make` alone lists it.
.DEFAULT_GOAL := help
SHELL := /bin/sh

# The first Python that will do; choose another with `make demo PYTHON=python3.12`.
PYTHON ?= $(shell for p in python3 python3.12 python3.11 python3.13 python3.14 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; done; echo $$p)
BIN := .venv/bin
# The lock is complete, so pip need not resolve anything again (--no-deps).
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --quiet --no-deps
LOCK := UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv --no-config pip compile --quiet --universal --generate-hashes \
	--python-version 3.11 --no-emit-index-url --no-emit-find-links
ARGS ?=
# A hub is several processes of the same thousand modules: each would compile them all anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup dev demo test lint format types check bench soak audit test-data lock clean

help: ## list what make can do
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-10s %s\n", $$1, $$2 }'

setup: .venv/.runtime ## prepare .venv with the locked dependencies; then .venv/bin/hurrah works

dev: .venv/.dev ## the same, with what tests and checks need

demo: setup ## run the hub with the sample programme (PORT=8000, FRESH=1 starts over)
	@exec $(BIN)/hurrah up --demo $(if $(filter-out 0,$(FRESH)),--fresh)

test: dev ## run the tests on real Redis, PostgreSQL and Chromium (ARGS='-k words')
	@tests/prerequisites
	@exec $(BIN)/pytest -m "not soak and not data" -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

lint: dev ## look for mistakes and wrong formatting
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

format: dev ## mend formatting and what can be mended
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

types: dev ## check the types
	@$(BIN)/mypy

check: lint types test ## everything that must hold before a push

bench: dev ## measure the fast paths (ARGS=name)
	@exec $(BIN)/python -m tests.bench $(ARGS)

soak: dev ## kill everything at random for minutes and count the points
	@exec $(BIN)/pytest -m soak $(ARGS)

audit: dev ## Lighthouse over pages of a demo, signed out and in (needs npx)
	@tests/prerequisites
	@exec $(BIN)/python -m tests.audit $(ARGS)

test-data: dev ## tests on data that is not ours to ship (DATA=folder)
	@test -d "$(DATA)" || { echo "make test-data DATA=folder: name a folder that exists" >&2; exit 2; }
	@exec $(BIN)/pytest -m data --data="$(DATA)" $(ARGS)

lock: dev ## resolve the dependencies anew
	@$(LOCK) $(ARGS) requirements.in -o requirements.txt
	@$(LOCK) $(ARGS) requirements-dev.in -o requirements-dev.txt

clean: ## remove what setup and the tests made (never instance/)
	rm -rf .venv .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis test-results build hurrah.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Hurrah needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python" >&2; exit 2; }
	@echo "Preparing .venv"
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
		echo "This Python can't make a virtual environment. On Debian: sudo apt-get install python3-venv" >&2; exit 2; }

.venv/.runtime: .venv/bin/python requirements.txt pyproject.toml
	@echo "Installing what Hurrah runs on"
	@$(PIP) --require-hashes -r requirements.txt
	@$(PIP) --no-build-isolation -C editable_mode=compat -e . >.venv/editable.log 2>&1 \
		|| { cat .venv/editable.log >&2; exit 1; }
	@touch $@

.venv/.dev: .venv/.runtime requirements-dev.txt
	@echo "Installing what the tests and checks need"
	@$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@
