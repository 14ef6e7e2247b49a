# serve.sh: for check-apxs, check-build, check-core and check-hosts: a server that is started, asked by curl, and stopped. A script that reads this has said what it is
# called ($check), and gets a folder that goes away ($work) with a ServerRoot in it ($root).
work=$(mktemp -d) server='' address=''
root=$work/root
trap 'stop 2> /dev/null || true; rm -rf "$work"' EXIT
# Servers that root starts serve as somebody else.
chmod 755 "$work"
mkdir -p "$root/conf" "$root/logs" "$root/htdocs"

fail() {
    echo "$check: $*" >&2
    [ ! -f "$root/logs/error_log" ] || tail -n 5 "$root/logs/error_log" >&2
    exit 1
}

# until_true CONDITION...: within half a minute.
until_true() {
    tries=0
    until "$@" 2> /dev/null; do
        tries=$((tries + 1))
        [ $tries -lt 150 ] || fail "waited in vain: $*"
        sleep 0.2
    done
}

# configuration NAME...: what every one of them begins with, and a place for each handler.
configuration() {
    printf 'Listen 127.0.0.1:0\nServerName localhost\n'
    printf '<IfModule unixd_module>\n    User #65534\n    Group #65534\n</IfModule>\n<IfModule mime_module>\n    TypesConfig /dev/null\n</IfModule>\n'
    for name; do printf '<Location /%s>\n    SetHandler %s\n</Location>\n' "$name" "$name"; done
}

# start HTTPD [ARGUMENT...]: with the configuration below $root.
start() {
    "$@" -d "$root" -D FOREGROUND 2> "$work/err" &
    server=$!
    until_true grep -q 'listening on' "$work/err"
    address=$(sed -n 's/.*listening on //p' "$work/err" | head -n 1)
}

stop() {
    [ -n "$server" ] || return 0
    kill "$server" && wait "$server" && server=''
}

# says NAME TEXT: the server answers so.
says() { [ "$(curl -s --max-time 5 "http://$address/$1")" = "$2" ]; }

# told TEXT: it stands in the log.
told() { grep -q "$1" "$root/logs/error_log"; }
