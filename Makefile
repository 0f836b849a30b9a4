# Daily work on the appliance. A bare machine needs make, git, gcc and a fitting Python.

VENV := .venv
PYTHON := $(VENV)/bin/python
READY := $(VENV)/.ready
WORKERS := auto
SPREAD = -n $(WORKERS) --maxprocesses 8 --dist loadfile
# What `make soak` does more often than `make test`; each name stands in the test that reads it.
SOAK := DISTINCT_REQUESTS=1000000 CRASH_KILLS=100 CRASH_RACE_KILLS=20 LOAD_KILLS=600 \
  MASS_KILLS=200 POWER_CUTS=1000 CAPACITY_RACES=200 CLOCK_STEPS=100000 TAMPERED_BYTES=5000
# The longest first, so that none is left over at the end.
SOAKED := tests/exchange/test_many_requests.py tests/crash tests/exchange/test_recovery.py \
  tests/gallery/test_power_loss.py tests/audit/test_tampering_at_random.py \
  tests/exchange/test_capacity_race.py tests/exchange/test_clock_walk.py \
  tests/exchange/test_clock_guard.py tests/exchange/test_scopes.py tests/audit/test_tampering.py \
  tests/audit/test_export.py
# The one statement of which interpreters fit; pyproject.toml's requires-python says the same.
FITS := import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))

.DEFAULT_GOAL := help
.PHONY: help setup demo test soak lint proto bench gpu-test gpu-bench clean

help: ## say what each target does
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(READY) ## make the virtual environment once, and again when pyproject.toml changes

# An interpreter counts only when it runs: a version manager's shim may exist and still refuse.
$(READY): pyproject.toml
	@python=; \
	for name in python3.12 python3.11 python3; do \
	  if $$name -c '$(FITS)' >/dev/null 2>&1; then python=$$name; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo 'setup: no Python 3.11 or 3.12 with venv found; install one, or put it on PATH' >&2; \
	  exit 1; \
	fi; \
	echo "setup: $(VENV) with $$($$python --version)"; \
	$$python -m venv --clear $(VENV)
	@echo 'setup: installing the appliance and its tools (a minute or two)'
	@$(PYTHON) -m pip install -qq --disable-pip-version-check -e '.[dev]'
	@touch $@
	@echo 'setup: ready'

demo: $(READY) ## run the whole service on samples or generated data and show what it does
	@$(PYTHON) -m appliance.cli.demo

test: lint ## lint, then every test, the crash tests too
	@$(PYTHON) -m pytest -q $(SPREAD)

soak: $(READY) ## kills, races, floods, power cuts, tampering, mutants: an hour, each step told
	@$(SOAK) $(PYTHON) -m pytest -v $(SPREAD) --no-loadscope-reorder $(SOAKED)
	@$(PYTHON) ops/mutants.py run

lint: $(READY) ## ruff, mypy, layers, buf, generated code and pages, mutants against the code
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports
	@PATH="$(VENV)/bin:$$PATH" buf lint
	@$(PYTHON) ops/proto.py check
	@$(PYTHON) ops/requirements.py check
	@$(PYTHON) ops/mutants.py check

proto: $(READY) ## generate appliance/v1 anew from proto/
	@$(PYTHON) ops/proto.py generate

bench: $(READY) ## measure this machine
	@$(VENV)/bin/appliance bench finger speed
	@$(VENV)/bin/appliance bench dna speed
	@$(VENV)/bin/appliance bench service

# The CUDA line that fits the driver. Where CuPy and the rest are installed already, and nothing can
# be: make gpu-test GPU_READY= PYTHON=python3.12
GPU := gpu-cuda12
GPU_READY := $(VENV)/.$(GPU)

$(VENV)/.$(GPU): $(READY)
	@$(PYTHON) -m pip install -qq --disable-pip-version-check -e '.[$(GPU)]'
	@touch $@

gpu-test: $(GPU_READY) ## the kernels on this machine's CUDA device; skipped with a reason without one
	@$(PYTHON) -m pytest -q -rs -m gpu tests/gpu

gpu-bench: $(GPU_READY) ## measure them there, into ops/benchmarks
	@$(PYTHON) ops/gpu_bench.py

clean: ## remove what these targets made
	@rm -rf $(VENV) build dist demo-run .mypy_cache .ruff_cache .pytest_cache .hypothesis \
	  .import_linter_cache
