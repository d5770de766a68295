#!/bin/sh
# Starts PostgreSQL. It takes the place of the image's own entry point, which sets users and passwords only once,
# on an empty volume: here they are made right at every start, before the server listens to anyone.
set -eu
umask 077
PATH="$PATH:$(echo /usr/lib/postgresql/*/bin)"
data=/var/lib/postgresql/data/pgdata
conf=/etc/postgresql/postgresql.conf

# The server insists on a key that is its own and that nobody else can read.
cp /run/secrets/server.key /run/postgresql/server.key

server=$(postgres --version | sed 's/^[^0-9]*\([0-9]*\).*/\1/')
if [ -s "$data/PG_VERSION" ] && [ "$(cat "$data/PG_VERSION")" != "$server" ]; then
  echo "FATAL: the data are those of PostgreSQL $(cat "$data/PG_VERSION"), and this is PostgreSQL $server, which cannot read them." \
    "Take the image of before under images.postgres, or follow docs/runbooks/database-versions.md." >&2
  exit 1
fi
if [ ! -s "$data/PG_VERSION" ]; then
  # Made beside its place and moved there whole, so that an interrupted start leaves nothing half made.
  rm -rf "$data.new"
  initdb --pgdata="$data.new" --username=postgres --auth=peer --data-checksums --encoding=UTF8 --locale=C.UTF-8 >/dev/null
  mv "$data.new" "$data"
fi

# Until everything is right it listens on a socket of its own, so that nobody takes it for ready.
pg_ctl --pgdata="$data" --silent --wait --timeout=300 --options="-c config_file=$conf \
  -c listen_addresses='' -c unix_socket_directories=/tmp -c log_min_messages=warning" start >/dev/null
psql --no-psqlrc --host=/tmp --username=postgres --dbname=postgres --file=/run/secrets/roles.sql >/dev/null
pg_ctl --pgdata="$data" --silent --wait --mode=fast stop >/dev/null

exec postgres -D "$data" -c config_file="$conf"
