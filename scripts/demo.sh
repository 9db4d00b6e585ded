#!/usr/bin/env bash
# Watch the main job: a scanned book goes in, a checked EPUB comes out; then a filled demo server stays running.
# Usage: scripts/demo.sh [BOOK.pdf]. Safe to run twice.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/need.sh build ocr python pillow dejavu epubcheck
scripts/ui.sh
echo "Building the program (the first time takes some minutes)"
cargo build --release --quiet -p kazi
kazi=target/release/kazi
mkdir -p demo-data
book=${1:-}
truth=()
if [ -z "$book" ]; then
  book=demo-data/booklet.pdf
  /usr/bin/python3 scripts/booklet.py "$book" demo-data/truth --lines 14 --figure
  truth=(--truth demo-data/truth)
fi

# What an earlier book delivered is not this one's.
rm -rf demo-data/delivery
echo "The main job: $book is split, typed by simulated workers, checked, put together"
"$kazi" rehearse digitisation "$book" "${truth[@]}" --workers 8 --out demo-data/delivery --json demo-data/report.json
epub=$(find demo-data/delivery -name '*.epub' | head -n 1)
[ -n "$epub" ] || { echo "there is no EPUB among the delivered files" >&2; exit 1; }
java -jar "$(command -v epubcheck)" "$epub"
echo "The EPUB: $epub"

password="run the demo once"
"$kazi" serve --data demo-data/server --listen "${KAZI_DEMO_LISTEN:-127.0.0.1:8080}" --operator-password "$password" --log warn &
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT
base="http://${KAZI_DEMO_LISTEN:-127.0.0.1:8080}"
for _ in $(seq 100); do
  python3 -c "import urllib.request; urllib.request.urlopen('$base/readyz')" 2>/dev/null && break
  kill -0 "$server" 2>/dev/null || { echo "the server did not start" >&2; exit 1; }
  sleep 0.2
done
/usr/bin/python3 scripts/demo_seed.py "$base" operator@localhost "$password" "$book" demo-data ${truth[1]:+"${truth[1]}"}
echo "The server runs until you press Ctrl+C."
wait "$server"
