#!/usr/bin/env bash
# Prints the path of a Node.js that is 18 or newer and has npm beside it ($NODE, if set): the editor tests run the language server on it.
set -euo pipefail

# Run it: a name on the path may be a version manager's shim with nothing behind it.
is_fit() {
    "$1" -e 'process.exit(Number(process.versions.node.split(".")[0]) < 18 ? 1 : 0)' >/dev/null 2>&1 && type -P npm >/dev/null
}

find_node() {
    local name path
    for name in node nodejs; do
        path=$(type -P "$name") || continue
        if is_fit "$path"; then
            echo "$path"
            return 0
        fi
    done
    return 1
}

if [[ -n "${NODE:-}" ]]; then
    is_fit "$NODE" || { echo "NODE=$NODE is not a Node.js 18 or newer, or npm is missing." >&2; exit 1; }
    echo "$NODE"
    exit 0
fi
find_node && exit 0
if [[ -r /etc/debian_version && $(id -u) == 0 ]] && type -P apt-get >/dev/null; then
    echo "no fitting Node.js: installing nodejs and npm" >&2
    export DEBIAN_FRONTEND=noninteractive
    { apt-get -q update && apt-get -q install -y --no-install-recommends nodejs npm; } >&2 || true
    hash -r
    find_node && exit 0
fi
echo "The editor tests need Node.js 18 or newer with npm: install them (Debian, Ubuntu: apt-get install nodejs npm) or name one, NODE=/path/to/node." >&2
exit 1
