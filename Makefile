# The few things one does with this project. `make demo` and `make test` install what they need themselves.

.DEFAULT_GOAL := help
SHELL := /bin/bash
BOOK ?=

help: ## Show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

demo: ## Watch a scanned book become a checked EPUB, then leave a filled demo server running
	@scripts/demo.sh "$(BOOK)"

test: ## Everything that must pass: format, lints, docs, both databases, a real browser
	@scripts/test.sh

check: ## The quick part of the tests: format, lints, unit tests on SQLite
	@scripts/check.sh

browser: ui ## The tools of the task screen in a real browser, against a small server that speaks their contract
	@cd ui && npm run --silent test:browser

dev: ui ## Run the server on ./kazi-data, with everything rebuilt
	cargo run -p kazi -- serve --styleguide

ui: ## Build the scripts and styles that the program embeds
	@scripts/ui.sh

release: ui ## Build the program as it is shipped: target/release/kazi
	cargo build --release -p kazi

bench: ## Measure against named peers; results in bench/results
	@bench/run.sh

.PHONY: help demo test check browser dev ui release bench
