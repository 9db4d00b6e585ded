#!/usr/bin/env bash
# Sixty people sign in at once, beside Label Studio in the same run; results in bench/results/shift.json.
# `bench/shift/run.sh --no-peer` is the quick form. KAZI_PROGRAM names a program that is built already.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=bench/start.sh
. bench/start.sh
begin shift "build python nginx" "$@"
beside_peer shift 60
