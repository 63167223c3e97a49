#!/usr/bin/env bash
# Works on the admin UI, which needs Node:
#   ui.sh build    installs what the pages are made with, and builds them into ui/dist
#   ui.sh test     checks and tests their source, builds them anew and fails where ui/dist is
#                  not that, and drives bin/asbru through them in Chromium
#   ui.sh figures  measures what the pages of bin/asbru cost Chromium, and the open pages an edge
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/install.sh

pnpm=.cache/pnpm/node_modules/.bin/pnpm
version=10.34.9
if [ "$("$pnpm" --version 2>/dev/null)" != "$version" ]; then
    npm install --silent --no-audit --no-fund --prefix .cache/pnpm "pnpm@$version"
fi
pnpm=$PWD/$pnpm
cd ui
"$pnpm" install --frozen-lockfile --prefer-offline --silent

# find_chromium sets chromium to the browser, if there is one or it can be installed.
find_chromium() {
    chromium=${ASBRU_TEST_CHROMIUM:-$(command -v chromium || command -v google-chrome || true)}
    if [ -z "$chromium" ] && install_missing chromium chromium; then
        chromium=$(command -v chromium)
    fi
}

case ${1-} in
build)
    "$pnpm" run --silent build
    ;;
test)
    "$pnpm" run --silent check
    "$pnpm" run --silent test
    "$pnpm" exec vite build --logLevel warn --outDir ../.cache/ui --emptyOutDir
    diff -r dist ../.cache/ui || {
        echo "ui: ui/dist is not what its source builds; run make ui" >&2
        exit 1
    }
    find_chromium
    if [ -n "$chromium" ]; then
        ASBRU_TEST_CHROMIUM=$chromium "$pnpm" run --silent e2e
    elif [ "${ASBRU_TEST_SERVICES:-}" = required ]; then
        echo "ui: Chromium is missing and cannot be installed" >&2
        exit 1
    else
        echo "ui: Chromium is missing and cannot be installed: the pages are not driven" >&2
    fi
    ;;
figures)
    find_chromium
    ASBRU_TEST_CHROMIUM=$chromium "$pnpm" run --silent figures
    cd .. && scripts/bench-cluster.sh -only ui-open -markdown
    ;;
*)
    echo "usage: ui.sh build|test|figures" >&2
    exit 2
    ;;
esac
