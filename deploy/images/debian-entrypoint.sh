#!/bin/sh
# What an image of Debian's packages does in the place of the official ones. With
# POSTGRES_PASSWORD it is PostgreSQL, whose database and user it makes at the first
# start; otherwise it runs what it is told.
set -eu
if [ -z "${POSTGRES_PASSWORD:-}" ]; then
    exec "$@"
fi
data=${PGDATA:-/var/lib/postgresql/data}/main
bin=$(echo /usr/lib/postgresql/*/bin)
if [ ! -e "$data/PG_VERSION" ]; then
    mkdir -p "$data"
    chown -R postgres "$data"
    chmod 700 "$data"
    echo "$POSTGRES_PASSWORD" >/tmp/password
    chown postgres /tmp/password
    su postgres -c "$bin/initdb -D $data -U ${POSTGRES_USER:-postgres} --pwfile=/tmp/password -A scram-sha-256" >/dev/null
    rm /tmp/password
    echo "host all all all scram-sha-256" >>"$data/pg_hba.conf"
    printf 'local all all trust\n%s\n' "$(cat "$data/pg_hba.conf")" >"$data/pg_hba.conf"
    su postgres -c "$bin/pg_ctl -D $data -w start -o '-k /tmp'" >/dev/null
    su postgres -c "$bin/createdb -h /tmp -U ${POSTGRES_USER:-postgres} ${POSTGRES_DB:-postgres}" || true
    su postgres -c "$bin/pg_ctl -D $data -w stop" >/dev/null
fi
mkdir -p /var/run/postgresql
chown postgres /var/run/postgresql
exec su postgres -c "exec $bin/postgres -D $data -h 0.0.0.0 -k /var/run/postgresql"
