#!/usr/bin/env bash
# git-store's checks beside check-jsonschema and yamllint on the same files, in one run.
#   checks.sh         CLUSTERS=1000 ROUNDS=5 GIT_STORE=target/release/git-store
NAME=checks
# shellcheck source=tests/servers/common.sh
. "$(dirname "$0")/../tests/servers/common.sh"
ROOT=$(cd "$HERE/../.." && pwd)

CLUSTERS=${CLUSTERS:-1000}
ROUNDS=${ROUNDS:-5}
GIT_STORE=$(realpath -m "${GIT_STORE:-$ROOT/target/release/git-store}")
[ -x "$GIT_STORE" ] || die "there is no $GIT_STORE (cargo build --release)"

WORK=$(mktemp -d "${TMPDIR:-/tmp}/git-store-bench.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
trap 'exit 130' INT TERM
install checks check-jsonschema==0.39.0 yamllint==1.38.0
bin=$SERVERS_VENV/checks/bin
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=$WORK/gitconfig
git config --global user.name bench
git config --global user.email bench@example.com
PATH=$(dirname "$GIT_STORE"):$PATH

# clone NAME CLUSTERS: a clone of a store, with one cluster changed and staged.
clone() {
    python3 "$ROOT/benches/make-store.py" "$WORK/store-$1" --clusters "$2" --objects-per-cluster 64 >/dev/null
    git-store clone -q "file://$WORK/store-$1" "$WORK/$1"
    sed -i 's|^  channel: .*|  channel: alpha|' "$WORK/$1/cluster-000.example.com/config"
    git -C "$WORK/$1" add -A
}

# objects DIR: the clusters and instance groups below a directory.
objects() {
    find "$1" \( -path '*/instancegroup/*' -o -name config \) -type f -not -path '*/.git/*'
}

# measure NAME COMMAND…: wall-clock times of some runs, their median, and the most memory.
measure() {
    python3 - "$ROUNDS" "$@" <<'PYTHON'
import os, resource, statistics, subprocess, sys, time
rounds, name, command = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
times = []
for _ in range(rounds):
    start = time.monotonic()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    times.append((time.monotonic() - start) * 1000)
memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(f"| {name} | {statistics.median(times):.0f} ms (min {min(times):.0f}) | {memory:.0f} MiB |")
PYTHON
}

clone small 20
clone large "$CLUSTERS"
objects "$WORK/large" >"$WORK/files"
echo '{"type": "object", "required": ["apiVersion", "kind", "spec"]}' >"$WORK/schema.json"
mapfile -t one < <(objects "$WORK/small/cluster-000.example.com")
echo "$(wc -l <"$WORK/files") objects in $CLUSTERS clusters, $(xargs cat <"$WORK/files" | wc -c) bytes"
echo "| what | time | memory |"
echo "|---|---|---|"
cd "$WORK/small" && measure "pre-commit hook, one of 20 clusters changed" git-store hook pre-commit
cd "$WORK/large" && measure "pre-commit hook, one of $CLUSTERS clusters changed" git-store hook pre-commit
cd "$WORK/small" && measure "one cluster: git-store check" git-store check "${one[@]}"
measure "one cluster: check-jsonschema, required keys only" \
    "$bin/check-jsonschema" --schemafile "$WORK/schema.json" --force-filetype yaml "${one[@]}"
measure "one cluster: yamllint" "$bin/yamllint" -d relaxed "${one[@]}"
cd "$WORK/large" && measure "all: git-store check, with every other file of the clone" git-store check .
ROUNDS=1
measure "all: check-jsonschema, required keys only" \
    xargs -a "$WORK/files" "$bin/check-jsonschema" --schemafile "$WORK/schema.json" --force-filetype yaml
measure "all: yamllint" xargs -a "$WORK/files" "$bin/yamllint" -d relaxed
