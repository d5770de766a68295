#!/usr/bin/env bash
# Makes the image every other one stands on, since no registry can be reached: Debian's smallest system,
# unpacked by debootstrap. Usage: base.sh TAG LABEL. Needs root.
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin

tag=$1 label=$2 release=bookworm
root=$(mktemp -d)
# In memory: dpkg syncs every file, which nearly doubles the time on a disk.
mount -t tmpfs tmpfs "$root"
trap 'umount -l "$root"; rmdir "$root"' EXIT

# Where packages come from is the machine's affair: ask its apt.
sources=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Identifier: Packages' |
  awk -v r="$release" '$2 == r || index($2, r "-") == 1' | sort -u)
mirror=$(awk -v r="$release" '$2 == r { print $1; exit }' <<<"$sources")
debootstrap --variant=minbase "$release" "$root" "$mirror"

# The same sources and download options (a proxy, an old snapshot's dates) for what is built on it.
awk '{ print "deb", $0 }' <<<"$sources" >"$root/etc/apt/sources.list"
apt-config dump | grep -E '^Acquire::' | grep -vE '^Acquire::(IndexTargets|Changelogs|CompressionTypes|cdrom)' \
  >"$root/etc/apt/apt.conf.d/90machine" || true

# As in Debian's own slim image: no services started by packages, no documentation, no syncing.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
{
  echo force-unsafe-io
  for dir in doc groff info lintian linda locale man; do
    echo "path-exclude=/usr/share/$dir/*"
    rm -rf "${root:?}/usr/share/$dir"/*
  done
  # 200 MB that only the page of Debian's Prometheus refers to.
  echo 'path-exclude=/usr/share/javascript/moment-timezone/data/unpacked/*'
} >"$root/etc/dpkg/dpkg.cfg.d/slim"
# apt's own caches take 70 MB in every image, and an image is built with apt only once.
printf 'Dir::Cache::pkgcache "";\nDir::Cache::srcpkgcache "";\n' >"$root/etc/apt/apt.conf.d/91small"
echo 'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb"; };' >>"$root/etc/apt/apt.conf.d/91small"
rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/* "$root"/var/log/*.log
rm -f "$root/etc/hostname" "$root/etc/resolv.conf"

tar -C "$root" --numeric-owner --one-file-system -c . |
  docker import --change 'CMD ["bash"]' --change "LABEL $label" - "$tag" >/dev/null
