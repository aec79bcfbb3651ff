#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The life of a server by plain curl on Synnefo's compute API, in JSON and XML.
#   source DATA-DIR/admin-openrc
#   resources/samples/servers-cyclades.sh
set -euo pipefail

token=${ASTAKOS_TOKEN:?source admin-openrc first}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

step() { printf '\n--- %s\n' "$*"; }
# call STATUS METHOD URL [BODY]: the reply is in $work/reply; ends the script when the status is another.
call() {
    local want=$1 method=$2 url=$3 code
    shift 3
    local data=()
    [ $# -eq 0 ] || data=(-H "Content-Type: application/json" --data "$1")
    code=$(curl -ksS -o "$work/reply" -w '%{http_code}' -X "$method" -H "X-Auth-Token: $token" "${data[@]}" "$url")
    if [ "$code" != "$want" ]; then
        echo "$method $url answered $code, not $want: $(cat "$work/reply")" >&2
        exit 1
    fi
}
field() { jq -er "$1" "$work/reply"; }
expect() {
    [ "$1" = "$2" ] || { echo "$3 is '$1', should be '$2'" >&2; exit 1; }
    echo "$3: $1"
}
wait_status() { # status, seconds
    local until=$((SECONDS + $2)) now
    while :; do
        call 200 GET "$compute/servers/$id"
        now=$(field .server.status)
        [ "$now" != "$1" ] || break
        [ $SECONDS -lt $until ] || { echo "status is still $now, not $1" >&2; exit 1; }
        sleep 1
    done
    echo "status: $1"
}

step "sign in, find the compute service"
call 200 POST "$ASTAKOS_AUTH_URL/tokens" "{\"auth\": {\"token\": {\"id\": \"$token\"}}}"
compute=$(field '.access.serviceCatalog[] | select(.type == "compute") | .endpoints[0].publicURL')
echo "$compute"

step "image and flavor"
call 200 GET "$compute/images/detail"
image=$(field '[.images[] | select(.name == "tiny")][0].id')
call 200 GET "$compute/flavors/detail"
flavor=$(field '[.flavors[] | select(.ram == 128 and .vcpus == 1 and .disk == 1)][0].id')
field '[.flavors[].name] | .[0:3]'

step "create"
call 202 POST "$compute/servers" "{\"server\": {\"name\": \"from curl\", \"imageRef\": \"$image\", \"flavorRef\": $flavor,
    \"metadata\": {\"users\": \"root\"},
    \"personality\": [{\"path\": \"/root/hello\", \"contents\": \"$(printf hello | base64)\", \"owner\": \"root\", \"group\": \"root\", \"mode\": 384}]}}"
id=$(field .server.id)
expect "$(field .server.status)" BUILD "status in the reply"
[ "${#id}" -gt 0 ] && field '.server | {id, name, adminPass: (.adminPass | length), metadata, flavor, image}'
wait_status ACTIVE 120

step "the same in XML"
call 200 GET "$compute/servers/$id.xml"
grep -q 'xmlns="http://docs.openstack.org/compute/api/v1.1"' "$work/reply"
head -c 400 "$work/reply"; echo
call 404 GET "$compute/servers/999999.xml"
grep -q itemNotFound "$work/reply"

step "rename, console, shutdown, start, reboot"
call 204 PUT "$compute/servers/$id" '{"server": {"name": "renamed"}}'
call 200 GET "$compute/servers/$id"
expect "$(field .server.name)" renamed "name"
call 200 POST "$compute/servers/$id/action" '{"console": {"type": "vnc"}}'
field '.console | {type, host, port}'
call 202 POST "$compute/servers/$id/action" '{"shutdown": {}}'
wait_status STOPPED 120
call 202 POST "$compute/servers/$id/action" '{"start": {}}'
wait_status ACTIVE 60
call 202 POST "$compute/servers/$id/action" '{"reboot": {"type": "HARD"}}'
wait_status ACTIVE 60

step "changes since a moment ago; none since now"
since=$(date -u -d '-1 minute' +%Y-%m-%dT%H:%M:%SZ)
call 200 GET "$compute/servers/detail?changes-since=$since"
field '.servers | length'

step "delete: stays visible as DELETED, leaves the lists"
call 204 DELETE "$compute/servers/$id"
wait_status DELETED 60
call 200 GET "$compute/servers"
expect "$(jq "[.servers[] | select(.id == $id)] | length" "$work/reply")" 0 "listed"
