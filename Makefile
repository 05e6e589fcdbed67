# Everything from a bare machine with Python (3.11 to 3.13) and make:
#   make explore                                    the tour, in JupyterLab
#   make explore ARGS="model.py"                    the network of a Nengo script
#   make explore ARGS="--no-browser --port 8899"    only print the address and serve
#   make test                                       all checks and tests
# More: make build, lint, types, test-python, test-nengo, test-js, test-browser, fix, docs, clean.

VENV := .venv
BIN := $(VENV)/bin
PYTHON = $(shell for python in python3 python3.13 python3.12 python3.11 python; do \
	if $$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; \
	then echo $$python; break; fi; done)
PIP := $(BIN)/python -m pip --disable-pip-version-check
NPM := $(BIN)/python hatch_build.py
BUNDLE := nengo_explorer/explorer/static/explorer.js

# A stamp is newer than what was installed for it.
VENV_MADE := $(VENV)/.made
LAB_INSTALLED := $(VENV)/.lab-installed
TEST_INSTALLED := $(VENV)/.test-installed
DOCS_INSTALLED := $(VENV)/.docs-installed

# Nengo's own tests need an older pytest, which hides that of the environment on PYTHONPATH.
OLD_PYTEST := $(VENV)/old-pytest
OLD_PYTEST_INSTALLED := $(OLD_PYTEST)/.installed

.PHONY: explore bundle build test lint types test-python test-nengo test-js browser test-browser \
	fix docs clean
.NOTPARALLEL:
.DEFAULT_GOAL := explore

explore: bundle
	$(BIN)/nengo-explorer $(ARGS)

$(VENV_MADE):
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed, and not on PATH."; exit 1; }
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "The module venv is missing; on Debian: apt-get install python3-venv"; exit 1; }
	$(PIP) install --quiet --upgrade "pip>=25.1"
	touch $@

$(LAB_INSTALLED): $(VENV_MADE) pyproject.toml hatch_build.py
	$(PIP) install --editable ".[lab]"
	touch $@

$(TEST_INSTALLED): $(LAB_INSTALLED)
	$(PIP) install --quiet --group test
	touch $@

$(OLD_PYTEST_INSTALLED): $(TEST_INSTALLED)
	rm -rf $(OLD_PYTEST)
	$(PIP) install --quiet --no-deps --target $(OLD_PYTEST) --group test-nengo
	touch $@

$(DOCS_INSTALLED): $(LAB_INSTALLED)
	$(PIP) install --quiet --group docs
	touch $@

# The build hook makes the bundle whenever the package is installed; this is for later changes.
bundle: $(LAB_INSTALLED)
	@if [ ! -f $(BUNDLE) ] || \
		[ -n "$$(find js/src js/build.mjs js/package-lock.json -newer $(BUNDLE))" ]; then \
		$(PIP) install --quiet --no-deps --editable .; fi

build: $(TEST_INSTALLED)
	$(BIN)/python -m hatchling build

test: lint types test-python test-nengo test-js docs test-browser

lint: $(TEST_INSTALLED)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports --no-logo

types: $(TEST_INSTALLED)
	$(BIN)/mypy

test-python: $(TEST_INSTALLED) bundle
	$(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist loadfile -m "not e2e"

# Both precisions at once: tests/nengo_core/suite.ini says what they have to pass.
test-nengo: $(OLD_PYTEST_INSTALLED)
	PYTHONPATH=$(CURDIR)/$(OLD_PYTEST) $(BIN)/python -m tests.nengo_core.run

test-js: $(TEST_INSTALLED)
	$(NPM) run check
	$(NPM) run typecheck
	$(NPM) test

# A Chromium on PATH, else Debian's package, else Playwright's own.
browser: $(TEST_INSTALLED)
	@if command -v chromium || command -v chromium-browser || command -v google-chrome; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get && apt-get update --quiet && \
		DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends chromium fonts-dejavu-core; then :; \
	else $(BIN)/playwright install chromium; fi

test-browser: $(TEST_INSTALLED) bundle browser
	$(BIN)/pytest -m e2e

fix: $(TEST_INSTALLED)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(NPM) run fix

docs: $(DOCS_INSTALLED) bundle
	$(BIN)/sphinx-build --fail-on-warning --keep-going --builder html docs docs/_build/html

clean:
	rm -rf $(VENV) build dist docs/_build js/node_modules nengo_explorer/explorer/static
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find nengo_explorer tests -name __pycache__ -prune -exec rm -rf {} +
