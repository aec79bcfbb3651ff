#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Objects in Pithos' way by plain curl, as kamaki goes about them: upload by hashmap, append, truncate, versions,
# sharing between two users, a public link, earlier times, trash. Makes two users of its own by `nephele admin` on
# the data directory.
#   source DATA-DIR/admin-openrc
#   NEPHELE_PROGRAM=build/nephele DATA_DIR=DATA-DIR resources/samples/objects-pithos.sh
set -euo pipefail

program=${NEPHELE_PROGRAM:-nephele}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

step() { printf '\n--- %s\n' "$*"; }
expect() { # what is, what should be, of what
    [ "$1" = "$2" ] || { echo "$3 is '$1', should be '$2'" >&2; exit 1; }
    echo "$3: $1"
}
same() { # one file, another, of what
    cmp "$1" "$2" || { echo "$3 differs" >&2; exit 1; }
    echo "$3: the same bytes"
}
# call STATUS METHOD URL [curl's options], as the bearer of $token (empty: nobody); reply and its head are kept.
call() {
    local want=$1 method=$2 url=$3 code
    shift 3
    local who=()
    [ -z "$token" ] || who=(-H "X-Auth-Token: $token")
    [ "$method" != HEAD ] || who+=(-I)
    code=$(curl -ksS -o reply -D head -w '%{http_code}' -X "$method" "${who[@]}" "$@" "$url")
    if [ "$code" != "$want" ]; then
        echo "$method $url answered $code, not $want: $(head -c 400 reply)" >&2
        exit 1
    fi
}
header() { tr -d '\r' <head | sed -n "s/^$1: //Ip" | tail -1; }
admin() { "$program" admin --data-dir "${DATA_DIR:?}" "$@"; }

step "two users, and where their objects are"
for name in ann bob; do
    admin user create "$name-$$" --email "$name@example.org" --real-name "$name" | grep -v '^Password'
done
ann_token=$(admin user token "ann-$$")
bob_token=$(admin user token "bob-$$")
token=$ann_token
call 200 POST "${ASTAKOS_AUTH_URL:?source admin-openrc first}/tokens" -H 'Content-Type: application/json' \
    --data "{\"auth\": {\"token\": {\"id\": \"$token\"}}}"
store=$(jq -er '.access.serviceCatalog[] | select(.type == "object-store") | .endpoints[0].publicURL' reply)
ann=$store/$(jq -er .access.user.id reply)
token=$bob_token
call 200 POST "$ASTAKOS_AUTH_URL/tokens" -H 'Content-Type: application/json' \
    --data "{\"auth\": {\"token\": {\"id\": \"$token\"}}}"
bob_id=$(jq -er .access.user.id reply)
token=$ann_token
for container in pithos trash; do call 201 PUT "$ann/$container"; done
call 202 PUT "$ann/pithos"
call 204 HEAD "$ann/pithos"
block=$(header X-Container-Block-Size)
expect "$(header X-Container-Block-Hash)" sha256 "hash of blocks"
expect "$(header X-Container-Policy-Versioning)" auto "versioning"

step "upload by hashmap: what is missing, the blocks, and again"
head -c $((block + 1000000)) /dev/urandom >file
# The hash of a block is of what is left when the zero bytes at its end are cut off; random bytes have none.
split -b "$block" file block.
hashes=$(for part in block.*; do sha256sum <"$part" | cut -d' ' -f1; done)
printf '{"bytes": %s, "hashes": [%s]}' "$(stat -c %s file)" "$(sed 's/.*/"&"/' <<<"$hashes" | paste -sd,)" >map
put_map() { call "$1" PUT "$ann/pithos/file?hashmap&format=json" -H 'Content-Type: text/x-sample' --data-binary @map; }
put_map 409
expect "$(jq -r '.[]' reply)" "$hashes" "missing"
for part in block.*; do
    call 202 POST "$ann/pithos?update&format=json" -H 'Content-Type: application/octet-stream' --data-binary "@$part"
    expect "$(jq -r '.[0]' reply)" "$(sha256sum <"$part" | cut -d' ' -f1)" "stored"
