#!/usr/bin/env bash
# Prints the path of the Chromium or Chrome for the browser tests ($CHROMIUM, if set), and sees that Japanese and Korean can be drawn.
set -euo pipefail

can_install() {
    [[ -r /etc/debian_version && $(id -u) == 0 ]] && type -P apt-get >/dev/null
}

install() {
    echo "installing $*" >&2
    export DEBIAN_FRONTEND=noninteractive
    { apt-get -q update && apt-get -q install -y --no-install-recommends "$@"; } >&2
}

# Run it: on Ubuntu chromium-browser may be a stub that only asks for a snap.
runs() {
    "$1" --version >/dev/null 2>&1
}

find_browser() {
    local name path
    for name in chromium chromium-browser google-chrome google-chrome-stable "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
        path=$(type -P "$name") || continue
        if runs "$path"; then
            echo "$path"
            return 0
        fi
    done
    return 1
}

# Without fonts for them Chromium draws boxes. Where fc-list is missing nobody can tell.
has_fonts() {
    type -P fc-list >/dev/null && [[ -n $(fc-list :lang=ja) && -n $(fc-list :lang=ko) ]]
}

if [[ -n "${CHROMIUM:-}" ]]; then
    runs "$CHROMIUM" || { echo "CHROMIUM=$CHROMIUM does not run." >&2; exit 1; }
    browser=$CHROMIUM
elif ! browser=$(find_browser); then
    if can_install; then
        install chromium fonts-noto-cjk fonts-open-sans || true
        hash -r
    fi
    browser=$(find_browser) || {
        echo "The browser tests need Chromium or Chrome: install one (Debian: apt-get install chromium fonts-noto-cjk fonts-open-sans) or name it, CHROMIUM=/path/to/chromium." >&2
        exit 1
    }
fi

if ! has_fonts; then
    if can_install; then
        install fontconfig fonts-noto-cjk || true
    fi
    has_fonts || echo "note: no fonts for Japanese and Korean were found; charts will show boxes (Debian: apt-get install fontconfig fonts-noto-cjk)" >&2
fi
echo "$browser"
