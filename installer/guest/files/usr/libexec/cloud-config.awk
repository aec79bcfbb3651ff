# Reads cloud-config and NoCloud's meta-data in block style and prints records separated by tabs:
#   hostname NAME | fqdn NAME | instance-id ID | local-hostname NAME | password P | user-password USER P
#   key LINE | run COMMAND | file PATH MODE OWNER ENCODING APPEND BODY-FILE
# `body` is the beginning of the names of body files. Flow style is taken for lists of commands only.
function plain(v) {
    sub(/^ +/, "", v)
    if (v ~ /^".*" *$/) {
        sub(/" *$/, "", v)
        v = substr(v, 2)
        gsub(/\\\\/, "\001", v)
        gsub(/\\"/, "\"", v)
        gsub(/\\n/, "\n", v)
        gsub(/\001/, "\\", v)
    } else if (v ~ /^'.*' *$/) {
        sub(/' *$/, "", v)
        v = substr(v, 2)
        gsub(/''/, "'", v)
    } else {
        sub(/ +#.*$/, "", v)
        sub(/ +$/, "", v)
    }
    return v
}
function after_colon() {
    v = $0
    sub(/^[^:]*: */, "", v)
    return plain(v)
}
function item() {
    v = $0
    sub(/^ *- */, "", v)
    return v
}
function next_file() {
    end_file()
    number++
    printf "" > (body "." number)
    mode = "0644"
    owner = "-"
    encoding = "plain"
    append = "false"
}
function end_file() {
    if (path != "")
        print "file\t" path "\t" mode "\t" owner "\t" encoding "\t" append "\t" body "." number
    path = ""
}
function end_user() {
    if (user != "" && secret != "")
        print "user-password\t" user "\t" secret
    user = secret = ""
}
function colon_pair(v) {
    if (v ~ /^[A-Za-z0-9_.-]+:/)
        print "user-password\t" substr(v, 1, index(v, ":") - 1) "\t" substr(v, index(v, ":") + 1)
}

# A block scalar ("content: |") goes on as long as lines are indented deeper than its key.
block != "" {
    match($0, /^ */)
    if (RLENGTH > block_indent || $0 ~ /^ *$/) {
        if (!cut && $0 !~ /^ *$/)
            cut = RLENGTH
        line = substr($0, cut + 1)
        if (block == "file")
            print line >> (body "." number)
        else
            colon_pair(line)
        next
    }
    block = ""
}
/^ *#/ || /^ *$/ { next }

/^[A-Za-z]/ {
    end_file()
    end_user()
    section = $0
    sub(/:.*/, "", section)
    in_users = 0
    if (section ~ /^(hostname|fqdn|instance-id|local-hostname|password)$/)
        print section "\t" after_colon()
    next
}
section == "ssh_authorized_keys" || section == "public-keys" {
    if ($0 ~ /^ *- /)
        print "key\t" plain(item())
    next
}
section == "runcmd" || section == "bootcmd" {
    if ($0 !~ /^ *- /)
        next
    v = item()
    if (v ~ /^\[/) { # ["echo", "a"]: the words in a row
        gsub(/^\[|\] *$/, "", v)
        gsub(/", *"|', *'/, " ", v)
        gsub(/^ *["']|["'] *$/, "", v)
        print "run\t" v
    } else {
        print "run\t" plain(v)
    }
    next
}
section == "chpasswd" && /^ *list: *[|]/ {
    match($0, /^ */)
    block = "list"
    block_indent = RLENGTH
    cut = 0
    next
}
section == "chpasswd" && /^ *users:/ { in_users = 1; next }
section == "chpasswd" && in_users {
    if ($0 ~ /^ *- /) {
        end_user()
        sub(/- /, "  ")
    }
    if ($0 ~ /^ *name:/)
        user = after_colon()
    if ($0 ~ /^ *password:/)
        secret = after_colon()
    next
}
section == "chpasswd" && /^ *- / { colon_pair(plain(item())); next }
section == "write_files" {
    if ($0 ~ /^ *- /) {
        next_file()
        sub(/- /, "  ")
    }
    if ($0 ~ /^ *path:/)
        path = after_colon()
    else if ($0 ~ /^ *permissions:/)
        mode = after_colon()
    else if ($0 ~ /^ *owner:/)
        owner = after_colon()
    else if ($0 ~ /^ *encoding:/)
        encoding = after_colon()
    else if ($0 ~ /^ *append:/)
        append = after_colon()
    else if ($0 ~ /^ *content: *[|]/) {
        match($0, /^ */)
        block = "file"
        block_indent = RLENGTH
        cut = 0
    } else if ($0 ~ /^ *content:/)
        print after_colon() >> (body "." number)
}
END {
    end_file()
    end_user()
}
