#!/usr/bin/env bash
# Walks journeys through the real program in a real browser. The server listens on this computer alone and is
# ended by its own process id.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/need.sh browser python pillow dejavu epubcheck
cargo build --quiet --workspace --bin kazi
cd ui
# A test that waits for ever fails, and one that failed keeps nothing from ending.
exec node --test --test-concurrency=1 --test-timeout=1800000 --test-force-exit ../tests/journeys/
