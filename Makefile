# The commands of the house. `make run` and `make test` need Rust and Node 20 or newer, and nothing before them.
.DEFAULT_GOAL := help
CARGO ?= cargo

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

run: build ## Build and start Callboard with the example company on http://localhost:7007
	./target/release/callboard serve

build: ui ## Build the program: target/release/callboard
	$(CARGO) build --release --locked -p callboard

dist: ui ## Build the program with link-time optimisation; takes minutes more
	$(CARGO) build --profile dist --locked -p callboard

ui: ui/node_modules ## Build the portal into ui/dist
	npm --prefix ui run build

ui/node_modules: ui/package-lock.json
	npm --prefix ui ci --no-audit --no-fund
	@touch $@

e2e/node_modules: e2e/package-lock.json
	npm --prefix e2e ci --no-audit --no-fund
	@touch $@

test: ## Install or start what the tests need, then run all of them
	scripts/test

lint: ui/node_modules e2e/node_modules ## Formatting, clippy with warnings denied, UI types and lint
	scripts/lint

bench: ## Measure at 10,000 entities on SQLite; bench/README.md has more
	bench/run 10000

screenshots: ## Write docs/screenshots from the running example
	npm --prefix e2e run screenshots

.PHONY: help run build dist ui test lint bench screenshots
