# What the benches in a browser begin with; sourced, from the project's folder.
#   begin WHAT "THINGS TO INSTALL" "$@"    installs, builds unless KAZI_PROGRAM names a program, and measures without a peer
#   beside_peer WHAT [ARGUMENT…]           starts Label Studio, measures beside it, and ends it

begin() {
  local what=$1 needs=$2
  shift 2
  # shellcheck disable=SC2086
  scripts/need.sh $needs
  scripts/ui.sh
  if [ -z "${KAZI_PROGRAM:-}" ]; then
    cargo build --release --quiet -p kazi
    export KAZI_PROGRAM=$PWD/target/release/kazi
  fi
  mkdir -p bench/.work bench/results
  if [ "${1:-}" = --no-peer ]; then
    exec node "bench/$what/measure.mjs" "bench/results/$what.json"
  fi
}

beside_peer() {
  local what=$1
  shift
  local where=bench/.work/$what-peer.json
  rm -f "$where"
  coproc PEER { exec python3 bench/line/peer.py "$where" "$@"; }
  peer=$PEER_PID input=${PEER[1]}
  trap 'exec {input}>&- || true; wait "$peer" 2>/dev/null || true' EXIT
  until [ -s "$where" ]; do
    kill -0 "$peer" 2>/dev/null || { echo "the peer did not start" >&2; exit 1; }
    sleep 1
  done
  node "bench/$what/measure.mjs" "bench/results/$what.json" "$where"
}
