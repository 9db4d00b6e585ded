#!/usr/bin/env bash
# Installs, upgrades, removes and purges the Debian package over a throw-away copy of this machine, and asks the server
# that runs as the installed service's user. Needs root and a kernel with overlays; changes nothing outside the copy.
#   scripts/package-test.sh             the program as it is shipped
#   scripts/package-test.sh dev         a build for development: quicker, the same package
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { echo "package-test.sh: $*" >&2; exit 1; }

# With mounts of its own, in a copy of this machine that is gone afterwards.
inside() {
  local work=$1/copy root=$1/copy/root
  mkdir "$work"
  mount -t tmpfs none "$work"
  mkdir "$work/upper" "$work/work" "$root"
  mount -t overlay overlay -o "lowerdir=/,upperdir=$work/upper,workdir=$work/work" "$root"
  mount --rbind /proc "$root/proc"
  mount --rbind /dev "$root/dev"
  cp "$2" "$root/tmp/first.deb"
  cp "$3" "$root/tmp/second.deb"
  in_root() { chroot "$root" env -u KAZI_CONFIG -u KAZI_DATA PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; }
  # No service is started here; dpkg must not try.
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod 755 "$root/usr/sbin/policy-rc.d"

  echo "== installed"
  in_root dpkg -i /tmp/first.deb >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "dpkg -i failed"; }
  [ "$(in_root stat -c '%U:%G %a' /etc/kazi/kazi.toml)" = "root:kazi 640" ] || fail "the settings are not root's and the service's alone"
  [ "$(in_root stat -c '%U:%G %a' /var/lib/kazi)" = "kazi:kazi 750" ] || fail "the data folder is not the service's alone"
  in_root systemd-analyze verify /lib/systemd/system/kazi.service || fail "the unit is not understood"
  in_root systemd-analyze security --offline=true --threshold=25 kazi.service >"$work/security" 2>&1 || \
    { tail -5 "$work/security" >&2; fail "the unit is too open"; }
  tail -1 "$work/security"

  echo "== serves as user kazi"
  port=$((20000 + RANDOM % 20000))
  sed -i "s/^listen = .*/listen = \"127.0.0.1:$port\"/" "$root/etc/kazi/kazi.toml"
  serve "$root" "$work" "$port"
  in_root kazi-admin doctor || fail "the doctor finds something bad"
  in_root kazi-admin doctor --json | grep -A2 '"limited child"' | grep -q '"ok"' || fail "children are not limited"
  in_root kazi-admin user password operator@localhost >/dev/null
  in_root kazi-admin user list | grep -q 'operator@localhost' || fail "kazi-admin does not see the operator"
  in_root kazi-admin backup /var/lib/kazi/backups >/dev/null || fail "no backup is made"
  stop
  [ -z "$(in_root find /var/lib/kazi ! -user kazi)" ] || fail "something in the data folder is not the service's"

  echo "== upgraded"
  echo '# a line of the administrator' >>"$root/etc/kazi/kazi.toml"
  in_root dpkg -i --force-confold /tmp/second.deb >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "the upgrade failed"; }
  in_root dpkg-query -W -f '${Version}' kazi | grep -q -- '-2$' || fail "the second version is not there"
  grep -q 'a line of the administrator' "$root/etc/kazi/kazi.toml" || fail "the administrator's settings are lost"
  serve "$root" "$work" "$port"
  in_root kazi-admin user list | grep -q 'operator@localhost' || fail "the data is lost"
  stop

  echo "== removed and purged"
  in_root dpkg -r kazi >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "it is not removed"; }
  [ ! -e "$root/usr/bin/kazi" ] || fail "the program is still there"
  [ -e "$root/etc/kazi/kazi.toml" ] && [ -e "$root/var/lib/kazi/kazi.db" ] || fail "removing took settings or data away"
  in_root dpkg -P kazi >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "it is not purged"; }
  [ ! -e "$root/etc/kazi" ] || fail "purging left the settings"
  [ -e "$root/var/lib/kazi/kazi.db" ] || fail "purging took people's answers away"
  grep -q 'are left' "$work/log" || fail "purging does not say that the data is left"
}

# Starts what the unit starts, as whom it says, without the rights that it takes away; waits until it answers.
serve() {
  local root=$1 work=$2 port=$3 unit=$1/lib/systemd/system/kazi.service
  local user start
  user=$(sed -n 's/^User=//p' "$unit")
  start=$(sed -n 's/^ExecStart=//p' "$unit")
  # shellcheck disable=SC2086 # the command's words
  chroot "$root" setpriv --reuid="$user" --regid="$user" --init-groups --no-new-privs --bounding-set=-all -- \
    env -i KAZI_CONFIG=/etc/kazi/kazi.toml sh -c 'umask 0027; cd /var/lib/kazi; exec "$@"' sh $start >"$work/served" 2>&1 &
  server=$!
  for _ in $(seq 600); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then break; fi
    kill -0 "$server" 2>/dev/null || { cat "$work/served" >&2; fail "the server ended"; }
    sleep 0.1
  done
  exec 3<>"/dev/tcp/127.0.0.1/$port"
  printf 'GET /readyz HTTP/1.1\r\nHost: kazi\r\nConnection: close\r\n\r\n' >&3
  grep -q ready <&3 || fail "the server is not ready"
  exec 3<&- 3>&-
  [ "$(stat -c %u "/proc/$server")" = "$(chroot "$root" id -u "$user")" ] || fail "the server does not run as $user"
}

stop() {
  kill -TERM "$server"
  wait "$server" || fail "the server does not stop in order"
}

if [ "${1:-}" = --inside ]; then
  shift
  inside "$@"
  exit
fi
[ "$(id -u)" = 0 ] || fail "needs root for its copy of the machine: sudo $0"
profile=${1:-release}
first=$(scripts/package.sh "$profile" --deb-revision 1 --fast)
work=$(mktemp -d /tmp/kazi-package.XXXXXX)
trap 'rm -rf "$work" "$work-second"' EXIT
# The same program under a later version is upgrade enough.
dpkg-deb -R "$first" "$work-second"
sed -i '/^Version:/s/-1$/-2/' "$work-second/DEBIAN/control"
dpkg-deb -Zgzip -z1 --root-owner-group -b "$work-second" "$work/second.deb" >/dev/null
unshare --mount --propagation private "$0" --inside "$work" "$first" "$work/second.deb"
echo "The package installs, runs, is upgraded, removed and purged."
