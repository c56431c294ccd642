# Every target sets up what it needs. `make demo` first; `make help` lists the rest.
PYTHON ?= python3
VENV   ?= .venv
# Where pip looks for torch. On Linux without a GPU, TORCH_INDEX=https://download.pytorch.org/whl/cpu
# fetches the CPU build alone instead of several gigabytes of CUDA.
TORCH_INDEX ?=
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
TORCH  := $(shell grep -i '^torch==' constraints.txt)

.DEFAULT_GOAL := help
.PHONY: help demo bot bench test lint check coverage fuzz mutants format clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/'

$(VENV)/.run: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(if $(TORCH_INDEX),$(PIP) install --quiet --index-url $(TORCH_INDEX) $(TORCH))
	$(PIP) install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.run
	$(PIP) install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

$(VENV)/.mutate: $(VENV)/.dev
	$(PIP) install --quiet --constraint constraints.txt --editable '.[mutate]'
	touch $@

demo: $(VENV)/.run ## index seeds/, answer three questions, then take yours
	@$(BIN)/newsquote demo

bot: $(VENV)/.run ## run the Discord bot (needs DISCORD_TOKEN, see README)
	@$(BIN)/newsquote bot

test: $(VENV)/.dev ## the whole test suite, on every core
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

lint: $(VENV)/.dev ## ruff, pyright strict, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports

check: lint test ## the same as CI

coverage: $(VENV)/.dev ## which branches of bot and index the tests take, children's too
	$(BIN)/python -m coverage erase
	$(BIN)/python -m coverage run -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report

EXAMPLES ?= 20000
fuzz: $(VENV)/.dev ## damaged files and manifests, queries, replies: EXAMPLES=20000 of each
	NEWSQUOTE_FUZZ=$(EXAMPLES) $(BIN)/python -m pytest -m fuzz --timeout 0 --numprocesses auto

# Fewer examples than usual: each mutant is tried with all of a function's tests.
mutants: $(VENV)/.mutate ## change the code in a thousand places: which changes does no test see?
	NEWSQUOTE_FUZZ=12 $(BIN)/python -m mutmut run $(MUTANTS)
	$(BIN)/python tests/benchmarks/mutants.py

bench: $(VENV)/.run ## how fast newsquote is here, beside the plain way; SIZES="--size 1000", --million
	$(BIN)/newsquote bench $(SIZES) --plot .newsquote-bench/growth.png

format: $(VENV)/.dev ## let ruff rewrite the layout
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## remove the environment and the index
	rm -rf $(VENV) .newsquote mutants
