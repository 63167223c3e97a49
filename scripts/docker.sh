# shellcheck shell=bash
# Sourced by the scripts that need Docker.
source scripts/install.sh

# need_docker makes sure that a Docker daemon answers: it installs one where it may,
# and starts it where nothing else does.
need_docker() {
    if docker info >/dev/null 2>&1; then
        return 0
    fi
    install_missing dockerd docker.io || {
        echo "Docker is needed, and cannot be installed here" >&2
        return 1
    }
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
        docker image inspect "$image" >/dev/null 2>&1 || timeout 120 docker pull -q "$image" >/dev/null 2>&1 || missing+=("$image")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    echo "no image can be had of: ${missing[*]}; making one of Debian's packages" >&2
    debian_image
    export HAPROXY_IMAGE=asbru-debian:latest POSTGRES_IMAGE=asbru-debian:latest REDIS_IMAGE=asbru-debian:latest
}

# debian_image makes asbru-debian:latest, with Redis, PostgreSQL and HAProxy in it.
debian_image() {
    docker image inspect asbru-debian:latest >/dev/null 2>&1 && return 0
    install_missing debootstrap debootstrap || return 1
    local root
    root=$(mktemp -d)
    debootstrap --variant=minbase --include=redis-server,postgresql,haproxy,ca-certificates bookworm "$root" >/dev/null
    install -m 0755 deploy/images/debian-entrypoint.sh "$root/entrypoint.sh"
    tar -C "$root" -c . | docker import -c 'ENTRYPOINT ["/entrypoint.sh"]' - asbru-debian:latest >/dev/null
    rm -rf "$root"
}
