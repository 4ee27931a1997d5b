#!/usr/bin/env bash
# Prints the path of a Java that is 17 or newer ($JAVA_HOME's, if set), on which Spark runs.
set -euo pipefail

# Run it: on macOS java is there in any case, and may have nothing behind it.
is_fit() {
    local version
    version=$("$1" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p')
    [[ -n $version && $version -ge 17 ]]
}

find_java() {
    local path
    path=$(type -P java) && is_fit "$path" && echo "$path"
}

if [[ -n "${JAVA_HOME:-}" ]]; then
    is_fit "$JAVA_HOME/bin/java" || { echo "JAVA_HOME=$JAVA_HOME has no Java 17 or newer." >&2; exit 1; }
    echo "$JAVA_HOME/bin/java"
    exit 0
fi
find_java && exit 0
if [[ -r /etc/debian_version && $(id -u) == 0 ]] && type -P apt-get >/dev/null; then
    echo "no fitting Java: installing default-jre-headless" >&2
    export DEBIAN_FRONTEND=noninteractive
    { apt-get -q update && apt-get -q install -y --no-install-recommends default-jre-headless; } >&2 || true
    hash -r
    find_java && exit 0
fi
echo "Spark needs Java 17 or newer: install it (Debian, Ubuntu: apt-get install default-jre-headless) or name one, JAVA_HOME=/path/to/it." >&2
exit 1
