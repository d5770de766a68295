#!/bin/sh
# Starts the backup runner where secrets come as variables: it takes them from files, so that no child process has
# them in its environment. BACKUP_COMMAND is one of the runner's other commands, for a task of its own.
set -eu
umask 077
directory=/tmp/secrets
mkdir -p "$directory"
printf '%s' "$PASSWORD" >"$directory/password"
printf '%s' "$DATABASE_URL" >"$directory/database-url"
printf '%s' "$AUTHORITIES" >"$directory/database-authorities.pem"
unset PASSWORD DATABASE_URL AUTHORITIES

export BACKUP_PASSWORD_FILE="$directory/password"
export BACKUP_DATABASE_URL_FILE="$directory/database-url"
export DATABASE_CA_FILE="$directory/database-authorities.pem"
# Words of a command, so not in quotes.
# shellcheck disable=SC2086
exec node /backup/backup.cjs ${BACKUP_COMMAND:-run}
