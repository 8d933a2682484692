#!/usr/bin/env bash
# moto, an S3 server in memory with object versions, on 127.0.0.1. It checks no signatures.
#   moto.sh start [PORT] | stop | env
# To empty it between tests: POST to /moto-api/reset.
# shellcheck source=tests/servers/common.sh
. "$(dirname "$0")/common.sh"

NAME=moto
PACKAGES=('moto[s3]==5.2.5' flask flask-cors)
BASE=$SERVERS_DIR/$NAME
PROGRAM=$SERVERS_VENV/$NAME/bin/moto_server
PORT=${2:-17400}

environment() {
    echo "export S3_ENDPOINT=http://127.0.0.1:$PORT S3_REGION=us-east-1" \
        "S3_ACCESS_KEY_ID=$ACCESS_KEY_ID S3_SECRET_ACCESS_KEY=$SECRET_ACCESS_KEY"
}

launch() {
    exec "$PROGRAM" -H 127.0.0.1 -p "$PORT"
}

serve "$@"
