#!/usr/bin/env bash
# Sixty people sign in at once, beside Label Studio in the same run; results in bench/results/shift.json.
# `bench/shift/run.sh --no-peer` is the quick form. KAZI_PROGRAM names a program that is built already.
set -euo pipefail
cd "$(dirname "$0")/../.."
scripts/need.sh build python nginx
scripts/ui.sh
if [ -z "${KAZI_PROGRAM:-}" ]; then
  cargo build --release --quiet -p kazi
  export KAZI_PROGRAM=$PWD/target/release/kazi
fi
mkdir -p bench/.work bench/results
where=bench/.work/shift-peer.json
rm -f "$where"
if [ "${1:-}" = --no-peer ]; then
  exec node bench/shift/measure.mjs bench/results/shift.json
fi
coproc PEER { exec python3 bench/line/peer.py "$where" 60; }
peer=$PEER_PID input=${PEER[1]}
trap 'exec {input}>&- || true; wait "$peer" 2>/dev/null || true' EXIT
until [ -s "$where" ]; do
  kill -0 "$peer" 2>/dev/null || { echo "the peer did not start" >&2; exit 1; }
  sleep 1
done
node bench/shift/measure.mjs bench/results/shift.json "$where"
