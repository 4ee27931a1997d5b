# Everything runs in .venv, made on first use. `make help` lists the targets.
#
# PYTHON=…    the Python to make .venv with (3.11 or newer; otherwise the newest found)
# CHROMIUM=…  the Chromium or Chrome for the browser tests (otherwise the first found)
# NODE=…      the Node.js for the editor tests (18 or newer; otherwise the first found)
# HOST=… PORT=…  where `make serve` listens; PREFIX=/… the path of a proxy above it, NAME=… a name under which it answers too (or several,
#             separated by blanks); EDIT=1 lets its page Tune save

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# Settings of the caller that would reach into .venv or install beside it, or have everything compiled anew in each process.
unexport PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE PIP_TARGET PIP_PREFIX
export PIP_USER := 0
export PIP_DISABLE_PIP_VERSION_CHECK := 1

RUN := .venv/bin/python
# An editable install points to this folder, so a copied or moved tree has to install itself again: hence its name in the stamps.
empty :=
HERE := $(subst /,_,$(subst $(empty) ,_,$(CURDIR)))
SERVE := .venv/installed-serve$(HERE)
EXPORT := .venv/installed-export$(HERE)
SCALE := .venv/installed-scale$(HERE)
DEV := .venv/installed-dev$(HERE)
# 1.25.0 is the last that runs on Node.js 18, which Debian 12 has.
YAML_LANGUAGE_SERVER := 1.25.0
YAML_EDITOR := codemirror@6.0.2 @codemirror/autocomplete@6.20.4 @codemirror/lang-yaml@6.1.3 @codemirror/language@6.13.1 \
	@codemirror/lint@6.9.8 @codemirror/state@6.7.6 @codemirror/view@6.43.15 @lezer/highlight@1.2.5 esbuild@0.28.2
EDITOR_TOOLS := .venv/editor/installed-$(YAML_LANGUAGE_SERVER)
# Without its Python (a link to one that was since removed) .venv holds nothing, whatever the stamps say.
$(shell test -x .venv/bin/python || rm -f .venv/installed-*)

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

serve: $(SERVE)  ## show the dashboard (PORT=8051 HOST=0.0.0.0 to choose where, NAME=… PREFIX=/… behind a proxy, EDIT=1 to save from the page Tune)
	@.venv/bin/relations serve $(if $(HOST),--host '$(HOST)') $(if $(PORT),--port '$(PORT)') $(foreach name,$(NAME),--name '$(name)') \
		$(if $(PREFIX),--prefix '$(PREFIX)') $(if $(EDIT),--edit)

test: $(DEV) browser-setup $(EDITOR_TOOLS)  ## all that CI runs: lint, types, unit, editor, browser, check
	@for part in lint types unit editor browser check; do \
		echo "== $$part"; \
		$(MAKE) --no-print-directory $$part || { echo "make test stopped: '$$part' failed (to run it alone: make $$part)" >&2; exit 1; }; \
	done
	@echo "== all passed"

lint: $(DEV)  ## ruff
	@$(RUN) -m ruff check

types: $(DEV)  ## mypy, strict
	@$(RUN) -m mypy

unit: $(DEV)  ## tests and doctests, without browser and benchmarks
	@$(RUN) -m pytest -n 2 --dist worksteal

editor: $(DEV) $(EDITOR_TOOLS)  ## tests with the language server that editors use for YAML
	@NODE="$$(.ci/node.sh)" && export NODE && $(RUN) -m pytest tests/editor

browser: $(DEV)  ## tests in a real Chromium
	@CHROMIUM="$$(.ci/browser.sh)" && export CHROMIUM && $(RUN) -m pytest -n 2 --dist worksteal tests/browser

check: $(SERVE)  ## relations check on the shipped project
	@.venv/bin/relations check

bench: $(DEV)  ## benchmarks
	@$(RUN) -m pytest -s tests/benchmarks

export-setup: $(EXPORT) browser-setup  ## what `relations export` needs: packages, and a browser if none is found

scale-setup: $(SCALE)  ## what tables with `engine: spark` need: packages (some 500 MB), and Java if none is found
	@java="$$(.ci/java.sh)" && echo "Java: $$java"

browser-setup:  ## find a Chromium for the tests, or install it (Debian or Ubuntu, as root)
	@chromium="$$(.ci/browser.sh)" && echo "browser: $$chromium"

yaml-editor:  ## build the editor of the page Tune again (needs Node.js with npm)
	@node="$$(.ci/node.sh)" && folder="$$(mktemp -d)" && cp dashboard/editor/yaml-editor.src.js "$$folder" && cd "$$folder" \
	&& PATH="$$(dirname "$$node"):$$PATH" && npm install --no-audit --no-fund --loglevel=error $(YAML_EDITOR) \
	&& npx esbuild yaml-editor.src.js --bundle --minify --format=iife --global-name=relationsEditor --legal-comments=none \
		--outfile='$(CURDIR)/dashboard/editor/yaml-editor.js' && rm -rf "$$folder" && sha256sum '$(CURDIR)'/dashboard/editor/*.js

clean:  ## remove .venv and everything else that was made
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@python="$$(.ci/python.sh '$(PYTHON)')" && echo "making .venv with $$python" && "$$python" -m venv --clear .venv

$(SERVE): .venv/bin/python pyproject.toml constraints.txt
	@$(call install,serve)
	@touch $@

$(EXPORT): .venv/bin/python pyproject.toml constraints.txt
	@$(call install,serve$(comma)export)
	@touch $(SERVE) $@

$(SCALE): .venv/bin/python pyproject.toml constraints.txt
	@$(call install,serve$(comma)scale)
	@touch $(SERVE) $@

$(DEV): .venv/bin/python pyproject.toml constraints.txt
	@$(call install,serve$(comma)export$(comma)dev)
	@touch $(SERVE) $(EXPORT) $@

$(EDITOR_TOOLS): .venv/bin/python
	@node="$$(.ci/node.sh)" && echo "installing yaml-language-server $(YAML_LANGUAGE_SERVER) into .venv/editor" \
	&& rm -rf .venv/editor && mkdir -p .venv/editor \
	&& PATH="$$(dirname "$$node"):$$PATH" npm install --prefix .venv/editor --ignore-scripts --no-save --no-package-lock --no-audit --no-fund \
		--no-update-notifier --fetch-timeout=60000 --fetch-retries=1 --loglevel=error yaml-language-server@$(YAML_LANGUAGE_SERVER)
	@touch $@

comma := ,
# The build backend comes first and under the same constraints, so that nothing unpinned takes part.
define install
echo "installing .[$1] into .venv (a minute the first time)" \
&& rm -f .venv/installed-* \
&& $(RUN) -m pip install --quiet --constraint constraints.txt setuptools \
&& $(RUN) -m pip install --quiet --constraint constraints.txt --no-build-isolation --editable '.[$1]'
endef

.PHONY: help serve test lint types unit editor browser check bench browser-setup export-setup scale-setup yaml-editor clean
