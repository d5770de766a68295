# What shell.sh sets up for a stack on the Docker host DOCKER_HOST names; it stands at host.address in Pulumi.STACK.yaml.

# on CONTAINER COMMAND...: runs a command in a container of the stack.
on() { docker exec "mainstay-$STACK-$1" "${@:2}"; }

# containers PATTERN OPTIONS...: those that were started, by what their names begin with.
containers() { docker ps --all --filter "name=^/mainstay-$STACK-$1" --filter status=running --filter status=restarting --filter status=exited "${@:2}"; }

# of NAME: the containers of a service, or the one of that name.
of() { containers "$1(-(candidate-)?[0-9]+)?$" --format '{{.Names}}'; }

# ask QUERY: what Prometheus answers now.
ask() { on prometheus promtool query instant http://127.0.0.1:9090 "$1"; }

# amt ARGUMENTS: amtool, about the stack's Alertmanager.
amt() { on alertmanager amtool --alertmanager.url=http://127.0.0.1:9093 "$@"; }

# alerts: those somebody is told of.
alerts() { amt alert query; }

# silence ALERT HOURS WHY: nobody is told of an alert for so long.
silence() { amt silence add "alertname=$1" --duration="$2h" --author="${USER:-operator}" --comment="$3"; }

# silences: those that are in force.
silences() { amt silence query; }

# sql STATEMENT: as the superuser, from inside the database's container.
sql() { on database psql --host=/run/postgresql --username=postgres --dbname=app --command="$1"; }

# backup COMMAND: the backup runner's list, check, once full, once events, once drill.
backup() { on backups node /backup/backup.cjs "$@"; }

# logs NAME [SINCE]: of all copies, of the last 15 minutes unless said otherwise.
logs() {
  local container found
  found=$(of "$1")
  if [ -z "$found" ]; then
    echo "No such container: mainstay-$STACK-$1" >&2
    return 1
  fi
  for container in $found; do docker logs --since "${2:-15m}" "$container" 2>&1; done
}

# copies [NAME]: what runs of a service, or of everything, and how it is.
copies() { containers "${1:-}" --format 'table {{.Names}}\t{{.Status}}'; }

# died [NAME]: how containers ended the last time: exit code, killed for memory or not, starts by itself.
died() { containers "${1:-}" --quiet | xargs docker inspect --format '{{.Name}} {{.State.ExitCode}} {{.State.OOMKilled}} {{.RestartCount}}'; }

# restart NAME: one copy after the other, each once the one before is healthy again; what was stopped is started.
restart() {
  local container seconds
  for container in $(of "$1"); do
    docker restart "$container" || return
    seconds=120
    until docker inspect --format '{{if .State.Health}}{{.State.Health.Status}}{{else}}{{.State.Status}}{{end}}' "$container" | grep -qE '^(healthy|running)$'; do
      if [ $((seconds -= 1)) -lt 0 ]; then
        echo "$container has not become healthy within two minutes: no other copy was restarted after it" >&2
        return 1
      fi
      sleep 1
    done
  done
}

# stop NAME: all copies.
stop() { of "$1" | xargs docker stop; }

# room: what the database's disk has left.
room() { on database df -h /var/lib/postgresql/data; }

# move_data FROM TO: gives a folder on the database's disk another name, while the database is stopped.
move_data() {
  local image
  image=$(docker inspect --format '{{.Image}}' "mainstay-$STACK-database") || return
  docker run --rm --network none --user 999:999 --entrypoint mv --volume "mainstay-$STACK-database-data:/data" "$image" "/data/$1" "/data/$2"
}
