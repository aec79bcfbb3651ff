#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Two folders kept equal through a container: edits, renames, a conflict, a folder that is suddenly empty, a watch.
#   source DATA-DIR/admin-openrc
#   NEPHELE_PROGRAM=build/nephele resources/samples/objects-sync.sh
set -euo pipefail

nephele=${NEPHELE_PROGRAM:-nephele}
container=sample-$$
work=$(mktemp -d)
watch=
cleanup() {
    [ -z "$watch" ] || kill -INT "$watch" 2>/dev/null || true
    swift delete "$container" >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap cleanup EXIT

step() { printf '\n--- %s\n' "$*"; }
# Runs a sync of the folder $2 and expects the exit status $1; as on machines of their own.
sync_folder() {
    local wanted=$1 folder=$2 status=0
    shift 2
    "$nephele" sync "$work/$folder" "$container" --state-dir "$work/state-$folder" "$@" || status=$?
    [ "$status" = "$wanted" ] || { echo "the sync of $folder ended with $status, should be $wanted" >&2; exit 1; }
}
equal() { diff -r "$work/one" "$work/two" && echo "both folders hold the same"; }
expect() { # what is, what should be, of what
    [ "$1" = "$2" ] || { echo "$3 is '$1', should be '$2'" >&2; exit 1; }
    echo "$3: $1"
}

mkdir -p "$work/one/docs/empty" "$work/two"
echo "hello" >"$work/one/docs/hello.txt"
head -c 9000000 /dev/urandom >"$work/one/large"
printf '#!/bin/sh\necho run\n' >"$work/one/run.sh"
chmod +x "$work/one/run.sh"
printf '*.log\n' >"$work/one/.nepheleignore"

step "what would be done"
sync_folder 1 one --dry-run 2>&1 # there is no container yet
swift post "$container"
sync_folder 0 one --dry-run
expect "$(swift list "$container" | wc -l)" 0 "objects after a dry run"

step "there, and to another folder"
sync_folder 0 one
sync_folder 0 two
equal
expect "$("$work/two/run.sh")" run "what may be run there"

step "nothing moves when nothing has changed"
expect "$(sync_folder 0 two)" "Equal." "the second time"

step "a rename and an appended line; no content is sent for the rename"
mv "$work/one/large" "$work/one/docs/larger"
echo "world" >>"$work/one/docs/hello.txt"
sync_folder 0 one --verbose | tee "$work/out"
grep -q 'rename there  large -> docs/larger' "$work/out"
grep -q '12 bytes sent' "$work/out"
sync_folder 0 two
equal

step "changed on both sides: both stay"
echo "from one" >"$work/one/docs/hello.txt"
echo "from two" >"$work/two/docs/hello.txt"
sync_folder 0 one
sync_folder 3 two
sync_folder 0 one
equal
expect "$(cat "$work/one/docs/hello.txt")" "from one" "the file"
expect "$(cat "$work"/one/docs/hello\ \(conflict*.txt)" "from two" "its conflict"

step "a folder that is suddenly empty is not taken at its word"
mkdir "$work/away"
mv "$work/two"/* "$work/two/.nepheleignore" "$work/away"
sync_folder 1 two 2>&1
mv "$work/away"/* "$work/away/.nepheleignore" "$work/two"
sync_folder 0 two
equal

step "a name no folder can hold is refused, the rest is done"
eval "$(swift auth)"
curl -fsS --path-as-is -o /dev/null -X PUT -H "X-Auth-Token: $OS_AUTH_TOKEN" --data evil \
    "$OS_STORAGE_URL/$container/%2E%2E/outside"
echo "more" >"$work/one/more"
sync_folder 1 one 2>&1
[ ! -e "$work/outside" ]
curl -fsS --path-as-is -o /dev/null -X DELETE -H "X-Auth-Token: $OS_AUTH_TOKEN" "$OS_STORAGE_URL/$container/%2E%2E/outside"
sync_folder 0 two
equal

step "a watch"
"$nephele" sync "$work/two" "$container" --state-dir "$work/state-two" --watch >"$work/watch.out" 2>&1 &
watch=$!
echo "while you watch" >"$work/two/watched"
for _ in $(seq 300); do
    swift list "$container" | grep -x watched >/dev/null && break
    sleep 0.1
done
expect "$(swift list "$container" | grep -x watched)" watched "what came while watching"
kill -INT "$watch"
status=0
wait "$watch" || status=$?
watch=
expect "$status" 0 "the watch, stopped,"

step "called wrongly"
status=0
"$nephele" sync "$work/one" 2>&1 || status=$?
expect "$status" 2 "without a container"
