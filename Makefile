# Everything one can do here; `make` alone tells what. Each target sets up what it needs by itself.
# Needed beforehand: git, make, python3 (3.11 to 3.13) with venv (Debian: apt install python3-venv).

PYTHON ?= python3
BIN := .venv/bin
UV_VERSION := 0.13.9
AUDIT_VERSION := 2.10.1
READY := .venv/.ready
BENCH ?=
export UV_NO_PROGRESS := 1
# Compiling what a process imports takes it seconds; some containers forbid to keep what was compiled.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install demo test test-long bench lint lint-types lint-others audit fmt lock clean

help: ## Show this list
	@echo "hub: a GraphQL data hub for Indonesian social welfare"; echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo; echo "  The command line itself: .venv/bin/hub --help"

install: $(READY) ## Make .venv with the locked dependencies and the hub command

$(READY): requirements.lock pyproject.toml Makefile
	@sh .ci/venv "$(PYTHON)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"
	@$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q hub
	@touch $@

demo: $(READY) ## Pull the made-up registries, join them and serve http://127.0.0.1:8000/graphql
	@$(BIN)/hub demo

test: $(READY) ## Run the tests (minutes)
	$(BIN)/python -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder

test-long: $(READY) ## Run the tests and those marked long
	$(BIN)/python -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder -m "not spark"

.venv-bench/.ready: $(READY) requirements-bench.lock
	@$(PYTHON) -m venv .venv-bench
	@$(BIN)/uv pip sync --quiet --python .venv-bench/bin/python --require-hashes requirements-bench.lock
	@touch $@

.venv-bench/postgraphile/.ready: .venv-bench/.ready tests/bench/postgraphile/package-lock.json tests/bench/postgraphile/server.mjs
	@mkdir -p $(@D) && cp tests/bench/postgraphile/package*.json tests/bench/postgraphile/server.mjs $(@D)
	@npm ci --prefix $(@D) --ignore-scripts --no-audit --no-fund --loglevel=error \
		|| { echo "npm could not install it, so PostGraphile is left out" >&2; rm -rf $(@D)/node_modules; }
	@touch $@

bench: $(READY) .venv-bench/postgraphile/.ready ## Measure against peers; BENCH=audit|ingest|serving|timing|export|harvest|limits|linkage|release|short|truth_2019|truth_2024|fuzzing
	$(BIN)/python -m tests.bench $(BENCH)

lint: $(READY) ## Check style, types and layers
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target lint-types lint-others

# Its workers have three seconds to start; on a machine that is busier than that it goes alone.
lint-types: $(READY) ## Check types alone
	$(BIN)/mypy --num-workers 2 || { test $$? = 2 && $(BIN)/mypy; }

lint-others: $(READY) ## Check style and layers alone
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

audit: $(READY) ## Ask PyPI for known faults of the locked dependencies (needs its advisory service)
	@test -x .venv-audit/bin/pip-audit || { $(PYTHON) -m venv .venv-audit \
		&& .venv-audit/bin/python -m pip install --quiet --disable-pip-version-check "pip-audit==$(AUDIT_VERSION)"; }
	.venv-audit/bin/pip-audit --requirement requirements.lock --disable-pip --require-hashes

fmt: $(READY) ## Format the code and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(READY) ## Choose new versions for requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --extra dev --upgrade \
		--no-header --no-emit-index-url --no-emit-find-links pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --constraints requirements.lock \
		--no-header --no-emit-index-url --no-emit-find-links pyproject.toml --output-file requirements-run.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --group bench --upgrade \
		--no-header --no-emit-index-url --no-emit-find-links --output-file requirements-bench.lock

clean: ## Remove .venv and caches; var (your data) stays
	rm -rf .venv .venv-bench .venv-audit .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist *.egg-info
