# One command each: run it, test it, check it, measure it, clean up. Needs Python 3.11 or newer and make, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PYTHONPATH := $(CURDIR)

.DEFAULT_GOAL := help
.PHONY: help run test test-split lint bench clean

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

run: $(VENV)/.run ## start everything: PORT, DATA_DIR, DATABASE_URL, REDIS_URL, LLM_BASE_URL, LLM_API_KEY, LLM_MODEL are honoured
	@exec $(BIN)/python -m analytics_platform.embedded.run

test: $(VENV)/.dev ## the test suite, in parallel, on one database
	$(BIN)/python -m pytest -n auto

test-split: $(VENV)/.dev ## contracts, events, isolation and the journey with a database for each app
	PLATFORM_TEST_LAYOUT=split $(BIN)/python -m pytest -n auto -m layouts

lint: $(VENV)/.dev ## format, rules, types, boundaries, dependencies, migrations, API document, docs, sizes
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/python -W ignore manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py spectacular --validate --fail-on-warn --file $(VENV)/openapi.yaml
	$(BIN)/python -m analytics_platform.checks.docs
	$(BIN)/python manage.py service_map --check
	$(BIN)/python -m analytics_platform.checks.sizes

bench: $(VENV)/.dev ## measure: each figure with its floor of the same run
	$(BIN)/python -m bench

clean: ## remove what was installed and cached; the data of `make run` stay (they are in DATA_DIR, by default var)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.run: requirements/base.txt | $(VENV)/bin/python
	@echo "Installing the packages, which takes about a minute …"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(VENV)/.dev: requirements/dev.txt | $(VENV)/bin/python
	@echo "Installing the packages, those for development too …"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@ $(VENV)/.run

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; $(PYTHON) is not. Name one: make PYTHON=python3.12 run"; exit 1; }
	$(PYTHON) -m venv $(VENV)
