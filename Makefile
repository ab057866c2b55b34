# One command each; `make` alone lists them.
PYTHON ?= python3
PORT ?= 9000
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed
DOCUMENTED := handler tools
CLIENTS := tests/end_to_end/test_foreign_clients.py tests/end_to_end/test_mcp_client.py
CLIENTS += tests/transport/test_sdk_client.py
JUDGES := node suite older-suite typescript inspector python-1 fastmcp
ORACLES := $(CLIENTS) tests/end_to_end/test_blind_spots.py
ORACLES += tests/test_requirements.py tests/test_mutations.py

.DEFAULT_GOAL := help
.PHONY: help install run test check lint types deploy-check docs conformance rie bench image image-test lock clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(INSTALLED) ## everything for development, into .venv

$(INSTALLED): requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; try: make PYTHON=python3.13")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	# setuptools warns that a folder named like the package would win; ours are meant to.
	@PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	# mypy finds our packages by the names they are installed under.
	mkdir -p $(VENV)/typing && ln -sfn ../.. $(VENV)/typing/firstbyte
	@touch $@

run: install ## the catalog on a local AWS with demo data; PORT=9000
	@$(BIN)/python scripts/demo.py --port $(PORT)

test: install ## the tests that need nothing but Python
	$(BIN)/pytest -q -m "not foreign and not counted and not image"

check: install lint types docs ## all that CI runs
	$(BIN)/python scripts/foreign.py > /dev/null
	$(BIN)/pytest -q -m "not image"
	$(BIN)/python scripts/conformance.py

lint: install
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: install
	$(BIN)/mypy

deploy-check: install ## what SAM, CDK and Terraform make of the templates; no account needed
	@$(BIN)/python scripts/foreign.py node cdk templates > /dev/null
	@$(BIN)/pytest -q tests/deploy

docs: install ## the site of docs/, into build/site; a wrong link or name fails
	@# The reference is read from these sources alone, by the names they are installed under.
	@mkdir -p $(VENV)/reference/firstbyte
	@ln -sfn $(addprefix ../../../,$(DOCUMENTED)) $(VENV)/reference/firstbyte
	$(BIN)/zensical build --strict --clean

conformance: install ## all oracles: official suites, real clients, blind spots, requirements
	@$(BIN)/python scripts/foreign.py $(JUDGES) > /dev/null
	@$(BIN)/python scripts/conformance.py
	@$(BIN)/pytest -q $(ORACLES)

rie: install ## our runtime under the official emulator, with every sample event
	$(BIN)/python scripts/rie.py

bench: install ## us beside our rivals: table, plots, report; QUICK=1 in two minutes
	@$(BIN)/python -m benchmarks $(if $(QUICK),--quick)

image: install ## the catalog's image, with docker or podman; BASE=..., PLATFORM=linux/arm64
	@$(BIN)/python scripts/image.py $(if $(BASE),--base $(BASE)) $(if $(PLATFORM),--platform $(PLATFORM))

image-test: install ## that image as Lambda runs it: official emulator, ours, cold start
	@$(BIN)/python scripts/rie.py --image
	@$(BIN)/pytest -q -m image tests/image
	@$(BIN)/python scripts/foreign.py node suite older-suite > /dev/null
	@$(BIN)/python scripts/conformance.py --image
	@$(BIN)/python scripts/image_cold.py

lock: ## pin the dependencies anew, with hashes
	scripts/lock

clean: ## remove what was built and installed here
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
