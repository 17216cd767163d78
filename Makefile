# run · test · check · bench · fix: the only entries a newcomer needs.
PYTHON ?= python3
BIN := .venv/bin
export SHOUWEN_PYTHON := $(PYTHON)

.PHONY: help setup setup-dev run test check fast fix bench lock messages clean

help: ## Say what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: ## Environment, assets and messages; does only what is missing
	@$(PYTHON) config/setup.py

setup-dev: ## The same, with what testing needs
	@$(PYTHON) config/setup.py --dev

run: ## A demo centre on http://127.0.0.1:8000 (PORT=…)
	@$(PYTHON) config/setup.py --quiet
	@SHOUWEN_DEMO=1 exec $(BIN)/shouwen up

test: setup-dev ## Everything that proves it works
	@$(BIN)/python tests/run.py all

check: setup-dev ## Lint, types, layers, formatting, migrations, messages (no tests)
	@$(BIN)/python tests/run.py check

bench: setup-dev ## Measurements, one JSON line each
	@$(BIN)/python -m bench

fix: setup-dev ## Repair what a machine can
	@$(BIN)/ruff check --fix -q . ; $(BIN)/ruff format -q .

lock: ## Pin dependencies anew, with hashes
	@$(BIN)/python -m uv pip compile -q --generate-hashes --no-emit-index-url --no-header --universal --python-version 3.11 requirements/main.in -o requirements/main.txt
	@$(BIN)/python -m uv pip compile -q --generate-hashes --no-emit-index-url --no-header --universal --python-version 3.11 requirements/main.in requirements/dev.in -o requirements/dev.txt

clean: ## Remove environment, assets and the demo centre's data
	rm -rf .venv assets node_modules var artefacts
