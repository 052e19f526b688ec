.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
export UV_PYTHON_DOWNLOADS := never
export VIRTUAL_ENV := $(CURDIR)/.venv

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

.venv/.installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip install --quiet --compile-bytecode --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --no-deps -e .
	touch $@

.env: .env.example .venv/.installed
	$(BIN)/python -m orchestration.instance
	sed 's#^DAGSTER_HOME=.*#DAGSTER_HOME=$(CURDIR)/var/dagster#' .env.example > $@

setup: .venv/.installed .env ## make .venv with the console script, and .env

demo: setup ## a make-believe company from its vendors' replies to published marts
	$(BIN)/funnelhouse demo

test: setup lint ## lint, types, architecture, unit and integration tests, one run of size S
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

e2e: setup ## whole runs: truth of the sandbox, real data, a run after the other
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder tests/e2e

benchmark: setup ## growth of CPU and memory from world M to L, in FOLDER (some 30 GB)
	$(BIN)/python -m tests.benchmarks.growth --folder $(or $(FOLDER),$(error name a folder: make benchmark FOLDER=/somewhere/large))

lint: setup ## style, types and boundaries
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

dev: setup ## Dagster's UI
	$(BIN)/funnelhouse dev

lock: setup ## resolve requirements.lock anew (hashes, no addresses)
	$(BIN)/uv pip compile --quiet --universal --upgrade --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --extra dev pyproject.toml -o requirements.lock

clean: ## remove the environment and the state
	rm -rf .venv .env var

.PHONY: help setup demo test e2e benchmark lint dev lock clean