done
put_map 201
expect "$(header ETag)" "$(md5sum <file | cut -d' ' -f1)" "ETag"
call 200 GET "$ann/pithos/file"
same reply file "the whole"
call 206 GET "$ann/pithos/file" -r $((block - 10))-$((block + 9))
dd if=file of=part bs=1 skip=$((block - 10)) count=20 status=none
same reply part "a range across two blocks"
call 200 GET "$ann/pithos/file?hashmap&format=json"
expect "$(jq -r 'keys | join(" ")' reply)" "block_hash block_size bytes hashes" "the hashmap's keys"
expect "$(jq -r '.hashes[]' reply)" "$hashes" "its hashes"
put_map 201 && echo "the second time nothing is missing"

step "append, overwrite, truncate"
update() { # Content-Range, the rest
    local range=$1
    shift
    call 204 POST "$ann/pithos/log?update" -H 'Content-Type: application/octet-stream' -H "Content-Range: $range" "$@"
}
content() { curl -ksS -H "X-Auth-Token: $token" "$1"; }
printf hello >body
call 201 PUT "$ann/pithos/log" -H 'Content-Type: text/plain' --data-binary @body
first=$(header X-Object-Version)
uuid=$(call 200 HEAD "$ann/pithos/log" && header X-Object-UUID)
update 'bytes */*' --data-binary ', world'
expect "$(content "$ann/pithos/log")" "hello, world" "appended"
update 'bytes 0-4/*' --data-binary HELLO
expect "$(content "$ann/pithos/log")" "HELLO, world" "overwritten"
update 'bytes 0-0/*' -H 'X-Source-Object: /pithos/log' -H 'X-Object-Bytes: 5'
expect "$(content "$ann/pithos/log")" "HELLO" "truncated"
call 416 POST "$ann/pithos/log?update" -H 'Content-Type: application/octet-stream' -H 'Content-Range: bytes 9-10/*' \
    --data-binary xx
echo "no holes"

step "versions"
call 200 GET "$ann/pithos/log?version=list&format=json"
expect "$(jq '.versions | length' reply)" 4 "versions"
expect "$(jq '.versions[0][0]' reply)" "$first" "the first of them"
expect "$(content "$ann/pithos/log?version=$first")" hello "what it was"
call 404 GET "$ann/pithos/log?version=-10"

step "sharing between two users"
token=$bob_token
call 403 GET "$ann/pithos/log"
call 403 GET "$ann"
token=$ann_token
call 202 POST "$ann/pithos/log?update" -H "X-Object-Sharing: read=$bob_id"
token=$bob_token
expect "$(content "$ann/pithos/log")" HELLO "bob reads"
call 200 HEAD "$ann/pithos/log"
expect "$(header X-Object-Allowed-To)" read "he may"
call 403 POST "$ann/pithos/log?update" -H 'Content-Type: application/octet-stream' -H 'Content-Range: bytes */*' \
    --data-binary x
call 200 GET "$store?format=json"
expect "$(jq -r '.[].name' reply)" "${ann##*/}" "who shares with bob"
expect "$(content "$ann?format=json" | jq -r '.[].name')" pithos "the container"
expect "$(content "$ann/pithos")" log "and what he sees in it"
token=$ann_token
call 202 POST "$ann/pithos/log?update" -H "X-Object-Sharing: write=$bob_id"
token=$bob_token
call 204 POST "$ann/pithos/log?update" -H 'Content-Type: application/octet-stream' -H 'Content-Range: bytes */*' \
    --data-binary ' from bob'
token=$ann_token
expect "$(content "$ann/pithos/log")" "HELLO from bob" "bob wrote"
call 200 HEAD "$ann/pithos/log"
expect "$(header X-Object-Modified-By)" "$bob_id" "as is told"
expect "$(content "$ann/pithos?shared")" log "shared by ann"
call 202 POST "$ann/pithos/log?update" -H 'X-Object-Sharing;'
token=$bob_token
call 403 GET "$ann/pithos/log"
token=$ann_token

