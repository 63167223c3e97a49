# shellcheck shell=bash
# Sourced by the other scripts.

# install_missing COMMAND PACKAGE... installs the Debian packages when COMMAND is
# not there. It fails when COMMAND is still not there afterwards.
install_missing() {
    local command=$1
    shift
    if command -v "$command" >/dev/null; then
        return 0
    fi
    install_packages "$@" || return 1
    command -v "$command" >/dev/null
}

# install_packages PACKAGE... installs Debian packages, as root or by sudo
# without a password. It fails on other systems and for other users.
install_packages() {
    local as_root=()
    command -v apt-get >/dev/null || return 1
    if [ "$(id -u)" -ne 0 ]; then
        sudo -n true 2>/dev/null || return 1
        as_root=(sudo -n)
    fi
    "${as_root[@]}" apt-get update -qq || return 1
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}
