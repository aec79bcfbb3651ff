# Splits a multipart message: the parts go to files <out>.1, <out>.2 ...; printed is one line for each,
# "encoding<tab>file". A part that is a multipart message itself keeps its headers.
function begin() {
    number++
    file = out "." number
    printf "" > file
    in_headers = 1
    encoding = "plain"
    nested = 0
    headers = ""
}
function finish() {
    if (number)
        print encoding "\t" file
    close(file)
}

{ sub(/\r$/, "") }

!boundary {
    if (match($0, /boundary="?[^";]+/)) {
        boundary = substr($0, RSTART, RLENGTH)
        sub(/boundary="?/, "", boundary)
    }
    next
}
$0 == "--" boundary { finish(); begin(); next }
$0 == "--" boundary "--" { finish(); number = 0; exit }
!number { next }
in_headers && /^$/ {
    in_headers = 0
    if (nested) {
        encoding = "plain"
        printf "%s\n", headers > file
    }
    next
}
in_headers {
    headers = headers $0 "\n"
    if (tolower($0) ~ /^content-type:.*multipart\//)
        nested = 1
    if (tolower($0) ~ /^content-transfer-encoding: *base64/)
        encoding = "base64"
    next
}
{ print > file }