step "a public link, opened without a token"
echo '<script>alert(document.cookie)</script>' >page
call 201 PUT "$ann/pithos/page.html" -H 'Content-Type: text/html' --data-binary @page
call 202 POST "$ann/pithos/page.html?update" -H 'X-Object-Public: true'
call 200 HEAD "$ann/pithos/page.html"
link=$(header X-Object-Public)
case $link in http*) ;; *) link=${store%%/pithos/*}$link ;; esac
token=
call 200 GET "$link"
same reply page "the page"
# A stored page is shown in a sandbox of its own: its scripts have no origin, so neither cookies nor our pages.
case $(header Content-Security-Policy) in
sandbox*) echo "sandboxed: $(header Content-Security-Policy)" ;;
*) echo "the page would run with our origin's rights" >&2; exit 1 ;;
esac
expect "$(header Content-Security-Policy | grep -c allow-same-origin || true)" 0 "same origin allowed"
expect "$(header X-Content-Type-Options)" nosniff "types"
call 405 DELETE "$link"
token=$ann_token
call 202 POST "$ann/pithos/page.html?update" -H 'X-Object-Public: false'
token=
call 404 GET "$link"
token=$ann_token

step "as it was at an earlier time"
sleep 1.1
then=$(date +%s)
sleep 1.1
call 201 PUT "$ann/pithos/later" -H 'Content-Type: text/plain' --data-binary new
call 204 DELETE "$ann/pithos/page.html"
expect "$(content "$ann/pithos" | paste -sd' ')" "file later log" "now"
expect "$(content "$ann/pithos?until=$then" | paste -sd' ')" "file log page.html" "then"
call 204 HEAD "$ann/pithos?until=$then"
expect "$(header X-Container-Object-Count)" 3 "objects then"
call 404 HEAD "$ann/pithos?until=1000000"

step "to the trash and back"
call 201 MOVE "$ann/pithos/log?ignore_content_type" -H 'Destination: /trash/log'
call 404 GET "$ann/pithos/log"
call 200 HEAD "$ann/trash/log"
expect "$(header X-Object-UUID)" "$uuid" "the same object"
call 201 PUT "$ann/pithos/log" -H 'X-Move-From: /trash/log' -H 'Content-Length: 0' -H 'If-None-Match: *'
expect "$(content "$ann/pithos/log")" "HELLO from bob" "back again"

step "metadata, listings"
call 202 POST "$ann/pithos/log?update" -H 'X-Object-Meta-Color: dark%20green' -H 'X-Object-Meta-Size_of: 3'
call 200 HEAD "$ann/pithos/log"
expect "$(header X-Object-Meta-Color)" "dark green" "a color"
expect "$(header X-Object-Meta-Size-Of)" 3 "a size"
expect "$(content "$ann/pithos?meta=color")" log "what has a color"
expect "$(content "$ann/pithos?meta=color%3Dred" | wc -l)" 0 "what is red"
for name in a/b/c a/d e; do
    call 201 PUT "$ann/trash/$name" -H 'Content-Type: text/plain' --data-binary "$name"
done
expect "$(content "$ann/trash?delimiter=/" | paste -sd' ')" "a/ e" "the top"
expect "$(content "$ann/trash?format=json&delimiter=/" | jq -rc '.[0]')" '{"subdir":"a/"}' "a folder"
call 201 COPY "$ann/trash/e" -H 'Destination: /trash/a/e'
call 204 DELETE "$ann/trash?delimiter=/"
expect "$(content "$ann/trash" | wc -l)" 0 "left in the trash"

step "accounts, by the store's own address"
call 200 POST "${store%%/object-store/*}/_astakos/identity/v2.0/tokens" -H 'Content-Type: application/json' \
    --data "{\"auth\": {\"token\": {\"id\": \"$token\"}}}"
expect "$store/$(jq -er .access.user.id reply)" "$ann" "who ann is"

step "nothing is left"
call 204 DELETE "$ann/pithos?delimiter=/"
for container in pithos trash; do call 204 DELETE "$ann/$container"; done
expect "$(content "$ann" | wc -l)" 0 "containers"
