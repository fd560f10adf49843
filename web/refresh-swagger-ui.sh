#!/bin/sh
# Fetches the documentation viewer's files of one version: sh web/refresh-swagger-ui.sh 5.35.0
# They are kept in the repository, so that the pages work offline and nothing is loaded from elsewhere.
set -eu
version=${1:?Which version of swagger-ui-dist?}
target=$(cd "$(dirname "$0")" && pwd)/assets/swagger-ui
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
(cd "$scratch" && npm pack --silent "swagger-ui-dist@$version" >&2 && tar xzf swagger-ui-dist-*.tgz)
for file in swagger-ui-bundle.js swagger-ui-bundle.js.LICENSE.txt swagger-ui.css LICENSE NOTICE; do
  cp "$scratch/package/$file" "$target/$file"
done
# The maps are not carried, so the browser need not ask for them.
sed -i.map -e 's|//# sourceMappingURL=.*||' -e 's|/\*# sourceMappingURL=.*\*/||' \
  "$target/swagger-ui-bundle.js" "$target/swagger-ui.css"
rm -f "$target"/*.map
echo "swagger-ui-dist $version" > "$target/VERSION"
