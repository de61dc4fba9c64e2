# One command per target; `make help` lists them. Logic lives in Rust.
.DEFAULT_GOAL := help
CARGO ?= cargo
COUNTERPARTS := tests/counterparts
# What Debian needs is installed only where it is missing.
DEBIAN = $(if $(filter 0,$(shell id -u)),,sudo )apt-get
debian = $(DEBIAN) update -q && $(DEBIAN) install -qy --no-install-recommends $(1)

.PHONY: help run test lint fmt openapi counterparts tools clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  \1\t/'

run: ## Serve on the embedded database, ready to use
	$(CARGO) run --package api -- serve

test: tools counterparts lint ## Everything: lints, unit, property and black-box tests
	$(CARGO) build --workspace --bins
	$(CARGO) nextest run --workspace

lint: ## Formatting and lints, warnings as errors
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings

fmt: ## Format the code
	$(CARGO) fmt --all

openapi: ## Write the API description to openapi/
	$(CARGO) run --quiet --package api -- openapi --format json > openapi/waypost.json
	$(CARGO) run --quiet --package api -- openapi --format yaml > openapi/waypost.yaml

counterparts: $(COUNTERPARTS)/node_modules/.installed $(COUNTERPARTS)/.venv/.installed ## What the tests talk to, as locked

$(COUNTERPARTS)/node_modules/.installed: $(COUNTERPARTS)/package.json $(COUNTERPARTS)/package-lock.json
	@node --version >/dev/null 2>&1 && npm --version >/dev/null 2>&1 || { $(call debian,nodejs npm); }
	npm ci --prefix $(COUNTERPARTS)
	@touch $@

$(COUNTERPARTS)/.venv/.installed: $(COUNTERPARTS)/requirements.txt
	@python3 -c 'import ensurepip, venv' 2>/dev/null || { $(call debian,python3 python3-venv); }
	python3 -m venv --clear $(COUNTERPARTS)/.venv
	$(COUNTERPARTS)/.venv/bin/pip install --quiet --disable-pip-version-check --no-compile --require-hashes --only-binary :all: -r $<
	@touch $@

tools: # What the targets above need and a Rust toolchain may lack
	@$(CARGO) nextest --version >/dev/null 2>&1 || $(CARGO) install --locked cargo-nextest
	@$(CARGO) clippy --version >/dev/null 2>&1 || rustup component add clippy rustfmt

clean: ## Remove what was built and the data folder
	$(CARGO) clean
	rm -rf data
