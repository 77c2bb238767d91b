#!/bin/sh
# Make the database at the first start, then serve it to this machine.
set -eu
PATH=$(echo /usr/lib/postgresql/*/bin):$PATH
data=/var/lib/postgresql/data
if [ ! -s "$data/PG_VERSION" ]; then
    rm -rf "$data"
    initdb -D "$data.new" -U postgres -E UTF8 --locale=C.UTF-8 --auth=scram-sha-256 --pwfile=/dev/stdin <<END
$(head -c 24 /dev/urandom | base64)
END
    postgres --single -D "$data.new" postgres >/dev/null <<END
CREATE ROLE callbridge LOGIN PASSWORD '$(printf %s "$DB_PASSWORD" | sed "s/'/''/g")'
CREATE DATABASE calls OWNER callbridge
END
    mv "$data.new" "$data"
fi
exec postgres -D "$data" -c listen_addresses=127.0.0.1 -c unix_socket_directories=/tmp
