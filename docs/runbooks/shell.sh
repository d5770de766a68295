# The words the runbooks are written in. Into a bash of your own, in the project's directory:
# source docs/runbooks/shell.sh STACK
if [ ! -f "Pulumi.$1.yaml" ]; then
  echo "source docs/runbooks/shell.sh STACK: there is no Pulumi.$1.yaml here" >&2
  return 2
fi
export STACK=$1
# `pulumi` itself finds state and passphrase where Mainstay's commands have them, unless something else was chosen.
if [ -z "${PULUMI_BACKEND_URL:-}" ] && ! grep -q '^backend:' Pulumi.yaml; then
  PULUMI_BACKEND_URL=$(node -p 'require("url").pathToFileURL(".state").href')
  export PULUMI_BACKEND_URL
fi
if [ -z "${PULUMI_CONFIG_PASSPHRASE+set}${PULUMI_CONFIG_PASSPHRASE_FILE+set}" ] && [ -f .state/passphrase ]; then
  export PULUMI_CONFIG_PASSPHRASE_FILE=$PWD/.state/passphrase
fi
if grep -qE '^ *platform: *"?aws' "Pulumi.$STACK.yaml"; then
  source docs/runbooks/shell-aws.sh
else
  source docs/runbooks/shell-docker.sh
fi
