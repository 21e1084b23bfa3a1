#!/bin/sh
# Prints the path of a tar of a minimal Debian. It is made once, with the archive that this machine's apt uses, and kept in
# the cache folder.
set -eu
PATH="$PATH:/usr/sbin:/sbin"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/lading-ci"
# shellcheck disable=SC2016 # The names are apt's.
origin=$(apt-get indextargets --format '$(SITE) $(CODENAME)' | grep -v -- '-[a-z]*$' | head -n 1)
site=${origin% *} codename=${origin#* }
if [ -z "$codename" ]; then
  echo 'apt knows no Debian archive' >&2
  exit 1
fi
tarball="$cache/debian-$codename-minbase.tar.gz"
if [ ! -f "$tarball" ]; then
  mkdir -p "$cache"
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  debootstrap --variant=minbase "$codename" "$work/root" "$site" >&2
  tar -C "$work/root" --exclude='./dev/*' --exclude='./var/cache/apt/archives/*.deb' --exclude='./var/lib/apt/lists/*' \
    -czf "$tarball.partial" .
  mv "$tarball.partial" "$tarball"
fi
echo "$tarball"
