# Footnote from a clone: `make run` to use it, `make test` to check it. Needs Python 3.11+ and make, nothing else.

PYTHON ?= python3 python3.13 python3.12 python3.11
VENV   ?= .venv
HOST   ?= 127.0.0.1
PORT   ?= 8000
DATA   ?= $(or $(FOOTNOTE_DATA),data)
EVAL   ?= ../shared/eval
ARGS   ?=

BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
LOCKED := $(PIP) install --require-hashes
SHELLS := .ci/run

.DEFAULT_GOAL := help
.PHONY: help install install-dev run test lint format types check eval benchmark lock wheel \
        install-wheel clean chromium

help: ## list the targets
	@echo "Footnote: every sentence of an answer points at the source sentence it rests on."
	@echo
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 22
	@echo
	@echo "  HOST=$(HOST) PORT=$(PORT) DATA=$(DATA) EVAL=$(EVAL) ARGS=\"more arguments\""

run: install ## serve the chat on http://127.0.0.1:8000, with the seed articles in it
	@$(BIN)/footnote add seeds/ --data "$(DATA)"
	@exec $(BIN)/footnote serve --data "$(DATA)" --host "$(HOST)" --port "$(PORT)" $(ARGS)

test: install-dev chromium ## set up all that the tests need and run them
	$(BIN)/python -m pytest $(ARGS)

lint: install-dev ## formatting, lint rules, import layers, Dockerfile, shell
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/hadolint Dockerfile
	$(BIN)/shellcheck $(SHELLS)

format: install-dev ## put the code in the project's form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

types: install-dev ## mypy --strict
	$(BIN)/mypy

check: ## everything CI checks, as CI checks it
	bash .ci/run

eval: install ## measure answers on the evaluation sets in EVAL, into benchmarks/results/
	$(BIN)/footnote eval "$(EVAL)" --output benchmarks/results/evaluation.jsonl $(ARGS)

benchmark: install-dev ## measure speed, memory and disk at 1k and 10k articles
	$(BIN)/python benchmarks/run.py "$(EVAL)" $(ARGS)

lock: install-dev ## resolve the lock files anew after a change of pyproject.toml
	$(BIN)/uv pip compile $(RESOLVE) pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile $(RESOLVE) --group build -c requirements.lock -o requirements-build.lock
	$(BIN)/uv pip compile $(RESOLVE) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock

wheel: $(VENV)/run.stamp ## build the wheel into dist/
	@rm -rf dist
	$(PIP) wheel --quiet --no-deps --no-build-isolation -w dist .

install-wheel: wheel ## put the built wheel, not the checkout, into the environment
	$(PIP) install --quiet --no-deps --force-reinstall dist/*.whl

clean: ## remove the environment and everything built; articles stay in DATA
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

install: $(VENV)/project.stamp ## create the environment from the lock files

install-dev: $(VENV)/dev.stamp $(VENV)/project.stamp ## the same, with the tools for tests and checks

# Stamps say what is already done: a lock file that changes installs anew, anything else starts at once.

RESOLVE = --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

# A version manager's shim can exist and still not run, so each candidate has to answer.
$(VENV)/venv.stamp:
	@for candidate in $(PYTHON); do \
	  "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && python="$$candidate" && break; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "Footnote needs Python 3.11 or newer; tried: $(PYTHON); python3 is $$(python3 --version 2>&1 | tail -n 1)." >&2; \
	  echo "Install one, or name it: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)" >&2; exit 1; \
	fi; \
	if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
	  echo "$$python cannot create environments: its venv or ensurepip is missing." >&2; \
	  echo "On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; \
	fi; \
	echo "Creating $(VENV) with $$("$$python" --version)"; \
	"$$python" -m venv "$(VENV)"
	@touch $@

$(VENV)/run.stamp: $(VENV)/venv.stamp requirements.lock requirements-build.lock
	$(LOCKED) -r requirements.lock -r requirements-build.lock
	@touch $@

$(VENV)/dev.stamp: $(VENV)/venv.stamp requirements-dev.lock
	$(LOCKED) -r requirements-dev.lock
	@touch $@

# Editable, so that the checkout is what runs; rebuilt when the command's entry point may have changed.
$(VENV)/project.stamp: $(VENV)/run.stamp pyproject.toml
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# The browser tests drive a real Chromium; elsewhere than on Debian as root, that is the user's to install.
chromium:
	@for name in chromium chromium-browser google-chrome; do command -v $$name >/dev/null && exit 0; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-liberation && exit 0; \
	fi; \
	[ "$$CI" != true ] || { echo "No Chromium, and CI=true requires the browser tests." >&2; exit 1; }; \
	echo "No Chromium found (chromium, chromium-browser or google-chrome): the browser tests will be skipped." >&2
