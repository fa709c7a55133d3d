# Make only prepares the virtual environment; dodo.py holds the tasks. `make help` lists them.
PYTHON ?= python3
PROFILE ?= paper
export PROFILE
export JUPYTER_PREFER_ENV_PATH := 1

VENV := .venv
DOIT := $(VENV)/bin/doit -n 2 -P thread
READY := $(VENV)/ready
TESTED := $(VENV)/ready-to-test
INSTALL := $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -c requirements.txt
LOCKED := $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps

.PHONY: book pdf test reproduce bench references lock locked clean help
.DEFAULT_GOAL := help

book: $(READY)  ## execute the notebooks and build the site in _build/html (PROFILE=quick|paper)
	$(DOIT) book

pdf: $(TESTED)  ## print the whole book to _build/book.pdf, with Chromium or Chrome
	$(DOIT) pdf

test: $(TESTED)  ## lint, unit tests, every notebook at the quick profile, nbval, strict site build, every page in a browser
	$(DOIT) test

reproduce: $(READY)  ## recompute every record at the papers' scale and report differences
	$(VENV)/bin/python -m evidence reproduce

bench: $(READY)  ## measure speed side by side on this machine, one benchmark after the other
	$(VENV)/bin/doit bench

references: $(READY)  ## record new reference values for nbval from this machine's results
	$(DOIT) references

lock: $(READY)  ## write requirements.lock: the pins, what they bring along, and the SHA-256 of every file
	$(INSTALL) uv
	$(VENV)/bin/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")' \
	| $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11.5 --generate-hashes --no-annotate \
	    --custom-compile-command "make lock" --output-file requirements.lock requirements.txt -

locked:  ## make the environment anew from requirements.lock; a file with another SHA-256 is refused
	$(PYTHON) -m venv --clear $(VENV)
	$(LOCKED) --require-hashes -r requirements.lock
	$(LOCKED) --no-build-isolation -e .
	touch $(READY) $(TESTED)

clean:  ## delete what was built; the environment, committed and reproduced records stay
	rm -rf _build/html _build/jupyter_execute _build/.doctrees _build/quick _build/records
	rm -rf book/results .doit.db*

help:  ## list the commands
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 14

$(READY): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed, and $(PYTHON) is " + sys.version.split()[0] + "; name another with make PYTHON=python3.11")'
	$(PYTHON) -m venv --clear $(VENV)
	$(INSTALL) -e '.[book,gru]'
	touch $@

$(TESTED): $(READY)
	$(INSTALL) -e '.[test]'
	touch $@
