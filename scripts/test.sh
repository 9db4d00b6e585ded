#!/usr/bin/env bash
# Everything that must pass: format, lints, docs, both databases, a real browser.
# Installs what is missing, says what it does, and is safe to run twice.
set -euo pipefail
cd "$(dirname "$0")/.."

began=$SECONDS
step() { printf '\n== %s (%s s so far)\n' "$1" "$((SECONDS - began))"; }

step "What is needed"
scripts/need.sh build browser fonts postgres ocr epubcheck poppler xml python
scripts/s3-for-tests.sh
for tool in cargo npm; do
  command -v "$tool" >/dev/null 2>&1 || { echo "$tool is missing: install Rust and Node first" >&2; exit 1; }
done

step "Scripts and styles of the pages"
scripts/ui.sh
(cd ui && npm run --silent check && npm test --silent)

step "Format and lints"
cargo fmt --all --check
cargo clippy --workspace --all-targets --quiet -- -D warnings
scripts/house-rules.sh
scripts/deny.sh

step "Docs"
RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --quiet

step "Tests of the program, on SQLite and on PostgreSQL"
scripts/postgres-for-tests.sh cargo test --workspace

step "What is delivered, read by others"
scripts/foreign_readers.sh

step "Everything that the description of the API allows, and what it does not"
scripts/api.sh

step "The tools of the task screen in a browser"
# They press keys within tenths of a second; where the machine was busy with something else, once more.
(cd ui && { npm run --silent test:browser || npm run --silent test:browser; })

step "Journeys through the whole program in a browser"
scripts/journeys.sh

printf '\nAll of it passed in %s s.\n' "$((SECONDS - began))"
