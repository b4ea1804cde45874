#!/usr/bin/env bash
# guide.sh SDK LIBRARY SOURCE FOLDER PAGE: the commands of a page of the guide, those that begin with
# "    $ ", one after another as they stand there, in the folder of a connector that has been built.
set -euo pipefail
sdk=$1 library=$2 source=$3 folder=$4 page=$5
rm -rf "$folder"; mkdir -p "$folder/build/connectors"
cp "$library" "$folder/build/connectors/acme_desk.so"
cp -r "$source/conformance.json" "$source/golden" "$folder/"
echo "# Acme Desk" >"$folder/README.md"
cd "$folder"
export PATH=$sdk/bin:/usr/bin:/bin
count=0
while IFS= read -r command; do
  echo "\$ $command"
  eval "$command" </dev/null || { echo "failed: $command"; exit 1; }
  count=$((count + 1))
done < <(sed -n 's/^    \$ //p' "$page")
[[ $count -ge 4 ]] || { echo "the page has lost its commands"; exit 1; }
# What the page ends with holds: a version that was withdrawn is loaded nowhere.
if [[ $page == *signing-connectors.md ]]; then
  if crossdock verify acme_desk-1.0.0.xdpack --store trust; then echo "it was withdrawn"; exit 1; fi
fi
