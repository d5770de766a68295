#!/usr/bin/env bash
# Gives this machine what the tests with real containers need: Debian's packages and a Docker daemon.
# Does nothing for what is there already, so it can be run before every test run.
set -euo pipefail

log=${MAINSTAY_DOCKERD_LOG:-/var/log/mainstay-dockerd.log}
wait_seconds=60
PATH=$PATH:/usr/sbin:/sbin # where dockerd and debootstrap are, and a user's own PATH may not lead
for programs in /usr/lib/postgresql/*/bin; do PATH=$PATH:$programs; done # Debian's place for a server's programs

# A command the tests call, and the package that brings it. Debian has no package of dockerd alone:
# docker.io brings a client too, and one earlier on the PATH stays the one that is used.
tools="dockerd=docker.io iptables=iptables debootstrap=debootstrap psql=postgresql-client
  pg_dump=postgresql-client redis-cli=redis-tools redis-server=redis-server postgres=postgresql
  openssl=openssl promtool=prometheus
  amtool=prometheus-alertmanager nginx=nginx restic=restic curl=curl flock=util-linux shellcheck=shellcheck
  python3=python3-venv /usr/bin/aws=awscli"

say() { echo "setup: $*"; }
answers() { timeout 10 docker info >/dev/null 2>&1; }

install_missing() {
  local missing=() pair
  for pair in $tools; do
    # A daemon that answers (Docker Desktop, a remote one) makes a local dockerd needless.
    if [[ $pair == dockerd=* || $pair == iptables=* ]] && answers; then continue; fi
    command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
  done
  [[ ${#missing[@]} -gt 0 ]] || return 0
  mapfile -t missing < <(printf '%s\n' "${missing[@]}" | sort -u)
  [[ $(id -u) == 0 ]] || { say "not root, cannot install: ${missing[*]}" >&2; exit 1; }

  say "installing ${missing[*]}"
  # Packages of servers start them unless policy-rc.d says no. Only the tools are wanted here.
  if [[ ! -e /usr/sbin/policy-rc.d ]]; then
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod 755 /usr/sbin/policy-rc.d
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  fi
  export DEBIAN_FRONTEND=noninteractive
  local out; out=$(mktemp)
  if ! { apt-get update -q && apt-get install -y -q --no-install-recommends "${missing[@]}"; } \
      >"$out" 2>&1 </dev/null; then
    tail -30 "$out" >&2
    rm -f "$out"
    exit 1
  fi
  rm -f "$out"
}

# A daemon that was killed leaves its pid files. Where the number belongs to another process by now,
# the next daemon takes it for a running one and refuses to start.
drop_stale_pid() {
  local file=$1 name=$2 pid
  [[ -e $file ]] || return 0
  pid=$(cat "$file")
  [[ $(cat "/proc/$pid/comm" 2>/dev/null) == "$name" ]] || rm -f "$file"
}

start_daemon() {
  answers && return 0
  [[ $(id -u) == 0 ]] || { say "no Docker daemon answers, and only root can start one" >&2; exit 1; }
  drop_stale_pid /var/run/docker.pid dockerd
  drop_stale_pid /var/run/docker/containerd/containerd.pid containerd
  say "starting dockerd, log in $log"
  # A session of its own, and nothing of ours left open: it must outlive this script and its caller.
  setsid nohup dockerd >"$log" 2>&1 </dev/null 9>&- &
  local pid=$! end=$((SECONDS + wait_seconds))
  until answers; do
    if ((SECONDS >= end)) || ! kill -0 "$pid" 2>/dev/null; then
      say "dockerd does not answer; the end of its log:" >&2
      tail -20 "$log" >&2
      exit 1
    fi
    sleep 0.3
  done
}

# Two runs at the same time would fight over apt's lock and start two daemons.
exec 9>"${TMPDIR:-/tmp}/mainstay-setup.lock"
if command -v flock >/dev/null; then flock -w 600 9; fi

install_missing
start_daemon
say "ready: $(docker info --format 'Docker {{.ServerVersion}}, {{.Driver}}, cgroup v{{.CgroupVersion}}') in ${SECONDS}s"
