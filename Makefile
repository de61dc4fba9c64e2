# One command per target; `make help` lists them. Logic lives in Rust.
.DEFAULT_GOAL := help
CARGO ?= cargo
COUNTERPARTS := tests/counterparts
# What Debian needs is installed only where it is missing.
DEBIAN = $(if $(filter 0,$(shell id -u)),,sudo )apt-get
debian = $(DEBIAN) update -q && $(DEBIAN) install -qy --no-install-recommends $(1)
# A command with a PostgreSQL of its own, gone afterwards; TEST_POSTGRES_URL points it at another one.
OWN_POSTGRES = TEST_POSTGRES_URL=postgres://$$PGUSER:$$PGPASSWORD@$$PGHOST:$$PGPORT/$$PGDATABASE
with_postgres = if [ -n "$$TEST_POSTGRES_URL" ]; then $(2); else pg_virtualenv -t -o max_connections=300 $(1) sh -c '$(OWN_POSTGRES) $(2)'; fi

.PHONY: help run test lint fmt openapi bench bench-smoke counterparts libraries postgres wrk tools clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  \1\t/'

run: libraries ## Serve on the embedded database, ready to use
	$(CARGO) run --package api -- serve

test: tools postgres counterparts lint ## Everything: lints, unit, property and black-box tests, on both databases
	$(CARGO) build --workspace --bins
	env -u TEST_POSTGRES_URL $(CARGO) nextest run --workspace
	$(call with_postgres,,$(CARGO) nextest run --workspace --filterset "package(persistence) or package(blackbox)")

lint: ## Formatting and lints, warnings as errors
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings

fmt: ## Format the code
	$(CARGO) fmt --all

openapi: ## Write the API description to openapi/
	$(CARGO) run --quiet --package api -- openapi --format json > openapi/waypost.json
	$(CARGO) run --quiet --package api -- openapi --format yaml > openapi/waypost.yaml

bench: tools postgres wrk ## Measure everything, on both databases, and write crates/bench/RESULTS.md
	$(CARGO) build --release --package api --package bench
	$(call with_postgres,-o fsync=on,target/release/waypost-bench full)

bench-smoke: tools postgres wrk ## Measure every kind of request once, in less than a minute
	$(CARGO) build --release --package api --package bench
	$(call with_postgres,-o fsync=on,target/release/waypost-bench smoke)

counterparts: $(COUNTERPARTS)/node_modules/.installed $(COUNTERPARTS)/.venv/.installed ## What the tests talk to, as locked

$(COUNTERPARTS)/node_modules/.installed: $(COUNTERPARTS)/package.json $(COUNTERPARTS)/package-lock.json
	@node --version >/dev/null 2>&1 && npm --version >/dev/null 2>&1 || { $(call debian,nodejs npm); }
	npm ci --prefix $(COUNTERPARTS)
	@touch $@

$(COUNTERPARTS)/.venv/.installed: $(COUNTERPARTS)/requirements.txt
	@python3 -c 'import ensurepip, venv' 2>/dev/null || { $(call debian,python3 python3-venv); }
	python3 -m venv --clear $(COUNTERPARTS)/.venv
	$(COUNTERPARTS)/.venv/bin/pip install --quiet --disable-pip-version-check --no-compile --require-hashes --no-deps --only-binary :all: -r $<
	@touch $@

libraries: # What the build links beside the C library
	@pkg-config --exists openssl 2>/dev/null || { $(call debian,libssl-dev pkg-config); }

postgres: # The server for the tests
	@command -v pg_virtualenv >/dev/null || { $(call debian,postgresql); }

wrk: # The load generator
	@command -v wrk >/dev/null || { $(call debian,wrk); }

tools: libraries # What the targets above need and a Rust toolchain may lack
	@$(CARGO) nextest --version >/dev/null 2>&1 || $(CARGO) install --locked cargo-nextest
	@$(CARGO) clippy --version >/dev/null 2>&1 || rustup component add clippy rustfmt

clean: ## Remove what was built and the data folder
	$(CARGO) clean
	rm -rf data
