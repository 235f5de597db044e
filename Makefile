# Two commands do everything: make html, make test.
PYTHON ?= python3
BIN = .venv/bin
SHELL = bash
.SHELLFLAGS = -o pipefail -c
SPREAD = -n auto --dist loadfile  # one process per core; the tests of a file stay together
.PHONY: html test test-slow test-quick lab binder lint size architecture mutate fuzz mutants bench bench-draft faults reproduce lock licences notebooks clean-notebooks clean

html: .venv/read  ## execute every notebook and write the site to _site/
	$(BIN)/python -m standoff html

test: .venv/done  ## every test but the slow ones
	$(BIN)/python -m pytest $(SPREAD) -m "not slow"

test-slow: .venv/done  ## the slow ones: 200 corruptions, kills at every step, a cluster, rebuilds
	$(BIN)/python -m pytest $(SPREAD) -m slow

QUICK = not slow and not browser and not notebooks and not thorough
test-quick: .venv/done  ## annotation, corpus, measures, claims, the record, in about a minute
	$(BIN)/python -m pytest $(SPREAD) -m "$(QUICK)" tests lib/standoff/annotation lib/standoff/claims

NUMBER ?= 1000
SEED ?= 20181031
mutate: .venv/done  ## corrupt copies of the record and list what noticed it (tests/mutations/README.md)
	PYTHONPATH=tests $(BIN)/python -m mutations --number $(NUMBER) --seed $(SEED)

lab: .venv/read  ## open JupyterLab at the top of the repository; PORT=8890 and LAB="--no-browser" are passed on
	$(BIN)/jupyter lab $(PORT:%=--port %) $(LAB)

BRANCH ?= HEAD
binder:  ## print the Binder link and badge of REPO=owner/name
	@test -n "$(REPO)" || { echo "Say which repository: make binder REPO=owner/name" >&2; exit 2; }
	@link="https://mybinder.org/v2/gh/$(REPO)/$(BRANCH)?labpath=notebooks%2F00_summary.ipynb"; \
	echo "$$link"; echo "[![Binder](https://mybinder.org/badge_logo.svg)]($$link)"

architecture: .venv/done  ## redraw the package diagram in ARCHITECTURE.md
	$(BIN)/python tests/repository/diagram.py

size: .venv/done  ## how large the library is, how dense, and which public names changed
	$(BIN)/python tests/repository/size.py

lint: .venv/done  ## style, spelling, layers and types of the code; the record; the stored notebooks
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/codespell lib docs/*.md *.md
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy -p standoff
	$(BIN)/mypy --strict --cache-dir .mypy_cache/strict -p standoff.annotation -p standoff.corpus -p standoff.measures -p standoff.claims
	$(BIN)/python -m standoff check
	$(BIN)/python -m pytest tests/record/test_stored_outputs.py

notebooks: .venv/read  ## run every notebook and store its outputs, and the figure of the README
	$(BIN)/python -m standoff run
	$(BIN)/python -c 'import standoff, pathlib; from standoff.figures import strip; pathlib.Path("notebooks/strip.svg").write_text(strip(standoff.load("seeds")).svg(), encoding="utf-8")'

clean-notebooks: .venv/read  ## strip what JupyterLab added when it saved the notebooks
	$(BIN)/python -m standoff clean

bench: .venv/done  ## measure speed against named peers (tests/benchmarks/README.md)
	for what in build reading network alpha annotator pages scale; do $(BIN)/python tests/benchmarks/$$what.py || exit 1; done

bench-draft: .venv/done  ## how right drafts are: POLNEAR=folder TIMES=folder of TimeML files; TEST=1 for the test part
	$(BIN)/python tests/benchmarks/draft.py $(if $(TEST),--test) $(POLNEAR:%=polnear=%) $(TIMES:%=times=%) $(PLATINUM:%=times=%)

TARGETS ?= ann toml notes short settle quotes brat polnear w3c catma refi label-studio timeml cas-xmi cas-json csv parquet excel excel-xml draft annotator
EACH ?= 60

fuzz: .venv/done  ## look for inputs that break a reader, a minute each (tests/fuzz/README.md)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/atheris.lock
	for target in $(TARGETS); do $(BIN)/python tests/fuzz/fuzz.py $$target --small -max_total_time=$(EACH) || exit 1; done
	@if [ -d tests/fuzz/found/crashes ]; then ls tests/fuzz/found/crashes; exit 1; fi

faults: .venv/done  ## kill every command at random moments and steps, an hour (tests/faults/README.md)
	$(BIN)/python tests/faults/kills.py
	$(BIN)/python tests/faults/kills.py --steps

reproduce: .venv/done  ## build as other users, on other days …, with PYTHONS="…" (tests/reproducibility/README.md)
	$(BIN)/python tests/reproducibility/matrix.py $(PYTHONS:%=--python %)

RESOLVE = uv pip compile --universal --python-version 3.11 --generate-hashes --upgrade --no-strip-extras --no-emit-index-url --no-emit-find-links --no-header --quiet
lock: .venv/done  ## resolve both locks again, for Python 3.11 to 3.13, with hashes
	$(BIN)/$(RESOLVE) pyproject.toml --extra read --extra dev --output-file requirements-dev.lock
	$(BIN)/$(RESOLVE) pyproject.toml --extra read --constraint requirements-dev.lock --output-file requirements.lock
	printf 'atheris < 3.1; python_version < "3.12"\natheris; python_version >= "3.12"\n' | $(BIN)/$(RESOLVE) - --no-annotate --output-file tests/atheris.lock
	for tool in jupyter-repo2docker mutmut; do echo $$tool | $(BIN)/$(RESOLVE) - --no-annotate --output-file tests/$${tool#jupyter-}.lock || exit 1; done

licences: .venv/done  ## write docs/licences.md: the licence of each package in the lock
	$(BIN)/python docs/licences.py

mutants: .venv/done  ## change the library and list the changes that no test notices; SAMPLE=80 limits each file
	$(BIN)/python -m venv .mutants/env
	.mutants/env/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/mutmut.lock
	PYTHONPATH=$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))') .mutants/env/bin/python tests/mutations/library.py $(SAMPLE)

PIP = $(BIN)/python -m pip install --disable-pip-version-check
PROGRESS = sed -un 's/^Collecting \([^ ]*\).*/  \1/p; s/^Installing collected packages.*/  unpacking them/p'
.venv/read: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] <= (3, 13) else f"Python 3.11 to 3.13 is needed, this is {sys.version.split()[0]}; try make PYTHON=python3.12")'
	@echo "Installing about $$(grep -c '^[a-z].*==' requirements.lock) packages (700 MB) into .venv, once; they are named as they come:"
	@$(PYTHON) -m venv --clear .venv
	@awk '/^pip==/ {on = 1} on {print} on && !/\\$$/ {exit}' requirements.lock > .venv/pip.lock
	@$(PIP) --quiet --require-hashes -r .venv/pip.lock
	@$(PIP) --no-compile --require-hashes -r requirements.lock | $(PROGRESS)
	@$(PIP) --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/done: .venv/read requirements-dev.lock
	@echo "Adding what developers need:"
	@$(PIP) --require-hashes -r requirements-dev.lock | $(PROGRESS)
	@touch $@

clean:  ## remove everything that was built
	rm -rf .venv .mutants _site .standoff-cache lib/*.egg-info .pytest_cache .ruff_cache .hypothesis
