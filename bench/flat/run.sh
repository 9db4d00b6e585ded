#!/usr/bin/env bash
# Next-task time at 10 million open tasks beside that at 10 thousand, on SQLite and PostgreSQL (durable settings).
# Needs about 10 GB on the disk for a while. Results: bench/results/flat.json. Flags go to the program: --large 1000000
set -euo pipefail
cd "$(dirname "$0")/../.."
scripts/need.sh postgres
cargo build --release --quiet -p kazi-app --example flat --features testing
mkdir -p bench/.work
KAZI_PG_DURABLE=1 scripts/postgres-for-tests.sh target/release/examples/flat --folder bench/.work --out bench/results/flat.json "$@"
