#!/usr/bin/env bash
# Installs what exports over many machines are tried with: Redis, PostgreSQL, and OpenStack Swift (an S3-compatible store) with memcached.
# Nothing is started: tests start servers of their own on free ports of 127.0.0.1, each in a temporary folder, and end them
# (test/slow/services).
set -euo pipefail

packages=()
need() {
  local program=$1
  shift
  PATH=$PATH:/usr/sbin command -v "$program" >/dev/null || packages+=("$@")
}
need redis-server redis-server
need memcached memcached
for part in proxy account container object; do need "swift-$part-server" "swift-$part"; done
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || packages+=(postgresql)
[ "${#packages[@]}" -gt 0 ] || exit 0

# Debian's packages start their services unless this program forbids it.
if [ ! -e /usr/sbin/policy-rc.d ]; then
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
  chmod +x /usr/sbin/policy-rc.d
fi
apt-get update -qq
RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
