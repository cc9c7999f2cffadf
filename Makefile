# Two commands do everything on a fresh machine: `make demo` and `make test`.
# make demo LOGS=path [NOW=2026-11-01T12:00:00Z] [PORT=8420]   serves your own log files
# make demo FRESH=1   forgets the messages and logs of earlier runs (they are kept in .data/demo)
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help demo test bench package deploy check format lint types contracts clean

help:            ## What can be run
	@grep -hE '^[a-z-]+: .*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /  make \1\t/' | expand -t 20

.venv/bot: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit("The bot needs Python 3.11 or newer, and " + sys.executable + " is " + sys.version.split()[0] + ". Name a newer one: make PYTHON=python3.13 …" if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what the bot needs …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@$(BIN)/python -m compileall -q bot  # a start takes half the time, even where Python may not write
	@touch $@

.venv/tests: .venv/bot tests/requirements.txt
	@echo "Installing what the tests need …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	@touch $@

demo: .venv/bot  ## The bot, a local Slack and a local CloudWatch, in one process
	@$(BIN)/python -m bot demo $(if $(LOGS),--logs $(LOGS)) $(if $(NOW),--now '$(NOW)') $(if $(PORT),--port $(PORT)) $(if $(FRESH),--fresh) $(DEMO)

# The servers that stand in for AWS: a venv and node modules of their own, for they pin other versions.
.venv/stand_ins/made: tests/stand_ins/requirements.txt tests/stand_ins/package.json tests/stand_ins/package-lock.json
	@echo "Installing what stands in for AWS in the tests …"
	@test -x .venv/stand_ins/bin/python || $(PYTHON) -m venv .venv/stand_ins
	@.venv/stand_ins/bin/python -m pip install --quiet --disable-pip-version-check -r tests/stand_ins/requirements.txt
	@cp tests/stand_ins/package.json tests/stand_ins/package-lock.json tests/stand_ins/.npmrc .venv/stand_ins/
	@if command -v npm >/dev/null; then cd .venv/stand_ins && npm ci --ignore-scripts --loglevel=error >/dev/null; else echo "no npm here: the tests over dynalite are skipped"; fi
	@touch $@

.PHONY: stand_ins
stand_ins: .venv/stand_ins/made  ## What stands in for AWS in the tests

# What makes a template of serverless.yml. Tests that need it are skipped on a machine without Node.js.
.venv/osls: package.json package-lock.json .npmrc
	@mkdir -p .venv
	@if command -v npm >/dev/null; then echo "Installing what packages serverless.yml …"; npm ci --ignore-scripts --loglevel=error >/dev/null; touch $@; else echo "no npm here: serverless.yml cannot be packaged"; fi

test: .venv/tests .venv/stand_ins/made .venv/osls  ## All tests, with coverage of the pure rooms
	@$(BIN)/python -m pytest -n 2 --dist worksteal --cov --cov-report= $(TESTS)
	@$(BIN)/python -m coverage report --include='bot/query/*,bot/rules/*,bot/alerts/*,bot/app/*' --fail-under=100 --skip-covered --show-missing

.PHONY: races
races: .venv/tests .venv/stand_ins/made  ## Every store, with 32 writers at once for 150 rounds (RACES=1000)
	@RACES=$(or $(RACES),150) $(BIN)/python -m pytest -q tests/contract/test_store.py -k many_writers

.venv/bench: .venv/bot tests/bench/requirements.txt
	@echo "Installing what the engine is compared with …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r tests/bench/requirements.txt
	@touch $@

bench: .venv/bench  ## The engine beside DuckDB, Polars and jq (EVENTS=1000000 ROUNDS=5 ONLY=a,b)
	@$(BIN)/python -m compileall -q bot tests/bench
	@$(BIN)/python -m tests.bench $(if $(EVENTS),--events $(EVENTS)) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(ONLY),--only $(ONLY))

# STAGE=prod REGION=eu-central-1 choose where; PARAMS='--param NAME=VALUE …' the rest (serverless.yml lists it).
OSLS = npx --no-install osls
WHERE = $(if $(STAGE),--stage $(STAGE)) $(if $(REGION),--region $(REGION)) $(PARAMS)

package: .venv/bot .venv/osls  ## The zips and the CloudFormation template; the first run needs the network
	@$(BIN)/python -m bot package
	@$(OSLS) package $(WHERE)

deploy: .venv/bot .venv/osls  ## Build the zips and put everything into the AWS account of your credentials
	@$(BIN)/python -m bot package --deployable
	@$(OSLS) deploy $(WHERE)

check: format lint types contracts test  ## What CI runs

format: .venv/tests  ## Is everything formatted? (`make fix` formats)
	@$(BIN)/ruff format --check .

lint: .venv/tests  ## Style and traps
	@$(BIN)/ruff check .

types: .venv/tests  ## mypy, strict
	@$(BIN)/python -m mypy

contracts: .venv/tests  ## Which room may import which
	@$(BIN)/lint-imports

.PHONY: fix
fix: .venv/tests  ## Format, write generated docs, and mend what can be mended by itself
	@$(BIN)/python -m tests.query_reference
	@$(BIN)/python -m tests.block_kit_reference
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

clean:           ## Remove what was installed and made
	rm -rf .venv build node_modules .serverless .data .coverage .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
