# Two commands do everything: make html, make test.
PYTHON ?= python3
BIN = .venv/bin
.PHONY: html test lab lint bench fuzz lock notebooks clean-notebooks clean

html: .venv/done  ## execute every notebook and write the site to _site/
	$(BIN)/python -m standoff html

test: .venv/done  ## all tests
	$(BIN)/python -m pytest

lab: .venv/done  ## open JupyterLab in notebooks/
	cd notebooks && ../$(BIN)/jupyter lab

lint: .venv/done  ## style of code and notebooks, and the record itself
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/python -m standoff check
	$(BIN)/python -m pytest tests/test_stored.py

notebooks: .venv/done  ## execute every notebook and keep the outputs in the files, and the figure of the README
	$(BIN)/python -m standoff run
	$(BIN)/python -c 'import standoff, pathlib; from standoff.figures import strip; pathlib.Path("notebooks/strip.svg").write_text(strip(standoff.load("seeds")).svg(), encoding="utf-8")'

clean-notebooks: .venv/done  ## strip what JupyterLab added to the notebooks when it saved them
	$(BIN)/python -m standoff clean

bench: .venv/done  ## measure the speed of the build against nbconvert, and how readers grow; tests/benchmarks/README.md quotes it
	$(BIN)/python tests/benchmarks/build.py
	$(BIN)/python tests/benchmarks/linear.py

TARGETS ?= ann toml notes settle brat polnear w3c catma timeml cas-xmi cas-json csv parquet
EACH ?= 60

fuzz: .venv/done  ## look for inputs that break a reader, each for a minute; tests/fuzz/README.md
	$(BIN)/python -m pip install --quiet atheris
	for target in $(TARGETS); do $(BIN)/python tests/fuzz/fuzz.py $$target --small -max_total_time=$(EACH) || exit 1; done
	@if [ -d tests/fuzz/found/crashes ]; then ls tests/fuzz/found/crashes; exit 1; fi

lock: .venv/done  ## resolve requirements.lock anew, for Python 3.11 to 3.13, with hashes and without hosts
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --upgrade \
	  --no-strip-extras --no-emit-index-url --no-emit-find-links --no-header --quiet --output-file requirements.lock

.venv/done: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] <= (3, 13) else f"Python 3.11 to 3.13 is needed, this is {sys.version.split()[0]}; call make with PYTHON=python3.12, say")'
	$(PYTHON) -m venv --clear .venv
	awk '/^pip==/ {on = 1} on {print} on && !/\\$$/ {exit}' requirements.lock > .venv/pip.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .venv/pip.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

clean:  ## remove what was built
	rm -rf .venv _site .standoff-cache lib/*.egg-info .pytest_cache .ruff_cache .hypothesis
