#!/usr/bin/env bash
# Prints a Python that is 3.11 or newer and can make virtual environments: $1 if given, else the newest found.
set -euo pipefail

# Run it: a name on the path may be a version manager's shim with nothing behind it, and Debian's python3 may lack ensurepip.
is_fit() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

newest() {
    local name path
    for name in python3.13 python3.12 python3.11 python3; do
        while read -r path; do
            if is_fit "$path"; then
                echo "$path"
                return 0
            fi
        done < <(type -aP "$name")
    done
    return 1
}

if [[ -n "${1:-}" ]]; then
    if is_fit "$1"; then
        echo "$1"
        exit 0
    fi
    echo "PYTHON=$1 is not a Python 3.11 or newer with venv and ensurepip." >&2
    exit 1
fi

newest && exit 0
if [[ -r /etc/debian_version && $(id -u) == 0 ]] && type -P apt-get >/dev/null; then
    echo "no fitting Python: installing python3 and python3-venv" >&2
    export DEBIAN_FRONTEND=noninteractive
    { apt-get -q update && apt-get -q install -y --no-install-recommends python3 python3-venv; } >&2 || true
    hash -r
    newest && exit 0
fi
echo "No Python 3.11 or newer with venv was found: install one (Debian, Ubuntu: apt-get install python3 python3-venv) or name it, PYTHON=/path/to/python3." >&2
exit 1
