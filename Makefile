# One environment, .venv, made from the lock. `make` alone lists what there is.
# uv trusts only its own list of certificates unless told otherwise; behind a proxy that opens TLS it must use the system's.
export UV_SYSTEM_CERTS ?= 1
VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.synced
CASE := examples/lorazepam_stop_or_taper.toml

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install demo test test-all lint docs serve bench clean

help: ## list the targets (this text)
	@echo "allostasis: make TARGET   (make PYTHON=/path/to/python3.13 TARGET names the Python to use)"
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / {printf "  %-10s %s\n", $$1, $$2}' Makefile

$(PY):
	@python="$$(PYTHON='$(PYTHON)' tools/find-python)" && echo "Python: $$python" && "$$python" -m venv --clear $(VENV)

# --no-build turns a missing wheel into a clear error instead of a compiler run.
$(STAMP): requirements.lock pyproject.toml | $(PY)
	$(PY) -m pip install --quiet --disable-pip-version-check "$$(sed -n 's/^\(uv==[^ ]*\).*/\1/p' requirements.lock)"
	$(PY) -m uv pip sync --quiet --python $(PY) --require-hashes --no-build --compile-bytecode requirements.lock
	$(PY) -m uv pip install --quiet --python $(PY) --no-deps --no-build-isolation --editable .
	@touch $@

install: $(STAMP) ## make .venv from the lock (about half a minute)

demo: $(STAMP) ## stop or taper lorazepam: simulate both, write a report
	$(VENV)/bin/allostasis run $(CASE) --out out/demo --overwrite
	@echo "Open the report: $(CURDIR)/out/demo/report.html"

test: $(STAMP) ## the tests, without the slow ones
	$(VENV)/bin/pytest -n 2

test-all: $(STAMP) ## every test: slow ones and the browser too
	$(VENV)/bin/pytest -n 2 -m ""

lint: $(STAMP) ## ruff, types, who may import whom, dependencies, the lock
	$(VENV)/bin/ruff check .
	$(VENV)/bin/pyright
	$(VENV)/bin/lint-imports
	$(VENV)/bin/deptry src
	@if grep -n '://' requirements*.lock; then echo "A lock names an address (above): compile it with --no-header --no-annotate --no-emit-index-url." >&2; exit 1; fi

docs: $(STAMP) ## the documentation, into docs/_build/html
	$(VENV)/bin/sphinx-build -W --keep-going -q -b html docs docs/_build/html
	@echo "Open: $(CURDIR)/docs/_build/html/index.html"

serve: $(STAMP) ## the web page, on this machine alone
	$(VENV)/bin/allostasis serve

bench: $(STAMP) ## the benchmarks
	$(PY) benchmarks/run.py

clean: ## remove what was built or cached, but not .venv
	rm -rf out/demo docs/_build build dist .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests benchmarks docs -name __pycache__ -type d -prune -exec rm -rf {} +
