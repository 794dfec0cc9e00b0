# Each target creates the environment that it needs. PYTHON sets the interpreter (3.11 or later).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
ITEMS := .venv-items
PACKAGING := .venv-packaging
export NO_MKDOCS_2_WARNING := 1
export DISABLE_MKDOCS_2_WARNING := true

.PHONY: site serve test fuzz linear soak lint check matrix matrix-top bench bench-items retrieval corpus corpus-layouts package clean

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

site: $(READY)
	$(BIN)/mkdocs build --strict

serve: $(READY)
	$(BIN)/mkdocs serve

test: $(READY)
	$(BIN)/pytest

# The tests with random inputs, with thousands of inputs instead of a few. Takes minutes.
fuzz: $(READY)
	$(BIN)/pytest tests/test_fuzz.py tests/test_fuzz_projects.py --hypothesis-profile nightly

# Checks that functions that read text take linear time. EXAMPLES is the number of random texts for each.
EXAMPLES ?= 0
linear: $(READY)
	$(BIN)/python -m benchmarks.linear --examples $(EXAMPLES)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: test lint

# The same project with other plugins, themes and platforms, each in its own environment. Takes minutes.
# Writes the tables of the guide, unless MATRIX selects some plugins, such as MATRIX="rss print-site".
matrix: $(READY)
	$(BIN)/python tests/matrix/matrix.py $(or $(MATRIX),--write example_site/docs/guide/other-plugins.md)

# Makes EDITS random edits, from the seed SEED, under a server, and compares with fresh builds. Takes minutes.
EDITS ?= 1000
SEED ?= 0
soak: $(READY)
	$(BIN)/python tests/soak.py --edits $(EDITS) --seed $(SEED)

# The same with the ten most used plugins only, in one environment.
matrix-top: $(READY)
	$(BIN)/python tests/matrix/matrix.py --top

# BENCH may name measures and options, such as BENCH="check --tasks 50000"; see
# `python -m benchmarks --help`. CORPUS is a folder with docs and tasks of your own.
bench: $(READY)
	$(BIN)/python -m benchmarks $(BENCH) $(if $(CORPUS),--corpus $(CORPUS),--output .)

$(ITEMS)/.ready: benchmarks/items.txt
	$(PYTHON) -m venv $(ITEMS)
	$(ITEMS)/bin/pip install --quiet --disable-pip-version-check --requirement $<
	touch $@

# The same content in sphinx-needs and StrictDoc, which get their own environment.
bench-items: $(READY) $(ITEMS)/.ready
	$(BIN)/python -m benchmarks items $(BENCH) --output .

# Measures how often the right document comes first. QUERIES is a file of labelled queries about the
# Markdown files below FOLDER.
QUERIES ?= benchmarks/queries.json
FOLDER ?= example_site
retrieval: $(READY)
	$(BIN)/python benchmarks/retrieval.py $(QUERIES) $(FOLDER)

# Runs on the record of a real repository. CORPUS is a folder that contains docs and tasks.
corpus: $(READY)
	$(BIN)/python tests/corpus.py $(CORPUS)

corpus-layouts: $(READY)
	$(BIN)/python tests/corpus_layouts.py $(CORPORA)

$(PACKAGING)/.ready:
	$(PYTHON) -m venv $(PACKAGING)
	$(PACKAGING)/bin/pip install --quiet --disable-pip-version-check build twine
	touch $@

# Builds and checks the wheel and the source distribution, and follows the first hour of the README.
package: $(PACKAGING)/.ready
	rm -rf dist
	$(PACKAGING)/bin/python -m build --outdir dist
	$(PACKAGING)/bin/twine check --strict dist/*
	$(PACKAGING)/bin/python tests/package.py dist/*.whl

clean:
	rm -rf $(VENV) $(ITEMS) $(PACKAGING) .venv-matrix site dist
