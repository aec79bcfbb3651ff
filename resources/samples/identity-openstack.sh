#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Identity with the openstack client, as an administrator: people and roles, the registry of services, limits, kept
# secrets, a trust, and a sign-in as Terraform makes it. Takes away what it made.
#   source DATA-DIR/admin-openrc
#   resources/samples/identity-openstack.sh [people|registry|limits|secrets|trust|terraform ...]
set -euo pipefail

name=sample-$$
work=$(mktemp -d)
cleanup() {
    openstack service delete "$name" >/dev/null 2>&1 || true
    openstack application credential delete "$name" >/dev/null 2>&1 || true
    openstack user delete "$name-user" >/dev/null 2>&1 || true
    openstack group delete "$name-group" >/dev/null 2>&1 || true
    openstack project delete "$name-project" >/dev/null 2>&1 || true
    openstack role delete "$name-role" >/dev/null 2>&1 || true
    openstack domain set --disable "$name-domain" >/dev/null 2>&1 || true
    openstack domain delete "$name-domain" >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap cleanup EXIT

step() { printf '\n--- %s\n' "$*"; }
expect() { # what is, what should be, of what
    [ "$1" = "$2" ] || { echo "$3 is '$1', should be '$2'" >&2; exit 1; }
    echo "$3: $1"
}
expect_line() { # a line that should be there, of what; the lines come in, and all are read: who writes them must not fail
    grep -xF -- "$1" >/dev/null || { echo "$2 lacks '$1'" >&2; exit 1; }
    echo "$2 has: $1"
}
refused() { # the words a refusal should hold, command ...
    local words=$1
    shift
    if "$@" >"$work/refused" 2>&1; then
        echo "was done, should be refused: $*" >&2
        exit 1
    fi
    grep -qi -- "$words" "$work/refused" || { cat "$work/refused" >&2; exit 1; }
    echo "refused: $*"
}
value() { # column, command ...
    local column=$1
    shift
    openstack "$@" -f value -c "$column"
}
user_id() { value user_id token issue; }

people() {
    step "a domain, a project and a user in it"
    openstack domain create --description "of a sample" "$name-domain" >/dev/null
    expect "$(value enabled domain show "$name-domain")" True "the domain's enabled"
    openstack project create "$name-project" >/dev/null
    openstack user create --password "$name-Secret1" --project "$name-project" "$name-user" >/dev/null
    openstack user list -f value -c Name | expect_line "$name-user" "the list of users"

    step "a group, and a role through it"
    openstack group create "$name-group" >/dev/null
    openstack group add user "$name-group" "$name-user"
    openstack role add --group "$name-group" --project "$name-project" reader
    openstack role assignment list --group "$name-group" --project "$name-project" --names -f value -c Role \
        | expect_line reader "the group's assignments"

    step "a role of his own, and his sign-in"
    openstack role create "$name-role" >/dev/null
    openstack role add --user "$name-user" --project "$name-project" member
    openstack role list -f value -c Name | expect_line "$name-role" "the list of roles"
    expect "$(as_user value user_id token issue)" "$(value id user show "$name-user")" "who he is"
    refused 403 as_user openstack user list

    step "what is taken away is gone"
    openstack role remove --user "$name-user" --project "$name-project" member
    openstack role remove --group "$name-group" --project "$name-project" reader
    refused 401 as_user openstack token issue
    openstack user delete "$name-user"
    openstack project delete "$name-project"
}
as_user() {
    OS_USERNAME=$name-user OS_PASSWORD=$name-Secret1 OS_PROJECT_NAME=$name-project "$@"
}

registry() {
    step "our own services are in the registry, and stay there"
    openstack service list -f value -c Type | expect_line identity "the list of services"
    openstack endpoint list --service identity -f value -c Interface | sort | tr '\n' ' ' >"$work/interfaces"
    expect "$(cat "$work/interfaces")" "admin internal public " "identity's interfaces"
    refused "own" openstack service delete identity
    refused "own" openstack endpoint delete "$(openstack endpoint list --service identity -f value -c ID | sed -n 1p)"
    refused "own" openstack region delete RegionOne

    step "regions"
    openstack region create --description "of a sample" "$name-region" >/dev/null
    openstack region create --parent-region "$name-region" "$name-inner" >/dev/null
    expect "$(value parent_region region show "$name-inner")" "$name-region" "the inner region's parent"

    step "a service of somebody else, with its endpoints"
    openstack service create --name "$name" --description "of a sample" weather >/dev/null
    for interface in public internal; do
        openstack endpoint create --region "$name-inner" "$name" $interface \
            "http://weather.example.org/$interface/%(project_id)s" >/dev/null
    done
    expect "$(openstack endpoint list --service "$name" --interface public --region "$name-inner" -f value -c URL)" \
        "http://weather.example.org/public/%(project_id)s" "the endpoint's URL"
    refused 400 openstack endpoint create "$name" admin "http://weather.example.org/%(nothing)s"
    refused 403 openstack region delete "$name-region"

    step "it is in the catalog of the next token, for its project"
    project=$(value project_id token issue)
    openstack catalog show weather -f json -c endpoints | grep "http://weather.example.org/public/$project" >/dev/null
    expect "$(openstack catalog list -f value -c Type | grep -cx weather)" 1 "entries in the catalog"

    step "endpoint groups narrow a project's catalog"
    printf '{"interface": "public"}' >"$work/filters"
    group=$(openstack endpoint group create "$name-group" "$work/filters" -f value -c id)
    openstack endpoint group add project "$group" "$project"
    openstack endpoint group list --project "$project" -f value -c ID | expect_line "$group" "the project's groups"
    expect "$(openstack catalog show weather -f json -c endpoints | grep -c internal || true)" 0 "internal addresses left"
    openstack endpoint group remove project "$group" "$project"
    openstack endpoint group delete "$group"

    step "and is gone with its service"
    openstack service set --disable "$name"
    expect "$(openstack catalog list -f value -c Type | grep -cx weather || true)" 0 "entries of a disabled service"
    openstack service delete "$name"
    openstack region delete "$name-region"
    refused "No region" openstack region show "$name-inner"
}

limits() {
    step "the limits of our own services are the quota"
    expect "$(openstack limit list -f value -c 'Resource Name' | wc -l)" 0 "limits of projects at first"
    openstack registered limit list -f value -c 'Resource Name' | expect_line servers "the registered limits"
    project=$(value project_id token issue)
    limit=$(openstack limit create --project "$project" --service compute --resource-limit 7 servers \
        -f value -c id)
    expect "$(openstack limits show --absolute -f value | sed -n 's/^maxTotalInstances //p')" 7 "nova's limit"
    openstack limit set --resource-limit 9 "$limit" >/dev/null
    expect "$(value resource_limit limit show "$limit")" 9 "the limit"
    openstack limit delete "$limit"
    registered=$(openstack registered limit list --service compute --resource-name servers -f value -c ID)
    refused "own" openstack registered limit delete "$registered"

    step "those of others are kept"
    openstack service create --name "$name" weather >/dev/null
    registered=$(openstack registered limit create --service "$name" --default-limit 5 storms -f value -c id)
    openstack registered limit set --default-limit 6 "$registered" >/dev/null
    expect "$(value default_limit registered limit show "$registered")" 6 "the default"
    limit=$(openstack limit create --project "$project" --service "$name" --resource-limit 3 storms -f value -c id)
    refused 403 openstack registered limit delete "$registered"
    openstack limit delete "$limit"
    openstack registered limit delete "$registered"
    openstack service delete "$name"
}

secrets() {
    step "credentials"
    id=$(openstack credential create --type cert "$OS_USERNAME" "the text of a certificate" -f value -c id)
    expect "$(value blob credential show "$id")" "the text of a certificate" "what is kept"
    openstack credential set --type cert --user "$OS_USERNAME" --data "another text" "$id"
    openstack credential list --type cert -f value -c Data | expect_line "another text" "the list"
    openstack credential delete "$id"

    step "EC2 keys"
    access=$(value access ec2 credentials create)
    openstack ec2 credentials list -f value -c Access | expect_line "$access" "the list of EC2 keys"
    expect "$(value user_id ec2 credentials show "$access")" "$(user_id)" "whose it is"
    openstack ec2 credentials delete "$access"
    refused 404 openstack ec2 credentials show "$access"

    step "consumers and policies"
    consumer=$(openstack consumer create --description "of a sample" -f value -c id)
    openstack consumer set --description "another" "$consumer"
    expect "$(value description consumer show "$consumer")" another "the consumer's description"
    openstack consumer delete "$consumer"
    printf '{"rain": "role:admin"}' >"$work/rules"
    policy=$(openstack policy create "$work/rules" -f value -c id)
    expect "$(value rules policy show "$policy")" '{"rain": "role:admin"}' "the policy's rules"
    openstack policy delete "$policy"
}

trust() {
    step "a trust"
    project=$(value project_id token issue)
    trust=$(openstack trust create --project "$project" --role member --impersonate \
        --expiration 2099-01-01T00:00:00 "$(user_id)" "$(user_id)" -f value -c id)
    openstack trust list -f value -c ID | expect_line "$trust" "the list of trusts"
    expect "$(value roles trust show "$trust")" member "the trust's roles"

    step "a sign-in with it has its roles only"
    token=$(sign_in_with_trust "$trust")
    status=$(curl -s -o "$work/reply" -w '%{http_code}' -H "X-Auth-Token: $token" "$OS_AUTH_URL/services")
    expect "$status" 403 "an administrator's call"
    openstack trust delete "$trust"
    status=$(curl -s -o "$work/reply" -w '%{http_code}' -H "X-Auth-Token: $token" "$OS_AUTH_URL/auth/projects")
    expect "$status" 401 "the token of a trust that is gone"
}
sign_in_with_trust() { # the trust; prints the token
    curl -s -D - -o "$work/reply" -H 'Content-Type: application/json' "$OS_AUTH_URL/auth/tokens" -d "{\"auth\":
        {\"identity\": {\"methods\": [\"password\"], \"password\": {\"user\": {\"name\": \"$OS_USERNAME\",
        \"domain\": {\"name\": \"Default\"}, \"password\": \"$OS_PASSWORD\"}}},
        \"scope\": {\"OS-TRUST:trust\": {\"id\": \"$1\"}}}}" \
        | tr -d '\r' | sed -n 's/^x-subject-token: //Ip'
}

# What gophercloud sends for an application credential: no scope, and no discovery when the URL ends in /v3.
terraform() {
    step "a program signs in as Terraform does"
    openstack application credential create --description "of a sample" "$name" -f shell >"$work/credential"
    id=$(sed -n 's/^id="\(.*\)"$/\1/p' "$work/credential")
    secret=$(sed -n 's/^secret="\(.*\)"$/\1/p' "$work/credential")
    gophercloud "$id" "$secret"
    expect "$status" 201 "the sign-in"
    token=$(tr -d '\r' <"$work/head" | sed -n 's/^x-subject-token: //Ip')
    for path in /compute/v2.1/flavors/detail /image/v2/images; do
        status=$(curl -s -o "$work/reply" -w '%{http_code}' -H "X-Auth-Token: $token" "${OS_AUTH_URL%/identity*}$path")
        expect "$status" 200 "$path"
    done
    status=$(curl -s -o "$work/reply" -w '%{http_code}' -H "X-Auth-Token: $token" -H 'Content-Type: application/json' \
        "$OS_AUTH_URL/users/$(user_id)/application_credentials" -d '{"application_credential": {"name": "more"}}')
    expect "$status" 403 "another credential, made by a restricted one"
    gophercloud "$id" "not $secret"
    expect "$status" 401 "a sign-in with a wrong secret"
    openstack application credential delete "$name"
    gophercloud "$id" "$secret"
    expect "$status" 401 "a sign-in with a credential that is gone"

    step "access rules are kept"
    printf '[{"service": "compute", "method": "GET", "path": "/v2.1/servers/**"}]' >"$work/rules"
    openstack application credential create --access-rules "$work/rules" "$name" -f shell >"$work/credential"
    gophercloud "$(sed -n 's/^id="\(.*\)"$/\1/p' "$work/credential")" "$(sed -n 's/^secret="\(.*\)"$/\1/p' "$work/credential")"
    token=$(tr -d '\r' <"$work/head" | sed -n 's/^x-subject-token: //Ip')
    for path in /compute/v2.1/servers/detail:200 /compute/v2.1/flavors:403 /image/v2/images:403; do
        status=$(curl -s -o "$work/reply" -w '%{http_code}' -H "X-Auth-Token: $token" "${OS_AUTH_URL%/identity*}${path%:*}")
        expect "$status" "${path#*:}" "${path%:*}"
    done
    rule=$(openstack access rule list -f value -c ID)
    refused 403 openstack access rule delete "$rule"
    openstack application credential delete "$name"
    openstack access rule delete "$rule"
}
gophercloud() { # id, secret; leaves the status in $status, the head in a file
    status=$(curl -s -D "$work/head" -o "$work/reply" -w '%{http_code}' -X POST "$OS_AUTH_URL/auth/tokens" \
        -H 'User-Agent: gophercloud/v2.0.0' -H 'Accept: application/json' -H 'Content-Type: application/json' \
        -d "{\"auth\":{\"identity\":{\"application_credential\":{\"id\":\"$1\",\"secret\":\"$2\"},\"methods\":[\"application_credential\"]}}}")
}

[ $# -gt 0 ] || set -- people registry limits secrets trust terraform
for part in "$@"; do
    case $part in
    people | registry | limits | secrets | trust | terraform) $part ;;
    *) echo "no part named $part" >&2; exit 2 ;;
    esac
done
printf '\nall as it should be\n'
