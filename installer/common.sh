# SPDX-License-Identifier: GPL-3.0-or-later
# Shared by setup, run and test. Sourced, never run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$root/build

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# Runs a command with the rights of root; only packages and system daemons need them.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        die "'$*' needs root: run this as root, or install sudo."
    fi
}

packages_of() { # group ...
    local group
    for group in "$@"; do
        sed -n "s/^$group: *//p" "$root/installer/packages.txt" | tr ' ' '\n'
    done | sed '/^$/d' | sort -u
}

install_packages() { # group ...
    local missing
    missing=$(for package in $(packages_of "$@"); do
        [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
    done)
    [ -n "$missing" ] || return 0
    say "Installing packages: $(echo $missing)"
    as_root apt-get update -qq
    # Services of these packages are started by us where they are needed, not by the installation.
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

build_program() { # ninja targets ...
    local preset=${NEPHELE_PRESET:-ci}
    say "Building (preset $preset)"
    cmake -S "$root" --preset "$preset" >"$root/.configure.log" 2>&1 || { cat "$root/.configure.log" >&2; die "configure failed"; }
    rm -f "$root/.configure.log"
    ninja -C "$build" "$@" >&2
}

build_guest_image() {
    [ -s "$build/tiny.qcow2" ] && return 0
    say "Building the tiny guest image from Debian packages"
    "$root/installer/guest/build" "$build/tiny.qcow2" >"$build/tiny.log" 2>&1 || { tail -20 "$build/tiny.log" >&2; die "the guest image could not be built"; }
}

# Where systemd runs, libvirt's own units do this; elsewhere (containers, chroots) we start the daemons. An ordinary
# user has a libvirt of his own (qemu:///session), started by the library itself.
start_libvirt() {
    [ "$(id -u)" = 0 ] || return 0
    if [ -d /run/systemd/system ]; then
        systemctl start virtlogd.socket libvirtd.socket 2>/dev/null || systemctl start libvirtd
        return 0
    fi
    # What udev does elsewhere. Without it QEMU, which is not root, cannot open the device while libvirtd can, and
    # libvirtd then takes its knowledge of QEMU for stale and probes anew at every call: seconds each.
    if [ -c /dev/kvm ] && getent group kvm >/dev/null && [ "$(stat -c %G /dev/kvm)" != kvm ]; then
        chgrp kvm /dev/kvm && chmod 660 /dev/kvm || true
    fi
    # A socket file may be left from a daemon that is gone: ask, do not look.
    if ! virsh -q -c qemu:///system version >/dev/null 2>&1; then
        say "Starting libvirt (no systemd here)"
        virtlogd -d || true
        libvirtd -d || true
        local i
        for i in $(seq 50); do
            virsh -q -c qemu:///system version >/dev/null 2>&1 && return 0
            sleep 0.2
        done
        die "libvirt does not answer on qemu:///system"
    fi
}
