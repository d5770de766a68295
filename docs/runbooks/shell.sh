# The words the runbooks are written in. Into a shell of your own: source docs/runbooks/shell.sh STACK
# They speak to the Docker host DOCKER_HOST names; it stands at host.address in Pulumi.STACK.yaml.
if [ -z "$1" ]; then
  echo "source docs/runbooks/shell.sh STACK: the stack is missing" >&2
  return 2
fi
export STACK=$1

# on CONTAINER COMMAND...: runs a command in a container of the stack.
on() { docker exec "mainstay-$STACK-$1" "${@:2}"; }

# ask QUERY: what Prometheus answers now.
ask() { on prometheus promtool query instant http://127.0.0.1:9090 "$1"; }

# amt ARGUMENTS: amtool, about the stack's Alertmanager.
amt() { on alertmanager amtool --alertmanager.url=http://127.0.0.1:9093 "$@"; }

# sql STATEMENT: as the superuser, from inside the database's container.
sql() { on database psql --host=/run/postgresql --username=postgres --dbname=app --command="$1"; }

# logs CONTAINER [SINCE]: its log, of the last 15 minutes unless said otherwise.
logs() { docker logs --since "${2:-15m}" "mainstay-$STACK-$1"; }
