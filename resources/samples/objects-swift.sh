#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Objects with the swift client, rclone and curl: upload in segments, copy, share by a link, unpack, expire.
#   source DATA-DIR/admin-openrc
#   resources/samples/objects-swift.sh
set -euo pipefail

name=sample-$$
work=$(mktemp -d)
cleanup() {
    for container in "$name" "${name}_segments" "$name-site" "$name-rclone" "$name-rclone_segments"; do
        swift delete "$container" >/dev/null 2>&1 || true
    done
    rm -rf "$work"
}
trap cleanup EXIT

step() { printf '\n--- %s\n' "$*"; }
expect() { # what is, what should be, of what
    [ "$1" = "$2" ] || { echo "$3 is '$1', should be '$2'" >&2; exit 1; }
    echo "$3: $1"
}
same() { # one file, another, of what
    cmp "$1" "$2" || { echo "$3 differs" >&2; exit 1; }
    echo "$3: the same bytes"
}
stat_of() { swift stat "$@" | sed -n 's/^ *\([^:]*\): \(.*\)$/\1=\2/p'; }

eval "$(swift auth)"
curl_swift() { curl -fsS -H "X-Auth-Token: $OS_AUTH_TOKEN" "$@"; }

mkdir -p "$work/tree/folder"
head -c 20000000 /dev/urandom >"$work/tree/big"
head -c 100000 /dev/zero >"$work/tree/holes"
: >"$work/tree/empty"
for i in 1 2 3 4 5; do echo "file $i" >"$work/tree/folder/ä $i.txt"; done
cd "$work"

step "upload in segments, as a static and as a dynamic large object"
swift upload "$name" tree/big --use-slo --segment-size 6000000 --object-name static >/dev/null
swift upload "$name" tree/big --segment-size 6000000 --object-name dynamic >/dev/null
for kind in static dynamic; do
    swift download "$name" "$kind" -o "$kind.out" >/dev/null
    same tree/big "$kind.out" "$kind large object"
    expect "$(stat_of "$name" "$kind" | sed -n 's/^Content Length=//p')" 20000000 "$kind length"
done

step "a tree there and back"
swift upload "$name" tree >/dev/null
(mkdir back && cd back && swift download "$name" --prefix tree/ >/dev/null)
diff -r tree back/tree
expect "$(swift list "$name" --delimiter / | tr '\n' ' ')" "dynamic static tree/ " "the top of the container"
expect "$(swift list "$name" --prefix tree/folder/ | wc -l)" 5 "files in the folder"

step "copy, metadata, ranges"
swift copy "$name" tree/big --destination "/$name/copy" >/dev/null
swift post "$name" copy -m Color:blue
expect "$(stat_of "$name" copy | sed -n 's/^Meta Color=//p')" blue "metadata of the copy"
curl_swift -r 5999990-6000009 "$OS_STORAGE_URL/$name/static" -o part
dd if=tree/big of=part.wanted bs=1 skip=5999990 count=20 status=none
same part.wanted part "a range across two segments"

