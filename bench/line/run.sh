#!/usr/bin/env bash
# Waiting and bytes on a worker's line, beside Label Studio in the same run; results in bench/results/line.json.
# `bench/line/run.sh --no-peer` is the quick form. KAZI_PROGRAM names a program that is built already.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=bench/start.sh
. bench/start.sh
begin line "build browser fonts python pillow dejavu nginx" "$@"
beside_peer line
