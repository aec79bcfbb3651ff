#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The life of a server with the openstack client: key, create, log, ssh, stop, start, reboot, delete.
#   source DATA-DIR/admin-openrc
#   resources/samples/servers-openstack.sh [IMAGE [FLAVOR]]
set -euo pipefail

image=${1:-tiny}
flavor=${2:-C1R128D1}
name=sample-$$
work=$(mktemp -d)
cleanup() {
    openstack server delete "$name" --wait >/dev/null 2>&1 || true
    openstack keypair delete "$name" >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap cleanup EXIT

step() { printf '\n--- %s\n' "$*"; }
status() { openstack server show "$name" -f value -c status; }
expect() { # what is, what should be, of what
    [ "$1" = "$2" ] || { echo "$3 is '$1', should be '$2'" >&2; exit 1; }
    echo "$3: $1"
}
wait_for() { # seconds, what, command ...
    local until=$((SECONDS + $1)) what=$2
    shift 2
    until "$@"; do
        [ $SECONDS -lt $until ] || { echo "waited too long for $what" >&2; exit 1; }
        sleep 1
    done
}
is_status() { [ "$(status)" = "$1" ]; }
is_ready() { openstack console log show "$name" | grep "TINY-READY host=$name" >/dev/null; }
ssh_guest() {
    ssh -i "$work/key" -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
        -o LogLevel=ERROR -o ConnectTimeout=5 "$@"
}

step "what this cloud offers"
openstack token issue -f value -c project_id
openstack image list
openstack flavor list

step "a key and a server"
openstack keypair create "$name" >"$work/key"
chmod 600 "$work/key"
openstack server create --image "$image" --flavor "$flavor" --key-name "$name" --wait "$name"
openstack server list
expect "$(status)" ACTIVE "status after create"

step "its serial log"
wait_for 180 "the guest to be ready" is_ready
openstack console log show "$name" | grep -a TINY-READY

step "ssh with the key"
address=$(openstack server show "$name" -f json -c addresses -c accessIPv4 | sed -n 's/.*"\([0-9]\+\.[0-9.]\+\)".*/\1/p' | sed -n 1p)
reach() { ssh_guest "root@$address" hostname >"$work/hostname" 2>"$work/ssh.err"; }
wait_for 60 "ssh on $address" reach
expect "$(cat "$work/hostname")" "$name" "host name in the guest"

step "stop, start, reboot"
openstack server stop "$name"
wait_for 90 "SHUTOFF" is_status SHUTOFF
expect "$(status)" SHUTOFF "status after stop"
openstack server start "$name"
wait_for 60 "ACTIVE" is_status ACTIVE
expect "$(status)" ACTIVE "status after start"
wait_for 180 "ssh after start" reach
openstack server reboot --hard --wait "$name"
expect "$(status)" ACTIVE "status after hard reboot"
wait_for 180 "ssh after reboot" reach
openstack server reboot --wait "$name"
expect "$(status)" ACTIVE "status after soft reboot"

step "delete"
openstack server delete --wait "$name"
if openstack server show "$name" >/dev/null 2>&1; then
    echo "the server is still there" >&2
    exit 1
fi
echo "gone"
