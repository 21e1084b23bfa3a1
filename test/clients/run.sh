#!/bin/sh
# Drives real clients (docker's command, skopeo, podman, buildah, containerd, crane, oras, regctl, helm, cosign) against
# lading, and lets docker-registry 2.8, docker/distribution 3 and lading take turns on one folder. Wants a built tree (npm run
# build). Words given as arguments choose checks by their names.
set -eu
cd "$(dirname "$0")/../.."
if [ ! -f dist/test/clients/run.js ]; then
  echo 'dist/ is missing: npm run build' >&2
  exit 1
fi
exec node dist/test/clients/run.js "$@"
