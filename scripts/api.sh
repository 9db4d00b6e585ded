#!/usr/bin/env bash
# Asks the running program everything that its own description of the API allows, and what it does not, from a fixed
# seed: no answer may be a fault of the server, and none other than the description says. Usage: scripts/api.sh [SECONDS]
# The seconds are those of each of two rounds: one among things that are there, one among things that are not.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/need.sh python

seconds="${1:-35}"
version=4.32.5
tools="$(realpath -m "${CARGO_TARGET_DIR:-target}")/schemathesis-$version"
if [ ! -x "$tools/bin/schemathesis" ]; then
  python3 -m venv "$tools"
  "$tools/bin/pip" install --quiet "schemathesis==$version"
fi

program="${KAZI_PROGRAM:-target/debug/kazi}"
[ -n "${KAZI_PROGRAM:-}" ] || cargo build --quiet --workspace --bin kazi
folder="$(mktemp -d)"
password="the whole description"
"$program" serve --data "$folder/data" --listen 127.0.0.1:0 --operator-password "$password" --log warn >"$folder/said" &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
for _ in $(seq 300); do
  base="$(grep -oE 'http://[0-9.:]+' "$folder/said" | head -1 || true)"
  [ -n "$base" ] && break
  sleep 0.1
done
[ -n "$base" ] || { echo "the program does not listen" >&2; exit 1; }

# A small world in which the things that the paths name are there.
ids="$(BASE="$base" PASSWORD="$password" python3 scripts/api_world.py)"
eval "$ids"

export SCHEMATHESIS_HOOKS=api_hooks PYTHONPATH="$PWD/scripts"
round() { # NAME FLAGS…
  local name="$1"
  shift
  echo "The API among what $name"
  (cd "$folder" && "$tools/bin/schemathesis" --no-color "$@" run "$base/api/v1/openapi.json" \
    --header "Authorization: Bearer $key" --seed 20260101 --generation-database none --workers 1 --max-time "$seconds" \
    --phases examples,coverage,fuzzing --continue-on-failure --warnings off --suppress-health-check all \
    --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance \
    --request-timeout 60 --rate-limit 38/s)
}

cat >"$folder/there.toml" <<TOML
[parameters]
"path.project" = "$project"
"path.organisation" = "$organisation"
"path.centre" = "$centre"
"path.person" = "$person"
"path.source" = "$source"
"path.item" = "$item"
"path.job" = "$job"
"path.question" = "$question"
"path.message" = "$message"
"path.hook" = "$hook"
"path.sending" = "$sending"
TOML
round "is there" --config-file "$folder/there.toml"
round "is not there"
