#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Accounts and projects by plain curl, as kamaki goes about them: sign in, the catalog, quotas, a project from its
# application to its end, names of users. Makes two users of its own by `nephele admin` on the data directory.
#   source DATA-DIR/admin-openrc
#   NEPHELE_PROGRAM=build/nephele DATA_DIR=DATA-DIR resources/samples/astakos.sh
set -euo pipefail

admin_token=${ASTAKOS_TOKEN:?source admin-openrc first}
program=${NEPHELE_PROGRAM:-nephele}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

step() { printf '\n--- %s\n' "$*"; }
# call STATUS METHOD URL [BODY], as the bearer of $token; the reply is in $work/reply; ends the script when the
# status is another.
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
admin() { "$program" admin --data-dir "${DATA_DIR:?}" "$@"; }

step "two users"
for name in ann bob; do
    admin user create "$name-$$" --email "$name@example.org" --real-name "$name" | grep -v '^Password'
done
ann_token=$(admin user token "ann-$$")
bob_token=$(admin user token "bob-$$")

step "sign in: exactly the eleven entries of Synnefo's catalog"
token=$ann_token
call 200 POST "$ASTAKOS_AUTH_URL/tokens" "{\"auth\": {\"token\": {\"id\": \"$token\"}}}"
expect "$(field '.access | keys | join(" ")')" "serviceCatalog token user" "keys"
[ "$(field '.access.token.id')" = "$token" ]
ann=$(field '.access.user.id')
expect "$(field '.access.token.tenant.id')" "$ann" "default project at first"
expect "$(field '[.access.serviceCatalog[] | .name + "=" + .type] | sort | join(" ")')" \
    "astakos_account=account astakos_identity=identity astakos_oauth2=astakos_auth astakos_weblogin=astakos_weblogin cyclades_admin=admin cyclades_compute=compute cyclades_network=network cyclades_plankton=image cyclades_vmapi=vmapi cyclades_volume=volume pithos_object-store=object-store" \
    "catalog"
expect "$(field '[.access.serviceCatalog[].endpoints | length] | unique | join(" ")')" 1 "endpoints of each"
account=$(field '.access.serviceCatalog[] | select(.type == "account") | .endpoints[0].publicURL')
field '.access.serviceCatalog' >"$work/catalog"
code=$(curl -ksS -o "$work/reply" -w '%{http_code}' -X POST "$ASTAKOS_AUTH_URL/tokens")
expect "$code" 200 "the catalog for everybody"
field '.access.serviceCatalog' | diff - "$work/catalog" && echo "the same catalog"
token=$bob_token
call 200 POST "$ASTAKOS_AUTH_URL/tokens" "{\"auth\": {\"token\": {\"id\": \"$token\"}}}"
bob=$(field '.access.user.id')

step "quotas of one's own project"
token=$ann_token
call 200 GET "$account/quotas"
expect "$(field 'keys | join(" ")')" "$ann" "projects"
expect "$(field '.[] | keys | contains(["cyclades.cpu", "cyclades.disk", "cyclades.floating_ip", "cyclades.network.private", "cyclades.ram", "cyclades.vm", "pithos.diskspace"])')" \
    true "resources"
expect "$(field '.[]["cyclades.vm"] | keys | join(" ")')" "limit pending project_limit project_pending project_usage usage" \
    "indicators"

step "apply for a project"
lab="lab$$.example.org"
end=$(date -u -d '+1 year' +%Y-%m-%dT%H:%M:%SZ)
call 400 POST "$account/projects" "{\"name\": \"no domain\", \"end_date\": \"$end\"}"
call 201 POST "$account/projects" "{\"name\": \"$lab\", \"end_date\": \"$end\", \"description\": \"A laboratory\",
    \"comments\": \"please\", \"join_policy\": \"moderated\", \"max_members\": 5,
    \"resources\": {\"cyclades.vm\": {\"project_capacity\": 4, \"member_capacity\": 2}}}"
project=$(field .id)
application=$(field .application)
call 200 GET "$account/projects/$project"
expect "$(field .state)" uninitialized "state"
expect "$(field .last_application.state)" pending "application"
expect "$(field '.resources["cyclades.vm"] | [.project_capacity, .member_capacity] | join(" ")')" "4 2" "servers asked for"
call 409 POST "$account/projects/memberships" "{\"join\": {\"project\": \"$project\"}}"
call 403 POST "$account/projects/$project/action" "{\"approve\": {\"app_id\": $application, \"reason\": \"\"}}"

step "approve it as administrator"
token=$admin_token
call 200 POST "$account/projects/$project/action" "{\"approve\": {\"app_id\": $application, \"reason\": \"\"}}"
call 409 POST "$account/projects/$project/action" "{\"approve\": {\"app_id\": $application, \"reason\": \"\"}}"
token=$ann_token
call 200 GET "$account/projects/$project"
expect "$(field .state)" active "state"
expect "$(field .name)" "$lab" "name"
call 200 GET "$account/projects?mode=member&name=$lab"
expect "$(field '.[].id')" "$project" "found by name"

step "join as second user, be accepted"
token=$bob_token
call 200 POST "$account/projects/memberships" "{\"join\": {\"project\": \"$project\"}}"
membership=$(field .id)
call 200 GET "$account/projects/memberships/$membership"
expect "$(field .state)" requested "state"
expect "$(field '.allowed_actions | join(" ")')" cancel "may"
call 403 POST "$account/myaccount/default_project" "{\"project_id\": \"$project\"}"
call 403 POST "$account/projects/memberships/$membership/action" '{"accept": "me"}'
token=$ann_token
call 200 GET "$account/projects/memberships?project=$project"
expect "$(field 'length')" 2 "memberships"
call 200 POST "$account/projects/memberships/$membership/action" '{"accept": "welcome"}'
token=$bob_token
call 200 GET "$account/projects/memberships/$membership"
expect "$(field .state)" accepted "state"
call 200 GET "$account/quotas"
expect "$(field ".[\"$project\"][\"cyclades.vm\"] | [.limit, .project_limit] | join(\" \")")" "2 4" "servers bob and all may have"

step "set the default project: visible at once"
call 200 POST "$account/myaccount/default_project" "{\"project_id\": \"$project\"}"
call 200 POST "$ASTAKOS_AUTH_URL/tokens" "{\"auth\": {\"token\": {\"id\": \"$token\"}}}"
expect "$(field .access.token.tenant.id)" "$project" "default project"
expect "$(field ".access.user.projects | contains([\"$project\"])")" true "among his projects"

step "names of users, both ways"
call 200 POST "$account/user_catalogs" "{\"uuids\": [\"$ann\", \"$bob\"]}"
expect "$(field ".uuid_catalog[\"$ann\"]")" "ann-$$" "ann"
call 200 POST "$account/user_catalogs" "{\"displaynames\": [\"bob-$$\", \"nobody\"]}"
expect "$(field ".displayname_catalog | keys | join(\" \")")" "bob-$$" "found"
expect "$(field ".displayname_catalog[\"bob-$$\"]")" "$bob" "bob"

step "the end of the project: bob is back in his own"
token=$admin_token
call 200 POST "$account/projects/$project/action" '{"terminate": {"reason": "done"}}'
token=$bob_token
call 200 POST "$ASTAKOS_AUTH_URL/tokens" "{\"auth\": {\"token\": {\"id\": \"$token\"}}}"
expect "$(field .access.token.tenant.id)" "$bob" "default project"
admin project list --state terminated | grep "$lab"