step "a link that needs no token"
key=secret-$$
swift post "$name" -H "X-Container-Meta-Temp-URL-Key: $key"
path=${OS_STORAGE_URL#*://*/}
link=$(swift tempurl GET 60 "/$path/$name/tree/holes" "$key")
curl -fsS "${OS_STORAGE_URL%%/v1/*}$link" -o linked
same tree/holes linked "what the link gives"
expect "$(curl -s -o /dev/null -w '%{http_code}' "${OS_STORAGE_URL%%/v1/*}${link/holes/big}")" 401 "the link for another object"

step "a name that stands for another"
curl_swift -X PUT -H 'Content-Length: 0' -H "X-Symlink-Target: $name/tree/holes" "$OS_STORAGE_URL/$name/link"
curl_swift "$OS_STORAGE_URL/$name/link" -o linked
same tree/holes linked "what the name gives"
expect "$(curl_swift -I "$OS_STORAGE_URL/$name/link?symlink=get" | tr -d '\r' | sed -n 's/^X-Symlink-Target: //p')" \
    "$name/tree/holes" "the name itself"
curl_swift "$OS_STORAGE_URL/$name?format=json&prefix=link" |
    jq -e --arg path "/$path/$name/tree/holes" '.[0].symlink_path == $path' >/dev/null

step "a page that anybody opens, and what its origin may not do"
site=$name-site
swift post "$site" -r '.r:*,.rlistings' -m 'web-index:index.html' -m 'web-error:error.html' -m 'web-listings:true'
echo '<h1>hello</h1>' >index.html
echo '<h1>lost</h1>' >404error.html
swift upload "$site" index.html 404error.html tree/folder >/dev/null
expect "$(curl -fsS -L "$OS_STORAGE_URL/$site")" '<h1>hello</h1>' "the first page"
expect "$(curl -s "$OS_STORAGE_URL/$site/nowhere")" '<h1>lost</h1>' "a page that is not there"
expect "$(curl -fsS "$OS_STORAGE_URL/$site/tree/folder/" | grep -c '<tr class="item">')" 5 "lines of a folder's listing"
curl -fsS -D head "$OS_STORAGE_URL/$site/index.html" -o page
grep -qi '^Content-Security-Policy: sandbox' head

step "a form that puts files where its signature says"
expires=$(($(date +%s) + 60))
signature=$(printf '%s\n%s\n%s\n%s\n%s' "/$path/$name/form/" "" 200000 2 "$expires" |
    openssl dgst -sha256 -hmac "$key" -r | cut -d' ' -f1)
send_form() { # signature
    curl -s -o /dev/null -w '%{http_code}' -F redirect= -F max_file_size=200000 -F max_file_count=2 \
        -F "expires=$expires" -F "signature=$1" -F 'one=@tree/holes' -F 'two=@tree/empty' "$OS_STORAGE_URL/$name/form/"
}
expect "$(send_form "${signature/[0-9]/x}")" 401 "another signature"
expect "$(send_form "$signature")" 201 "the form"
curl_swift "$OS_STORAGE_URL/$name/form/holes" -o sent
same tree/holes sent "what the form sent"

step "everybody reads"
expect "$(curl -s -o /dev/null -w '%{http_code}' "$OS_STORAGE_URL/$name/tree/empty")" 401 "without the right"
swift post "$name" -r '.r:*'
expect "$(curl -s -o /dev/null -w '%{http_code}' "$OS_STORAGE_URL/$name/tree/empty")" 200 "with it"

step "archives are unpacked, many objects deleted at once"
for kind in tar tar.gz tar.bz2; do
    case $kind in tar) flag= ;; tar.gz) flag=z ;; tar.bz2) flag=j ;; esac
    tar "c${flag}f" "tree.$kind" tree/folder
    curl_swift -X PUT -T "tree.$kind" -H 'Accept: application/json' \
        "$OS_STORAGE_URL/$name/$kind?extract-archive=$kind" -o reply
    expect "$(jq -r '."Number Files Created"' reply)" 5 "files out of $kind"
done
swift list "$name" --prefix tar | sed "s|^|$name/|" | jq -Rr '@uri' >names
curl_swift -X POST -H 'Content-Type: text/plain' -H 'Accept: application/json' --data-binary @names \
    "$OS_STORAGE_URL?bulk-delete=1" -o reply
expect "$(jq -r '."Number Deleted"' reply)" 15 "deleted at once"

step "an object that ends by itself"
swift post "$name" copy -H "X-Delete-After: 1"
until [ "$(curl -s -o /dev/null -w '%{http_code}' "$OS_STORAGE_URL/$name/copy")" = 404 ]; do sleep 0.2; done
echo "gone"

step "rclone: copy, check, in pieces too"
rclone() { command rclone --config /dev/null --swift-env-auth --retries 1 "$@"; }
rclone copy tree ":swift:$name-rclone"
rclone check tree ":swift:$name-rclone"
rclone moveto ":swift:$name-rclone/big" ":swift:$name-rclone/moved/big"
rclone copyto --swift-chunk-size 6M tree/big ":swift:$name-rclone/pieces"
rclone cat ":swift:$name-rclone/pieces" | cmp - tree/big
rclone cat ":swift:$name-rclone/moved/big" | cmp - tree/big
rclone purge ":swift:$name-rclone"

step "nothing is left"
swift delete "$name" >/dev/null
swift delete "$name-site" >/dev/null
swift delete "${name}_segments" >/dev/null 2>&1 || true
expect "$(swift list | grep -c "^$name\$" || true)" 0 "containers of that name"
