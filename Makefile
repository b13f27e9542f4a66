# Two commands do everything: `make demo` and `make test`. Both set up a virtual environment in .venv first.
PYTHON ?= python3
unexport PYTHON # a Procfile would take it for the Python to run the stage with
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
LOWEST := .venv-lowest
RACE := build/race.jsonl

.PHONY: demo test lint lowest everywhere map pictures recordings mutants frames clean

demo: $(READY)
	$(BIN)/asyncdemo compare
	@echo; echo 'Now in slow motion, with a browser:  $(BIN)/asyncdemo run step3'

test: $(READY)
	$(BIN)/python -m pytest -n 4 --dist worksteal $(PYTEST) # they wait more than they work, some of them for long

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The tests and the types with the lowest version of everything that pyproject.toml allows; what that brings is the newest.
lowest: $(LOWEST)/.ready
	$(LOWEST)/bin/mypy
	$(LOWEST)/bin/python -m pytest -n 4 --dist worksteal $(PYTEST)

$(LOWEST)/.ready: pyproject.toml
	$(PYTHON) -m venv --clear $(LOWEST)
	$(LOWEST)/bin/python -m pip install --quiet --disable-pip-version-check uv
	$(LOWEST)/bin/uv pip install --quiet --python $(LOWEST)/bin/python --resolution lowest-direct -e '.[dev]'
	touch $@

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "asyncdemo needs Python 3.11 or later; say which: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $(READY)

# Today's stages with every Django, on every Python that is here and may have it: CI has two corners of that.
PYTHONS ?= python3.11 python3.12 python3.13 python3.14
DJANGOS ?= 5.2 6.0 6.1
everywhere:
	ran=; for python in $(PYTHONS); do \
	    $$python -c '' 2>/dev/null || { echo "== $$python: not here"; continue; }; \
	    for django in $(DJANGOS); do \
	        venv=build/everywhere/$$python-$$django; \
	        $$python -c 'import sys; sys.exit(sys.version_info < (3, 12) and "'$$django'" > "6")' || continue; \
	        $$python -m venv $$venv && $$venv/bin/python -m pip install --quiet -e '.[dev]' "Django==$$django.*" || exit 1; \
	        echo "== $$python, Django $$django"; ran=yes; \
	        $$venv/bin/python -m pytest -q -n 2 tests/stages/test_today.py tests/e2e/test_today.py tests/e2e/test_today_celery.py || exit 1; \
	    done; \
	done; test -n "$$ran" || { echo "none of $(PYTHONS) is here"; exit 1; }

# The pictures of README and talk, from real runs: step3 gums up at a visitor a second; a race, as its picture and as it went.
pictures: $(READY)
	$(BIN)/python -m talk.make_pictures talk/pictures
	mkdir -p $(dir $(RACE))
	$(BIN)/asyncdemo compare --plain --svg talk/pictures/compare.svg --record $(RACE)
	$(BIN)/asyncdemo replay $(RACE) --svg talk/pictures/race.svg --animate
	for race in 1 2; do $(BIN)/asyncdemo compare --plain --record build/race-$$race.jsonl; done
	$(BIN)/python -m talk.make_figures docs/comparing.md $(RACE) build/race-1.jsonl build/race-2.jsonl
	$(BIN)/python -m talk.make_slide_picture talk/pictures/slide.svg
	$(BIN)/python -m talk.make_lesson_pictures talk/pictures

# What the talk's slides play where a demo cannot run: real runs, recorded; and the picture that is drawn of one.
recordings: $(READY)
	$(BIN)/python -m talk.make_recordings talk/recordings
	$(BIN)/python -m talk.make_waits_picture talk/recordings/bonus.jsonl talk/pictures/waits.png

# Which room of the package imports which, into CONTRIBUTING.md.
map: $(READY)
	$(BIN)/python -m tests.map

# What the panels show of simulated runs, and what reports are made of, as tests expect it: look at the diff.
frames: $(READY)
	$(BIN)/python -m tests.frames
	$(BIN)/python -m tests.report_frames

# What the tests would not notice, by sample: MODULES are rooms, or files in asyncdemo/; another SEED is another sample.
MANY ?= 100
SEED ?= 1
JOBS ?= 2
MINUTES ?= 30
mutants: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,mutants]'
	$(BIN)/python -m tests.mutants --many $(MANY) --seed $(SEED) --jobs $(JOBS) --minutes $(MINUTES) --write $(MODULES)

clean:
	rm -rf $(VENV) $(LOWEST) build dist
