#!/bin/sh
# Starts Debian's postgres_exporter, 0.11, the way a newer one is started. It does not know these collectors, nor the
# figures of tables, and PostgreSQL 15 has its checkpoints in another view: queries of its own ask PostgreSQL for the
# same and give it the newer names. That the newer one has them is known from it itself:
# test/observability/reviewed/exporters.
set -eu

cat "${PG_EXPORTER_EXTEND_QUERY_PATH:-/dev/null}" /stand-in/queries.yaml >/dev/shm/queries.yaml
export PG_EXPORTER_EXTEND_QUERY_PATH=/dev/shm/queries.yaml

for argument do
  shift
  case $argument in
    --collector.postmaster | --collector.stat_checkpointer) ;;
    *) set -- "$@" "$argument" ;;
  esac
done
exec /usr/bin/prometheus-postgres-exporter "$@"
