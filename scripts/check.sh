#!/usr/bin/env bash
# The quick part of the tests: format, lints, unit tests on SQLite.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/ui.sh
cargo fmt --all --check
cargo clippy --workspace --all-targets --quiet -- -D warnings
cargo test --workspace --quiet
