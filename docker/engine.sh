#!/bin/sh
# A Docker engine: the one that answers, else Debian's, started by hand (no systemd needed).
#   engine.sh up     makes `docker info` work
#   engine.sh down   ends the engine that `up` started, and no other
set -eu
state=$(cd "$(dirname "$0")/.." && pwd)/var/engine
pidfile=$state/dockerd.pid

answers() { docker info >/dev/null 2>&1; }

up() {
    answers && return
    if ! command -v dockerd >/dev/null; then
        echo >&2 "No Docker engine answers: installing Debian's docker.io ..."
        "$(dirname "$0")/apt.sh" docker.io
        # Where systemd runs, the package has started its own.
        answers && return
    fi
    mkdir -p "$state"
    echo >&2 "Starting dockerd (log: $state/dockerd.log) ..."
    # Containers here use the host's network only, so the engine needs neither a bridge nor firewall rules.
    setsid dockerd --iptables=false --ip6tables=false --bridge=none --pidfile="$pidfile" >"$state/dockerd.log" 2>&1 </dev/null &
    tries=0
    until answers; do
        tries=$((tries + 1))
        if [ $tries -gt 150 ]; then
            echo "dockerd did not answer within 30 s; its last words:" >&2
            tail -5 "$state/dockerd.log" >&2
            exit 1
        fi
        sleep 0.2
    done
}

down() {
    [ -s "$pidfile" ] || return 0
    pid=$(cat "$pidfile")
    # Not a pid that someone else has taken since.
    if [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = dockerd ]; then
        kill "$pid"
        while [ -d "/proc/$pid" ]; do sleep 0.2; done
        echo >&2 "The Docker engine that was started here is stopped."
    fi
    rm -f "$pidfile"
}

"$1"
