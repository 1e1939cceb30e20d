# Halfhour's commands. Each makes what it needs first, once: `make run` on a fresh machine needs Python only.
#   make run     the site on http://127.0.0.1:8000/ (HOST, PORT)
#   make test    the tests (ARGS="tests/accounts -k wall" passes on to pytest)
#   make check   lint, format, types, imports, migrations, deployment settings
#   make bench   the benchmarks (ARGS="pages reminders" runs those parts only)
#   make lock    write requirements*.txt anew from pyproject.toml
#   make clean   remove .venv and what tools leave behind; the data in .data stays

PYTHON ?= python3
ARGS ?=
# Tests run on every core, a file at a time; on a Redis of your own in one process, which empties it again and again.
WORKERS ?= $(if $(REDIS_URL),0,auto)
BIN := .venv/bin
RUN_STAMP := .venv/.installed-run
DEV_STAMP := .venv/.installed-dev
LOCK := $(BIN)/uv pip compile pyproject.toml --quiet --generate-hashes --universal --python-version 3.11 \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links

# What a production site sets, with values made up for the check.
PRODUCTION = env DEBUG=false ALLOWED_HOSTS=halfhour.example SITE_URL=https://halfhour.example \
	EMAIL_URL=smtp://mail.halfhour.example:25 DATABASE_URL=postgresql://halfhour@db.halfhour.example/halfhour \
	REDIS_URL=redis://redis.halfhour.example:6379/0 \
	SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
	FIELD_KEYS="$$($(BIN)/python manage.py new_field_key)"

.PHONY: run test check bench lock clean
.SUFFIXES:

run: $(RUN_STAMP)
	@exec $(BIN)/python -m embedded.run

test: $(DEV_STAMP)
	@exec $(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile $(ARGS)

check: $(DEV_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	find templates -name '*.html' -exec $(BIN)/djade --check --target-version 5.2 {} +
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py check --fail-level WARNING
	@echo "$(BIN)/python manage.py check --deploy --fail-level WARNING   (with production variables)"
	@$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING

bench: $(DEV_STAMP)
	@exec $(BIN)/python -m tests.benchmarks $(ARGS)

lock: $(DEV_STAMP)
	$(LOCK) --output-file requirements.txt
	$(LOCK) --constraint requirements.txt --group dev --output-file requirements-dev.txt

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist
	find . -path ./.data -prune -o -name __pycache__ -type d -exec rm -rf {} +

# A virtual environment without pip is one whose making was interrupted.
.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Halfhour needs Python 3.11 or newer as $(PYTHON); where it has another name: make PYTHON=python3.12 run"; \
		exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "This Python cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv"; \
		exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { rm -rf .venv && $(PYTHON) -m venv .venv; }
	@touch $@

# With uv on the PATH installing takes seconds; pip is what every machine has. Both check the hashes.
$(RUN_STAMP): requirements.txt pyproject.toml .venv/.made
	@sh -c 'test -e "$(DEV_STAMP)" && test "$(DEV_STAMP)" -nt requirements-dev.txt' || { \
		echo "Installing what the site needs (once) ..."; $(call install,requirements.txt); }
	@$(call install_ourselves)
	@touch $@

$(DEV_STAMP): requirements-dev.txt pyproject.toml .venv/.made
	@echo "Installing what the site and its tests need (once) ..."
	@$(call install,requirements-dev.txt)
	@$(call install_ourselves)
	@touch $@

define install
if command -v uv >/dev/null 2>&1; then uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1); \
else $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1); fi
endef

define install_ourselves
if command -v uv >/dev/null 2>&1; then uv pip install --quiet --python $(BIN)/python --no-build-isolation --no-deps -e .; \
else $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .; fi
endef
