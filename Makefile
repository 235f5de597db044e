# Two commands do everything: make html, make test.
PYTHON ?= python3
BIN = .venv/bin
.PHONY: html test lab lint bench mutants lock notebooks clean-notebooks clean

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

bench: .venv/done  ## measure the speed of the build against nbconvert; tests/benchmarks/README.md quotes it
	$(BIN)/python tests/benchmarks/build.py

mutants: .venv/done  ## change the library in small ways and list which changes no test notices; SAMPLE=80 tries so many a file
	$(BIN)/python -m venv .mutants/env
	.mutants/env/bin/python -m pip install --quiet --disable-pip-version-check mutmut==3.8.1
	PYTHONPATH=$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))') .mutants/env/bin/python tests/mutations/library.py $(SAMPLE)

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
	rm -rf .venv .mutants _site .standoff-cache lib/*.egg-info .pytest_cache .ruff_cache .hypothesis
