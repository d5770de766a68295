# The words the runbooks are written in. Into a bash of your own, in the project's directory:
# source docs/runbooks/shell.sh STACK
if [ ! -f "Pulumi.$1.yaml" ]; then
  echo "source docs/runbooks/shell.sh STACK: there is no Pulumi.$1.yaml here" >&2
  return 2
fi
export STACK=$1
if grep -qE '^ *platform: *"?aws' "Pulumi.$STACK.yaml"; then
  source docs/runbooks/shell-aws.sh
else
  source docs/runbooks/shell-docker.sh
fi
