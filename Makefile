# Each target sets up what it needs by itself (.ci/setup); a second run starts at once.

.DEFAULT_GOAL := help
.PHONY: help demo kafka test test-long test-dali test-rtx test-train check bench-line bench-media \
	bench-guard bench-gpu lock clean

SHORT := not torch and not long and not gpu and not dali

help:  ## what there is
	@echo "On a fresh Debian machine, as root, with Python 3.11 or 3.12 and make:"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile
	@echo "Your own Kafka: REELGUARD_KAFKA=host:9092 make demo. One test: make test ARGS='-k name'"

demo:  ## videos go in, verdicts come out: the whole way on a broker of its own (3 minutes)
	@.ci/setup worker
	@.venv/bin/reelguard demo $(ARGS)

kafka:  ## a real one-node Kafka in the foreground, on port 9092
	@.ci/setup worker
	@.venv/bin/reelguard kafka $(ARGS)

test:  ## the tests, without torch (under 8 minutes on two cores)
	@.ci/setup test
	@.venv/bin/pytest -m "$(SHORT)" $(ARGS)

test-long:  ## chaos, other languages, long runs
	@.ci/setup long
	@.venv/bin/pytest -m "long and not torch and not gpu" $(ARGS)

test-dali:  ## decoding with NVIDIA DALI, on a GPU where there is one (installs 1.3 GB)
	@.ci/setup dali
	@.venv-dali/bin/pytest -m dali $(ARGS)

test-rtx:  ## TensorRT-RTX builds the guard's plans, without a GPU (installs 6 GB)
	@.ci/setup train
	@.venv-train/bin/pytest -m "rtx and not gpu" $(ARGS)

test-train:  ## what needs torch: training, export, parity (installs 6 GB)
	@.ci/setup train
	@.venv-train/bin/pytest -m "torch and not gpu" $(ARGS)

check:  ## format, lint and types of everything (installs 6 GB: torch has types too)
	@.ci/setup train
	.venv-train/bin/ruff format --check .
	.venv-train/bin/ruff check .
	.venv-train/bin/mypy

bench-line:  ## the figures of the straight line; the last line is one JSON object (4 minutes)
	@.ci/setup worker
	@.venv/bin/python -m tests.bench.line $(ARGS)

bench-media:  ## the figures of fetching, sandbox and decoding; as bench-line (5 minutes)
	@.ci/setup worker
	@.venv/bin/python -m tests.bench.media $(ARGS)

bench-guard:  ## the guard's figures on a CPU; as bench-line (installs 6 GB)
	@.ci/setup train
	@.venv-train/bin/python -m tests.bench.guard $(ARGS)

bench-gpu:  ## the torch runtime on one NVIDIA GPU; needs torch, transformers, numpy; installs nothing
	@$(firstword $(wildcard .venv-train/bin/python) python3) -m tests.bench.gpu $(ARGS)

lock:  ## resolve pyproject.toml into .ci/locks again
	@.ci/setup uv
	@.ci/lock $(ARGS)

clean:  ## environments, caches and stamps of this checkout (not the jars in ~/.cache/reelguard)
	rm -rf .venv .venv-dali .venv-train .cache build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
