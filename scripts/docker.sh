# shellcheck shell=bash
# Sourced by the scripts that need Docker.
source scripts/install.sh

# need_docker makes sure that a Docker daemon answers: it installs one where it may,
# and starts it where nothing else does.
need_docker() {
    docker info >/dev/null 2>&1 && return 0
    install_missing dockerd docker.io || {
        echo "Docker is needed, and cannot be installed here" >&2
        return 1
    }
    start_docker
}

# start_docker starts the Docker daemon that is installed, where nothing else does.
start_docker() {
    if [ "$(id -u)" -eq 0 ] && ! pgrep -x dockerd >/dev/null; then
        mkdir -p .cache
        nohup dockerd >.cache/dockerd.log 2>&1 &
    fi
    for _ in $(seq 60); do
        docker info >/dev/null 2>&1 && return 0
        sleep 0.5
    done
    echo "the Docker daemon does not answer; see .cache/dockerd.log" >&2
    return 1
}

# compose_version is the Compose that is built where there is none.
compose_version=latest

# need_compose makes sure that `docker compose` is there. Where the plugin is not
# installed it is built once, from source.
need_compose() {
    if docker compose version >/dev/null 2>&1; then
        return 0
    fi
    local plugins=${DOCKER_CONFIG:-$HOME/.docker}/cli-plugins folder
    folder=$(mktemp -d)
    echo "building docker compose, once" >&2
    (
        cd "$folder"
        go mod init compose
        go get "github.com/docker/compose/v2/cmd@$compose_version"
        mkdir -p "$plugins"
        CGO_ENABLED=0 go build -o "$plugins/docker-compose" github.com/docker/compose/v2/cmd
    ) >/dev/null 2>&1 || {
        echo "docker compose is needed, and cannot be built here" >&2
        return 1
    }
    rm -rf "$folder"
    docker compose version >/dev/null
}

# images_of_others makes sure that the images of what Asbru does not bring along are
# there. Where none can be pulled, one with the same programs is made of Debian's
# packages, and the variables that name the images are set to it.
images_of_others() {
    local image missing=()
    for image in "${HAPROXY_IMAGE:-haproxy:3.2}" "${POSTGRES_IMAGE:-postgres:17}" "${REDIS_IMAGE:-redis:8}"; do
        can_have "$image" 120 || missing+=("$image")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    echo "no image can be had of: ${missing[*]}; making one of Debian's packages" >&2
    debian_image
    export HAPROXY_IMAGE=asbru-debian:latest POSTGRES_IMAGE=asbru-debian:latest REDIS_IMAGE=asbru-debian:latest
}

# can_have IMAGE SECONDS says whether an image is here, or can be pulled within that time.
can_have() {
    docker image inspect "$1" >/dev/null 2>&1 || timeout "$2" docker pull -q "$1" >/dev/null 2>&1
}

# debian_image makes asbru-debian:latest, with Redis, PostgreSQL and HAProxy in it. The
# packages are an image of their own, which is kept when the entrypoint changes.
debian_image() {
    local root packages=asbru-debian-packages:latest
    if ! docker image inspect "$packages" >/dev/null 2>&1; then
        install_missing debootstrap debootstrap || return 1
        root=$(mktemp -d)
        debootstrap --variant=minbase --include=redis-server,postgresql,haproxy,ca-certificates bookworm "$root" >/dev/null &&
            tar -C "$root" -c . | docker import - "$packages" >/dev/null || return 1
        rm -rf "$root"
    fi
    printf 'FROM %s\nCOPY debian-entrypoint.sh /entrypoint.sh\nENTRYPOINT ["/entrypoint.sh"]\n' "$packages" |
        DOCKER_BUILDKIT=0 docker build -q -t asbru-debian:latest -f - deploy/images >/dev/null
}

# installed_image makes asbru-installed:latest of the PostgreSQL and the Redis that are
# installed on this machine, in a few seconds: nothing is fetched.
installed_image() {
    local root folder files
    root=$(mktemp -d)
    for folder in bin sbin lib lib64; do # as they are here: links into /usr, or not
        [ ! -L "/$folder" ] || { mkdir -p "$root/usr/$folder" && ln -s "usr/$folder" "$root/$folder"; }
    done
    mkdir -m 1777 "$root/tmp"
    files=$(command -v sh cat chmod chown mkdir rm setpriv redis-server && ls -d /usr/lib/postgresql/*/bin/*) || return 1
    # shellcheck disable=SC2086 # they are many words
    files="$files $(ldd $files 2>/dev/null | grep -o '/[^ ]*\.so[^ ]*' | sort -u)"
    # shellcheck disable=SC2086
    cp -L --parents $files /etc/passwd /etc/group "$root" &&
        cp -rL --parents /usr/lib/postgresql /usr/share/postgresql /usr/share/zoneinfo "$root" || return 1
    install -m 0755 deploy/images/debian-entrypoint.sh "$root/entrypoint.sh"
    tar -C "$root" --exclude='llvm*' -c . | docker import -c 'ENTRYPOINT ["/entrypoint.sh"]' - asbru-installed:latest >/dev/null
    rm -rf "$root"
}
