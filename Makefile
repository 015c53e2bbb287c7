# Every command of this repository. `make` alone lists them.
SHELL := /bin/bash
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
RUN_READY := .venv/.run-ready
DEV_READY := .venv/.dev-ready
LOCK := $(BIN)/uv pip compile -q --generate-hashes --no-strip-extras --no-annotate --no-emit-index-url --python-version 3.11 --universal --custom-compile-command "make lock"

.DEFAULT_GOAL := help
.PHONY: help run test check format bench words lock static clean

help: ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: $(RUN_READY) ## Set everything up and try it out at http://127.0.0.1:8000 (PORT= changes it)
	@$(BIN)/helpdesk demo serve --port $(PORT)

test: $(DEV_READY) ## Every test there is, against a real PostgreSQL and a real browser
	@scripts/get-browser
	@$(BIN)/pytest -n 2 --dist loadfile

check: $(DEV_READY) ## Formatter, linter, types, import contracts, templates, catalogs, migrations
	@$(BIN)/python scripts/check.py

format: $(DEV_READY) ## Put code and templates into shape
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix . && $(BIN)/djlint helpdesk --reformat --quiet

bench: $(DEV_READY) ## The benchmarks, each as a ratio within one run
	@$(BIN)/python -m benchmarks

words: $(DEV_READY) ## Take new sentences into the catalogs, to be translated
	@$(BIN)/python scripts/words.py

lock: ## Pin every dependency anew, with hashes
	@$(PYTHON) -m venv .venv && $(BIN)/pip install -q uv
	@$(LOCK) pyproject.toml -o requirements/run.txt
	@$(LOCK) --group dev -c requirements/run.txt pyproject.toml -o requirements/dev.txt

static: ## Build style and scripts (needs Node; the result is committed)
	@cd frontend && npm ci && npm run build

clean: ## Forget the environment and the demonstration
	@rm -rf .venv instance .env build

$(RUN_READY): requirements/run.txt pyproject.toml $(wildcard translations/*/LC_MESSAGES/*.po)
	@scripts/set-up $(PYTHON) requirements/run.txt
	@touch $@

$(DEV_READY): requirements/dev.txt pyproject.toml $(wildcard translations/*/LC_MESSAGES/*.po)
	@scripts/set-up $(PYTHON) requirements/dev.txt
	@touch $@ $(RUN_READY)
