#!/bin/sh
# What an image of Debian's programs does in the place of the official ones. With
# POSTGRES_PASSWORD it is PostgreSQL, whose database and user it makes at the first
# start, with the settings that follow "postgres"; otherwise it runs what it is told.
set -eu
if [ -z "${POSTGRES_PASSWORD:-}" ]; then
    exec "$@"
fi
as_postgres() { setpriv --reuid postgres --regid postgres --clear-groups "$@"; }
data=${PGDATA:-/var/lib/postgresql/data}/main
bin=$(echo /usr/lib/postgresql/*/bin)
mkdir -p /var/run/postgresql
chown postgres /var/run/postgresql
if [ ! -e "$data/PG_VERSION" ]; then
    mkdir -p "$data"
    chown -R postgres "$data"
    chmod 700 "$data"
    echo "$POSTGRES_PASSWORD" >/tmp/password
    chown postgres /tmp/password
    # shellcheck disable=SC2086 # it is several arguments
    as_postgres "$bin/initdb" -D "$data" -U "${POSTGRES_USER:-postgres}" --pwfile=/tmp/password -A scram-sha-256 -E UTF8 ${POSTGRES_INITDB_ARGS:-} >/dev/null
    rm /tmp/password
    echo "host all all all scram-sha-256" >>"$data/pg_hba.conf"
    printf 'local all all trust\n%s\n' "$(cat "$data/pg_hba.conf")" >"$data/pg_hba.conf"
    as_postgres "$bin/pg_ctl" -D "$data" -w start -o '-k /tmp' >/dev/null
    as_postgres "$bin/createdb" -h /tmp -U "${POSTGRES_USER:-postgres}" "${POSTGRES_DB:-postgres}" || true
    as_postgres "$bin/pg_ctl" -D "$data" -w stop >/dev/null
fi
[ "${1:-}" != postgres ] || shift
exec setpriv --reuid postgres --regid postgres --clear-groups \
    "$bin/postgres" -D "$data" -h 0.0.0.0 -k /var/run/postgresql "$@"
