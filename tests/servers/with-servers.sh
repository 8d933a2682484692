#!/usr/bin/env bash
# Runs a command against real servers: installs and starts SeaweedFS, moto, s3-nocas, fake-gcs,
# Azurite, Swift and Keystone on free ports with empty stores of their own, and stops them whatever
# happens.
#   with-servers.sh CMD [ARG...]
# Sets GIT_STORE_TEST_S3, GIT_STORE_TEST_MOTO, GIT_STORE_TEST_NOCAS, GIT_STORE_TEST_GCS,
# GIT_STORE_TEST_GCS_CONDITIONS and GIT_STORE_TEST_AZURE (endpoints),
# GIT_STORE_TEST_S3_ACCESS_KEY_ID and GIT_STORE_TEST_S3_SECRET_ACCESS_KEY,
# GIT_STORE_TEST_SWIFT and GIT_STORE_TEST_SWIFT_V1 (addresses for logins),
# GIT_STORE_TEST_PRE_COMMIT (the framework, installed as well), and
# GIT_STORE_TEST_REQUIRE_SERVERS=1: a test that wants a server must not skip.
NAME=with-servers
# shellcheck source=tests/servers/common.sh
. "$(dirname "$0")/common.sh"

SERVERS="seaweedfs moto s3-nocas fake-gcs azurite swift keystone"

[ $# -gt 0 ] || die "usage: with-servers.sh CMD [ARG...]"

# Data are this run's alone; the installed programs are shared with other runs.
export SERVERS_VENV
SERVERS_DIR=$(mktemp -d "${TMPDIR:-/tmp}/git-store-servers.XXXXXX")
export SERVERS_DIR

declare -A started=()
# shellcheck disable=SC2317  # called by the trap
stop_all() {
    trap '' INT TERM
    for server in "${!started[@]}"; do
        kill "${started[$server]}" 2>/dev/null || true
        wait "${started[$server]}" || true
        "$HERE/$server.sh" stop &
    done
    wait
    rm -rf "$SERVERS_DIR"
}
trap stop_all EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

read -r seaweedfs moto nocas gcs azurite swift keystone < <(python3 "$HERE/free-ports.py")

start_one() {
    "$HERE/$1.sh" start "$2" >"$SERVERS_DIR/$1.out" 2>&1 &
    started[$1]=$!
}
start_one seaweedfs "$seaweedfs"
start_one moto "$moto"
start_one s3-nocas "$nocas"
start_one fake-gcs "$gcs"
start_one azurite "$azurite"
KEYSTONE_URL=http://127.0.0.1:$keystone/v3 start_one swift "$swift"
SWIFT_URL=http://127.0.0.1:$((swift + 5)) start_one keystone "$keystone"
install pre-commit pre-commit==4.7.0 # no server, but a program that is tested with
for server in $SERVERS; do
    wait "${started[$server]}" || {
        cat "$SERVERS_DIR/$server.out" >&2
        die "$server did not start"
    }
done

export GIT_STORE_TEST_S3=http://127.0.0.1:$seaweedfs
export GIT_STORE_TEST_MOTO=http://127.0.0.1:$moto
export GIT_STORE_TEST_NOCAS=http://127.0.0.1:$nocas
export GIT_STORE_TEST_GCS=http://127.0.0.1:$gcs
export GIT_STORE_TEST_GCS_CONDITIONS=http://127.0.0.1:$((gcs + 1))
export GIT_STORE_TEST_AZURE=http://127.0.0.1:$azurite/devstoreaccount1
export GIT_STORE_TEST_S3_ACCESS_KEY_ID=$ACCESS_KEY_ID
export GIT_STORE_TEST_S3_SECRET_ACCESS_KEY=$SECRET_ACCESS_KEY
export GIT_STORE_TEST_SWIFT=http://127.0.0.1:$keystone/v3
export GIT_STORE_TEST_SWIFT_V1=http://127.0.0.1:$swift/auth/v1.0
export GIT_STORE_TEST_PRE_COMMIT=$SERVERS_VENV/pre-commit/bin/pre-commit
export GIT_STORE_TEST_REQUIRE_SERVERS=1

code=0
"$@" || code=$?
exit "$code"
