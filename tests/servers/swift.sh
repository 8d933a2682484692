#!/usr/bin/env bash
# OpenStack Swift from Debian's packages on 127.0.0.1: one device, one replica, no background
# daemons. It ignores If-Match, and If-None-Match in a race.
#   swift.sh start [PORT] | stop | env
# On PORT a proxy with logins of its own (v1), on the next four container, account, object server
# and memcached. With KEYSTONE_URL set (see keystone.sh), a proxy with Keystone's logins on PORT + 5.
# shellcheck source=tests/servers/common.sh
. "$(dirname "$0")/common.sh"

NAME=swift
BASE=$SERVERS_DIR/$NAME
PORT=${2:-17800}
KEYSTONE_URL=${KEYSTONE_URL:-}

environment() {
    echo "export ST_AUTH=http://127.0.0.1:$PORT/auth/v1.0 ST_USER=test:tester ST_KEY=testing"
}

prepare() {
    install_debian swift-proxy swift-account swift-container swift-object memcached \
        python3-keystonemiddleware
}

# common PORT: what every one of the servers is told.
common() {
    cat <<INI
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = $1
workers = 0
user = $(id -un)
swift_dir = $BASE/data
devices = $BASE/data/node
mount_check = false
fallocate_reserve = 0
disable_fallocate = true
log_level = WARNING
INI
}

# ring KIND PORT
ring() {
    (
        cd "$BASE/data"
        swift-ring-builder "$1.builder" create 4 1 1
        swift-ring-builder "$1.builder" add --region 1 --zone 1 --ip 127.0.0.1 --port "$2" \
            --device d1 --weight 1
        swift-ring-builder "$1.builder" rebalance || [ $? = 1 ] # 1: with a warning
    )
}

# storage KIND PORT: the settings of a container, account or object server.
storage() {
    common "$2"
    cat <<INI
[pipeline:main]
pipeline = healthcheck $1-server
[app:$1-server]
use = egg:swift#$1
[filter:healthcheck]
use = egg:swift#healthcheck
INI
}

# proxy PORT LOGIN...: LOGIN are the filters that know the users.
proxy() {
    common "$1"
    shift
    cat <<INI
[pipeline:main]
pipeline = catch_errors cache listing_formats copy $* slo dlo versioned_writes symlink proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:$((PORT + 4))
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_versioned_writes = true
allow_object_versioning = true
[filter:symlink]
use = egg:swift#symlink
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
storage_url_scheme = http
[filter:authtoken]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory
www_authenticate_uri = $KEYSTONE_URL
auth_url = $KEYSTONE_URL
auth_type = password
project_domain_id = default
user_domain_id = default
project_name = service
username = swift
password = swiftpass
delay_auth_decision = true
# Without these, every request asks Keystone, and for the whole catalog.
cache = swift.cache
include_service_catalog = false
[filter:keystoneauth]
use = egg:swift#keystoneauth
operator_roles = member
INI
}

configure() {
    mkdir -p "$BASE/data/node/d1"
    cat >"$BASE/data/swift.conf" <<INI
[swift-hash]
swift_hash_path_suffix = suffix
swift_hash_path_prefix = prefix
[storage-policy:0]
name = gold
default = yes
INI
    local port=$PORT kind
    for kind in container account object; do
        port=$((port + 1))
        [ -f "$BASE/data/$kind.ring.gz" ] || ring "$kind" "$port"
        storage "$kind" "$port" >"$BASE/data/$kind.conf"
    done
    proxy "$PORT" tempauth >"$BASE/data/proxy.conf"
    proxy "$((PORT + 5))" authtoken keystoneauth >"$BASE/data/proxy-keystone.conf"
}

# Logins of its own are kept in memcached and nowhere else. The first server that ends takes the
# others with it.
launch() {
    configure
    servers=()
    trap 'kill -9 "${servers[@]}"' EXIT
    trap 'exit' TERM
    local kind
    memcached -u "$(id -un)" -l 127.0.0.1 -p $((PORT + 4)) -m 64 &
    servers+=($!)
    for kind in container account object proxy; do
        "swift-$kind-server" "$BASE/data/$kind.conf" &
        servers+=($!)
    done
    if [ -n "$KEYSTONE_URL" ]; then
        swift-proxy-server "$BASE/data/proxy-keystone.conf" &
        servers+=($!)
    fi
    wait -n
    exit 1
}

# A proxy answers before the servers behind it do.
ready() {
    answers "$1" "http://127.0.0.1:$PORT/info" || return
    [ -z "$KEYSTONE_URL" ] || answers "$1" "http://127.0.0.1:$((PORT + 5))/info" || return
    local kind
    for kind in 1 2 3; do
        answers "$1" "http://127.0.0.1:$((PORT + kind))/healthcheck" || return
    done
}

serve "$@"
