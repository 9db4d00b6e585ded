#!/usr/bin/env bash
# Kills the shipped program, and PostgreSQL, without warning under load: 200 rounds on each database. Every
# acknowledged answer and file must be there, once, and the ledger must sum to zero.
#
#     bench/crash/run.sh             (about six minutes; KAZI_CRASH_ROUNDS=20 for fewer rounds)
#
# Result: bench/results/crash.json. Exit 0 only when nothing was lost.
set -euo pipefail
cd "$(dirname "$0")/../.."
scripts/need.sh postgres
export KAZI_CRASH_ROUNDS="${KAZI_CRASH_ROUNDS:-200}" KAZI_CRASH_JSON="$PWD/bench/results/crash.json"
export KAZI_PROGRAM="${KAZI_PROGRAM:-$PWD/target/release/kazi}"
[ -x "$KAZI_PROGRAM" ] || cargo build --release -p kazi
rm -f "$KAZI_CRASH_JSON"
cargo test --workspace --test it -- --test-threads 1 --nocapture crash::killed_under_load
