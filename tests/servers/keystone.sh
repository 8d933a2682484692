#!/usr/bin/env bash
# OpenStack's Keystone from Debian's packages on 127.0.0.1, with one user, an application credential
# and a user that may only read, for the project of Swift's tests.
#   keystone.sh start [PORT] | stop | env
# SWIFT_URL is the proxy that its catalog names (see swift.sh).
# shellcheck source=tests/servers/common.sh
. "$(dirname "$0")/common.sh"

NAME=keystone
BASE=$SERVERS_DIR/$NAME
PORT=${2:-17900}
URL=http://127.0.0.1:$PORT/v3
SWIFT_URL=${SWIFT_URL:-http://127.0.0.1:17805}

environment() {
    echo "export OS_AUTH_URL=$URL OS_USERNAME=demo OS_PASSWORD=demopass OS_PROJECT_NAME=demo" \
        "OS_USER_DOMAIN_NAME=Default OS_PROJECT_DOMAIN_NAME=Default OS_REGION_NAME=RegionOne"
}

prepare() {
    install_debian keystone uwsgi-plugin-python3
}

configure() {
    mkdir -p "$BASE/data/fernet" "$BASE/data/credential"
    chmod 700 "$BASE/data/fernet" "$BASE/data/credential"
    cat >"$BASE/data/keystone.conf" <<INI
[database]
connection = sqlite:///$BASE/data/keystone.db
sqlite_synchronous = false
[fernet_tokens]
key_repository = $BASE/data/fernet
[credential]
key_repository = $BASE/data/credential
[cache]
enabled = false
[identity]
password_hash_rounds = 4
INI
}

manage() {
    keystone-manage --config-file "$BASE/data/keystone.conf" "$@"
}

# In SQLite's default mode a cursor that was left open blocks every commit, so its log is used.
bootstrap() {
    local user group
    user=$(id -un) group=$(id -gn)
    manage db_sync
    python3 -c "import sqlite3; sqlite3.connect('$BASE/data/keystone.db').execute('pragma journal_mode=wal')"
    manage fernet_setup --keystone-user "$user" --keystone-group "$group"
    manage credential_setup --keystone-user "$user" --keystone-group "$group"
    manage bootstrap --bootstrap-password adminpass --bootstrap-region-id RegionOne \
        --bootstrap-admin-url "$URL/" --bootstrap-internal-url "$URL/" --bootstrap-public-url "$URL/"
}

launch() {
    configure
    [ -f "$BASE/data/keystone.db" ] || bootstrap
    export OS_KEYSTONE_CONFIG_FILES=$BASE/data/keystone.conf
    exec uwsgi_python3 --http-socket "127.0.0.1:$PORT" --wsgi-file /usr/bin/keystone-wsgi-public \
        --processes 1 --enable-threads --lazy-apps --die-on-term --buffer-size 65535 \
        --disable-logging
}

ready() {
    answers "$1" "$URL" || return
    [ -f "$BASE/data/seeded" ] || python3 "$HERE/keystone-seed.py" "$URL" "$SWIFT_URL" || return
    touch "$BASE/data/seeded"
}

serve "$@"
