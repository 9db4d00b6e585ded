#!/usr/bin/env bash
# Has what Kazi delivers read by readers that others wrote, and Kazi read what others write.
# Usage: scripts/foreign_readers.sh [FOLDER]. FOLDER is a delivery of digitisation; without one a booklet is made.
# Safe to run twice: the readers stay in target/foreign-readers until their versions change.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/need.sh python epubcheck
venv=target/foreign-readers
if ! cmp -s scripts/foreign-readers.txt "$venv/installed"; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r scripts/foreign-readers.txt
  # Only for the schema of PAGE-XML that lies in it; the services it depends on are not wanted.
  "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps ocrd==3.13.3
  cp scripts/foreign-readers.txt "$venv/installed"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
book=${1:-}
if [ -z "$book" ]; then
  KAZI_KEEP="$work" cargo test --quiet --workspace --test it workers_who_err_are_put_right >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
  book="$work/booklet"
fi
"$venv/bin/python" scripts/foreign_readers.py book "$book"

cargo build --quiet --workspace --bin kazi
"$venv/bin/python" scripts/foreign_readers.py rows "$work/rows"
for input in rows.csv rows.jsonl; do
  target/debug/kazi rehearse questions "$work/rows/$input" --truth "$work/rows/truth.csv" --workers 5 --seed 1 --out "$work/$input" >/dev/null
  "$venv/bin/python" scripts/foreign_readers.py answers "$work/rows" "$work/$input"
done
