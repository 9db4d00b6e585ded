#!/bin/sh
# Starts a throw-away PostgreSQL, runs a command with KAZI_TEST_PG naming it, and removes it afterwards,
# whatever happens: scripts/postgres-for-tests.sh cargo test -p kazi-db
#
# It trades safety for speed (no fsync), so it is for tests only. KAZI_PG_DURABLE=1 leaves PostgreSQL's own
# safe settings on, for measurements. Root runs it as user postgres, because the server refuses to run as root.
set -eu

[ $# -gt 0 ] || { echo "usage: $0 COMMAND [ARGUMENT…]" >&2; exit 2; }

BIN=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
if [ -z "$BIN" ] && command -v initdb >/dev/null 2>&1; then
  BIN=$(dirname "$(command -v initdb)")
fi
if [ -z "$BIN" ]; then
  echo "$0: PostgreSQL is not installed; on Debian: apt-get install postgresql" >&2
  exit 1
fi

# Not under TMPDIR: it may be a folder that user postgres cannot enter, or too long for a socket's name.
HOME_OF_SERVER=$(mktemp -d /tmp/kazi-pg.XXXXXX)
AS=
if [ "$(id -u)" = 0 ]; then
  chown postgres "$HOME_OF_SERVER"
  AS="setpriv --reuid=postgres --regid=postgres --init-groups --"
fi

stop() {
  status=$?
  trap - EXIT INT TERM HUP
  (cd / && $AS "$BIN/pg_ctl" -D "$HOME_OF_SERVER/data" -m immediate -s stop) >/dev/null 2>&1 || true
  rm -rf "$HOME_OF_SERVER"
  exit "$status"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

FAST="-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
[ "${KAZI_PG_DURABLE:-}" = 1 ] && FAST=
(
  cd / # the server must be able to enter the folder it is started in
  $AS "$BIN/initdb" -D "$HOME_OF_SERVER/data" -A trust -U kazi -E UTF8 --locale=C -N >/dev/null
  $AS "$BIN/pg_ctl" -D "$HOME_OF_SERVER/data" -w -s -l "$HOME_OF_SERVER/log" start -o \
    "-c listen_addresses='' -c unix_socket_directories=$HOME_OF_SERVER -c max_connections=300 $FAST"
) || { cat "$HOME_OF_SERVER/log" >&2 2>/dev/null || true; exit 1; }

KAZI_TEST_PG="host=$HOME_OF_SERVER user=kazi"
export KAZI_TEST_PG
"$@"
