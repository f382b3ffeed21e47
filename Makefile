# Everything a developer does. `make` alone lists it.

.DEFAULT_GOAL := help
.PHONY: help demo run test check bench mutants requirements torture

# The first of these that runs and is new enough; `make PYTHON=… demo` to choose another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

help:  ## list what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/runtime  ## the founding case on this machine, in a throwaway folder (PORT=8000)
	@$(BIN)/bordereau demo

run: .venv/runtime  ## the service itself, on the data in BORDEREAU_DATA_DIR (./var)
	@$(BIN)/bordereau migrate
	@$(BIN)/bordereau serve

test: .venv/dev  ## every test, on both databases
	@$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder

check: .venv/dev  ## format, lint, types, contracts, dependencies, Dockerfile, then the tests
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/hadolint Dockerfile
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder

bench: .venv/dev  ## measure, on both databases
	@$(BIN)/python -m bench

# What CI does in a short form: every call struck, 200 random kills on each database.
TORTURE := tests/api/test_killed_uploads.py tests/api/test_killed_deposits.py \
	tests/api/test_killed_at_system_calls.py tests/api/test_disk_fails_under_a_flow.py \
	tests/api/test_random_kills.py tests/api/test_races.py tests/api/test_full_disk.py tests/api/test_flipped_bytes.py \
	tests/api/test_interrupted_uploads.py tests/api/test_cut_commits.py tests/api/test_order_of_an_answer.py tests/storage tests/services/test_tampering.py
torture: .venv/dev  ## kill it at every call, fill its disk, flip its bytes (two hours, perhaps)
	@BORDEREAU_TEST_KILL_STEP=1 BORDEREAU_TEST_KILLS=200 BORDEREAU_TEST_FLIPS=200 BORDEREAU_TEST_RACES=35 \
		$(BIN)/pytest -n auto --dist load -rP -o timeout=3600 $(TORTURE)

# Apart from .venv, which mutmut does not belong to. Caches are taken off: they would hide a change.
mutants: $(BIN)/python  ## change the law of time line by line: does a test notice? (ten minutes)
	@rm -rf var/mutants && mkdir -p var/mutants
	@cp -r app tests pyproject.toml var/mutants
	@perl -ni -e 'print unless /lru_cache/' var/mutants/app/domain/periods.py var/mutants/app/domain/plans.py
	@$(BIN)/python -m venv var/mutants/.venv
	@var/mutants/$(PIP) install --no-deps --require-hashes --requirement requirements/dev.txt
	@var/mutants/$(PIP) install mutmut==3.8.1
	@cd var/mutants && .venv/bin/mutmut run --max-children 1 && .venv/bin/mutmut results

# uv only resolves; installing needs nothing but pip. UPGRADE=--upgrade takes newer versions.
# runtime.txt is resolved within dev.txt, so that what is tested is what is served.
COMPILE = uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate \
	--custom-compile-command "make requirements" --extra postgres --extra s3 --extra tsa --group build
requirements:  ## write requirements/*.txt anew from pyproject.toml (needs uv)
	$(COMPILE) $(UPGRADE) --group test --group check --output-file requirements/dev.txt
	$(COMPILE) --constraints requirements/dev.txt --output-file requirements/runtime.txt

.venv/runtime .venv/dev: .venv/%: requirements/%.txt pyproject.toml | .venv/bin/python
	@echo "Installing requirements/$*.txt into .venv (a minute, once)"
	@# The list is whole: without --no-deps an extra ("coverage[toml]") is resolved anew, and a
	@# release later than the list's is refused for want of a hash.
	@$(PIP) install --no-deps --require-hashes --requirement requirements/$*.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/bin/python:
	@$(if $(PYTHON),,$(error Bordereau needs Python 3.11 or newer; none was found))
	@$(PYTHON) -m venv .venv
