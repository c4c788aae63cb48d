# JSON for shell scripts, in POSIX awk (RFC 8259). Run with LC_ALL=C: it works on bytes.
#
#   awk -v want=jobs.0.id -f json.awk            prints the raw JSON at a path; an empty path is the whole text. Exit 1: not there, or no JSON.
#   awk -v want=jobs.0.id -v decode=1 …          prints a string as its text
#   awk -v encode=1 …                            prints any text as a JSON string, without the line end after its last line

{ text = text (NR > 1 ? "\n" : "") $0 }

END {
  if (encode) {
    printf "%s", quoted(text)
    exit 0
  }
  at = 1
  if (!value("", 0)) exit 1
  space()
  if (at <= length(text) || !found) exit 1
  printf "%s", decode && raw ~ /^"/ ? unquoted(raw, 1) : raw
}

function space() { while (at <= length(text) && index(" \t\n\r", substr(text, at, 1))) at++ }

function value(path, depth,   start, c, ok) {
  space()
  start = at
  c = substr(text, at, 1)
  if (depth > 30) return 0
  if (c == "{") ok = object(path, depth)
  else if (c == "[") ok = array(path, depth)
  else if (c == "\"") ok = string()
  else if (match(substr(text, at, 400), /^(true|false|null|-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?)/)) { at += RLENGTH; ok = 1 }
  if (ok && path == want) { raw = substr(text, start, at - start); found = 1 }
  return ok
}

function object(path, depth,   start, name, more) {
  at++
  space()
  if (substr(text, at, 1) == "}") { at++; return 1 }
  do {
    space()
    start = at
    if (substr(text, at, 1) != "\"" || !string()) return 0
    name = unquoted(substr(text, start, at - start), 0)
    space()
    if (substr(text, at++, 1) != ":") return 0
    if (!value(path == "" ? name : path "." name, depth + 1)) return 0
    space()
    more = substr(text, at++, 1)
  } while (more == ",")
  return more == "}"
}

function array(path, depth,   i, more) {
  at++
  space()
  if (substr(text, at, 1) == "]") { at++; return 1 }
  do {
    if (!value(path == "" ? i + 0 : path "." i + 0, depth + 1)) return 0
    i++
    space()
    more = substr(text, at++, 1)
  } while (more == ",")
  return more == "]"
}

function string(   c) {
  at++
  while (at <= length(text)) {
    if (match(substr(text, at, 99), /^[^"\\\001-\037]+/)) { at += RLENGTH; continue }
    c = substr(text, at, 1)
    if (c == "\"") { at++; return 1 }
    if (c != "\\") return 0
    c = substr(text, at + 1, 1)
    if (c == "u" && substr(text, at + 2, 4) ~ /^[0-9a-fA-F][0-9a-fA-F][0-9a-fA-F][0-9a-fA-F]$/) at += 6
    else if (c != "" && index("\"\\/bfnrt", c)) at += 2
    else return 0
  }
  return 0
}

function unquoted(raw, direct,   out, i, c, n, low) {
  for (i = 2; i < length(raw); i++) {
    if (direct && length(out) > 999) { printf "%s", out; out = "" } # joining long text to long text would take for ever
    if (match(substr(raw, i, 99), /^[^"\\]+/)) { out = out substr(raw, i, RLENGTH); i += RLENGTH - 1; continue }
    c = substr(raw, ++i, 1)
    if (c == "b") out = out "\b"
    else if (c == "f") out = out "\f"
    else if (c == "n") out = out "\n"
    else if (c == "r") out = out "\r"
    else if (c == "t") out = out "\t"
    else if (c != "u") out = out c
    else {
      n = hex(substr(raw, i + 1, 4))
      i += 4
      if (n >= 55296 && n < 56320) { # the first half of a surrogate pair; the service lets no lonely one in
        low = hex(substr(raw, i + 3, 4))
        n = 65536 + (n - 55296) * 1024 + low - 56320
        i += 6
      }
      out = out utf8(n)
    }
  }
  return out
}

function hex(digits,   i, n) {
  for (i = 1; i <= 4; i++) n = n * 16 + index("0123456789abcdef", tolower(substr(digits, i, 1))) - 1
  return n
}

function utf8(n) {
  if (n < 128) return sprintf("%c", n)
  if (n < 2048) return sprintf("%c%c", 192 + int(n / 64), 128 + n % 64)
  if (n < 65536) return sprintf("%c%c%c", 224 + int(n / 4096), 128 + int(n / 64) % 64, 128 + n % 64)
  return sprintf("%c%c%c%c", 240 + int(n / 262144), 128 + int(n / 4096) % 64, 128 + int(n / 64) % 64, 128 + n % 64)
}

function quoted(plain,   i, c) {
  gsub(/["\\]/, "\\\\&", plain)
  gsub(/\n/, "\\n", plain)
  for (i = 1; i < 32 && plain ~ /[\001-\037]/; i++) {
    c = sprintf("%c", i)
    gsub(c, sprintf("\\u%04x", i), plain)
  }
  return "\"" plain "\""
}
