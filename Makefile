# make demo    the guiding notebook on real taxi trips, in demo/
# make test    every check and every test, on both DuckDB versions
# make lint    the checks alone
# make bench   Shelduck beside its peers; not part of the tests
# make clean   everything the other targets made

DUCKDB15 := duckdb==1.5.5 duckdb-extension-ducklake==1.5.5
# What the store and its tests need, and no notebook.
LEAN     := filelock orjson fsspec lark click ipython platformdirs pandas pyarrow pytest hypothesis
NEWEST   := .venv-test
OLDEST   := .venv-duckdb15
INSTALL  := install --quiet --disable-pip-version-check
SOURCES  := $(shell find src notebooks -type f -not -path '*/__pycache__/*' -not -path '*/.*')

.DEFAULT_GOAL := test
.PHONY: demo test lint bench clean
