# One command per target; `make help` lists them. Logic lives in Rust.
.DEFAULT_GOAL := help
CARGO ?= cargo

.PHONY: help run test lint fmt openapi tools clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  \1\t/'

run: ## Serve on the embedded database, ready to use
	$(CARGO) run --package api -- serve

test: tools lint ## Everything: lints, unit, property and black-box tests
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

tools: # What the targets above need and a Rust toolchain may lack
	@$(CARGO) nextest --version >/dev/null 2>&1 || $(CARGO) install --locked cargo-nextest
	@$(CARGO) clippy --version >/dev/null 2>&1 || rustup component add clippy rustfmt

clean: ## Remove what was built and the data folder
	$(CARGO) clean
	rm -rf data
