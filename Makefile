# Two commands: `make demo` shows what goldenpath does, `make test` proves it. Both set everything up by themselves.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
ROAD := blueprints/_road/template/road
# Bytecode matters: without it every start takes three times as long.
unexport PYTHONDONTWRITEBYTECODE
export UV_NO_PROGRESS := 1

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.PHONY: setup
setup: $(READY) ## Make the virtual environment, at the locked versions

$(READY): requirements/dev.txt requirements/bootstrap.txt pyproject.toml
	@scripts/bootstrap.sh "$(PYTHON)" "$(VENV)"
	@touch $@

.PHONY: demo
demo: $(READY) ## Make a training repo, train in it, check it, and look at a small fleet
	@PATH="$(CURDIR)/$(BIN):$$PATH" scripts/demo.sh

.PHONY: test
test: lint types floors policies unit journey ## Everything that CI runs

.PHONY: unit
unit: $(READY) tools ## The tests, on all cores
	@PATH="$(CURDIR)/$(BIN):$(CURDIR)/.tools/bin:$$PATH" $(BIN)/python -m pytest -q -n auto --dist worksteal

.PHONY: tools
tools: $(READY) ## Get the validators that come from npm and Debian
	@scripts/tools.sh "$(VENV)"

.PHONY: test-all
test-all: test roads-all ## The same, and every data set through the three roads

.PHONY: journey
journey: $(READY) ## Walk the three roads: train, promote, score, serve; killed, late, loaded and swapped on the way
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m scripts.journey

.PHONY: roads
roads: $(READY) ## Take a real data set through the three roads, with no file edited by hand
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m scripts.roads tumours

.PHONY: roads-all
roads-all: $(READY) ## Take every real data set through them; some minutes
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m scripts.roads

.PHONY: lint
lint: $(READY) ## ruff: rules and format
	@$(BIN)/ruff check -q .
	@$(BIN)/ruff format -q --check .

.PHONY: types
types: $(READY) ## mypy --strict
	@$(BIN)/mypy

.PHONY: floors
floors: $(READY) ## import-linter: who may import whom
	@$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports

.PHONY: policies
policies: $(READY) ## The cases of every shipped policy, and the lint of every blueprint
	@$(BIN)/goldenpath policy test
	@$(BIN)/goldenpath catalog lint

.PHONY: reference
reference: $(READY) ## Write the generated pages of docs/reference/
	@$(BIN)/python scripts/reference.py

.PHONY: format
format: $(READY) ## Let ruff mend what it can
	@$(BIN)/ruff check -q --fix . || true
	@$(BIN)/ruff format -q .

.PHONY: lock
lock: $(READY) ## Resolve our own dependencies anew
	@$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
	  --upgrade --group dev pyproject.toml $(ROAD)/pyproject.toml --extra training --extra sklearn --extra batch --extra serving \
	  -c blueprints/training/constraints.txt -c blueprints/realtime-serving/constraints.txt -o requirements/dev.txt
	@echo "uv" | $(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
	  -c requirements/dev.txt - -o requirements/bootstrap.txt

.PHONY: wheel
wheel: $(READY) ## Build the wheel into dist/
	@rm -rf dist && $(BIN)/uv build -q --wheel

.PHONY: clean
clean: ## Remove what the targets above made
	@rm -rf $(VENV) .tools node_modules .demo dist build node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
