#!/bin/sh
# Fetches the admin panel's libraries: sh web/refresh-panel-libraries.sh 11.2.0 3.1.1 1.6.32
# They are kept in the repository, so that the panel works offline, without a build, and loads nothing from elsewhere.
set -eu
preact=${1:?Which version of preact?} htm=${2:?Which version of htm?} uplot=${3:?Which version of uplot?}
assets=$(cd "$(dirname "$0")" && pwd)/assets
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# fetch NAME VERSION FILE…: the files and the licence, without the line that names a map, since maps are not carried.
fetch() {
  name=$1 version=$2
  shift 2
  mkdir -p "$scratch/$name" "$assets/$name"
  (cd "$scratch/$name" && npm pack --silent "$name@$version" >&2 && tar xzf ./*.tgz)
  for file in LICENSE "$@"; do
    sed -e '/^\/\/# sourceMappingURL=/d' "$scratch/$name/package/$file" > "$assets/$name/$(basename "$file")"
  done
  echo "$name $version" > "$assets/$name/VERSION"
}

fetch preact "$preact" dist/preact.mjs hooks/dist/hooks.mjs
fetch htm "$htm" dist/htm.mjs
fetch uplot "$uplot" dist/uPlot.esm.js dist/uPlot.min.css
# A browser resolves no package names.
sed -i -e 's|from"preact"|from"./preact.mjs"|' "$assets/preact/hooks.mjs"
