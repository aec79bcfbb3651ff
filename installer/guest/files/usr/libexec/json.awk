# Flattens JSON to lines of "path<tab>value": .public_keys.mine<tab>ssh-ed25519 AAAA
# Texts keep their escapes, so that each is one line.
{ text = text $0 "\n" }

END { value("") }

function blank() { sub(/^[ \t\r\n]+/, "", text) }

function take(pattern, taken) {
    if (!match(text, pattern)) {
        text = "" # not JSON: nothing more is read
        return ""
    }
    taken = substr(text, 1, RLENGTH)
    text = substr(text, RLENGTH + 1)
    return taken
}

function string(taken) {
    taken = take("^\"([^\"\\\\]|\\\\.)*\"")
    return substr(taken, 2, length(taken) - 2)
}

function value(path, first, key, count) {
    blank()
    first = substr(text, 1, 1)
    if (first == "{" || first == "[") {
        text = substr(text, 2)
        blank()
        while (text != "" && substr(text, 1, 1) != "}" && substr(text, 1, 1) != "]") {
            if (first == "{") {
                key = string()
                take("^[ \t\r\n]*:")
            } else {
                key = count++
            }
            value(path "." key)
            blank()
            sub(/^,[ \t\r\n]*/, "", text)
        }
        text = substr(text, 2)
    } else if (first == "\"") {
        print path "\t" string()
    } else if (text != "") {
        print path "\t" take("^[^,}\\] \t\r\n]+")
    }
}
