# The words people type; CI types the same.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: install demo test fuzz test-anyday torture peers check bench bench-quick proto clean

install: $(VENV)/installed

$(VENV)/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Installing into $(VENV); this takes a minute."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: install ## the main job, with no account and no network
	$(BIN)/python -m f2scrapy.sandbox.demo

# The tests wait more than they compute: four at a time keep two cores busy.
test: install ## all tests, with the same examples each time
	$(BIN)/python -m pytest -n 4 --dist worksteal

fuzz: install ## the property tests with random examples, and many more of them; minutes
	$(BIN)/python -m pytest -n 2 --dist worksteal -m hypothesis --hypothesis-profile=fuzz

test-anyday: install ## all tests under other clocks, in another time zone and locale
	@.ci/anyday $(PART)

torture: install ## faults, kills, lies and hostile input by the thousand: no promise may be broken
	$(BIN)/python -m tests.torture

check: install ## style and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

bench: install ## speed and memory, as ratios beside other programs: a table of goals, ten minutes
	$(BIN)/python -m benchmarks

bench-quick: install ## the same with less of everything: one minute and a half
	$(BIN)/python -m benchmarks --quick

peers: install ## other people's clients, unchanged, against the sandbox; PART=quick as in CI
	$(BIN)/python -m peers $(PART)

PROTOC := .proto-env

$(PROTOC)/installed: Makefile
	$(PYTHON) -m venv $(PROTOC)
	$(PROTOC)/bin/python -m pip install --quiet --disable-pip-version-check grpcio-tools==1.85.1
	@touch $@

proto: $(PROTOC)/installed ## f2scrapy/danmaku/proto/*_pb2.py from the .proto files beside them
	$(PROTOC)/bin/python -m grpc_tools.protoc -I. --python_out=. --pyi_out=. f2scrapy/danmaku/proto/*.proto

clean:
	rm -rf $(VENV) $(PROTOC) .bench .mypy_cache .ruff_cache .pytest_cache .hypothesis
