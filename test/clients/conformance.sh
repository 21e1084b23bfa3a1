#!/bin/sh
# Runs the OCI conformance program against lading on a folder and in memory. `conformance` must be on PATH:
# github.com/opencontainers/distribution-spec/conformance, main line.
set -eu
cd "$(dirname "$0")/../.."
if [ ! -f dist/test/clients/conformance.js ]; then
  echo 'dist/ is missing: npm run build' >&2
  exit 1
fi
exec node dist/test/clients/conformance.js "$@"
