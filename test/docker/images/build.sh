#!/usr/bin/env bash
# Builds the images the tests with real containers use, as mainstay-test/<folder>:1.0. An image whose inputs
# did not change is left alone: a hash of them stands in its label.
set -euo pipefail
cd "$(dirname "$0")"

base=debian:bookworm-slim
label=mainstay.inputs
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Two runs at the same time would build everything twice.
exec 9>"${TMPDIR:-/tmp}/mainstay-images.lock"
if command -v flock >/dev/null; then flock -w 1200 9; fi

say() { echo "images: $*"; }
built() { docker image inspect --format "{{index .Config.Labels \"$label\"}}" "$1" 2>/dev/null || true; }
hash() { sha256sum | cut -c1-16; }

# In tests the services and the stand-ins run on the very Node that runs the tests.
node=$(node -p process.execPath)
node_hash=$({ node -p 'process.version + process.arch'; stat -Lc %s "$node"; } | hash)

# Standard output: the name of the image a folder's Dockerfile starts from.
parent_of() { sed -n 's/^FROM //p' "$1/Dockerfile" | head -1; }

# A hash of everything an image is made of, its parent included.
inputs_of() {
  local parent; parent=$(parent_of "$1")
  {
    if [[ $parent == "$base" ]]; then echo "$base_hash"; else inputs_of "$(basename "${parent%:*}")"; fi
    [[ $1 != node ]] || echo "$node_hash"
    find "$1" -type f | sort | xargs sha256sum
  } | hash
}

build_base() {
  local wanted
  wanted=$({ cat base.sh; apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 2>/dev/null; } | hash)
  if docker image inspect "$base" >/dev/null 2>&1; then
    # The real one, pulled from a registry: take it, and do not write over it.
    base_hash=$(built "$base")
    [[ -n $base_hash && $base_hash != '<no value>' ]] ||
      { base_hash=$(docker image inspect --format '{{.Id}}' "$base"); return; }
  fi
  [[ ${base_hash:-} != "$wanted" ]] || return 0
  local start=$SECONDS
  bash base.sh "$base" "$label=$wanted" >"$work/base.log" 2>&1 </dev/null ||
    { tail -30 "$work/base.log" >&2; say "$base failed" >&2; exit 1; }
  base_hash=$wanted
  say "$base in $((SECONDS - start))s"
}

build() {
  local name=$1 tag=mainstay-test/$1:1.0 start=$SECONDS inputs
  inputs=$(inputs_of "$name")
  [[ $(built "$tag") != "$inputs" ]] || return 0
  cp -r "$name" "$work/$name"
  if [[ $name == node ]]; then cp -L "$node" "$work/node/node"; fi
  # The network of the machine, because apt has to get out. Whatever builder is there will do.
  docker build --network host --label "$label=$inputs" --tag "$tag" "$work/$name" \
    >"$work/$name.log" 2>&1 </dev/null ||
    { tail -30 "$work/$name.log" >&2; say "$name failed" >&2; return 1; }
  rm -rf "${work:?}/$name"
  say "$name in $((SECONDS - start))s"
}

build_base
build node # others start from it
for dockerfile in */Dockerfile; do
  # Installing packages waits for the network and the disk, so a few more than there are cores.
  while (($(jobs -rp | wc -l) >= 4)); do wait -n || true; done
  build "$(dirname "$dockerfile")" || touch "$work/failed" &
done
wait
[[ ! -e $work/failed ]] || exit 1
# What these builds replaced, and nothing else.
docker image prune --force --filter "label=$label" >/dev/null
say "ready in ${SECONDS}s"
