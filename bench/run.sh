#!/usr/bin/env bash
# Runs all benches beside their peers; results in bench/results. Takes an hour or more on two processors.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/need.sh build postgres python ocr
scripts/ui.sh
bench/hotpath/run.py
bench/flat/run.sh
bench/inout/run.py --million
bench/crash/run.sh
make -C bench/quality
bench/line/run.sh
bench/shift/run.sh
