#!/usr/bin/env bash
# commands.sh SDK LIBRARY SOURCE FOLDER: the author's commands on input that is right and input that is
# not: what they say, what they write, how they exit. LIBRARY is a built connector of SOURCE.
set -uo pipefail
sdk=$1 library=$2 source=$3 folder=$4
crossdock=$sdk/bin/crossdock
rm -rf "$folder"; mkdir -p "$folder"; cd "$folder" || exit 1
failures=0
# expect STATUS WORDS COMMAND...: its exit status, and words that its output must have.
expect() {
  local status=$1 words=$2 got; shift 2
  got=$("$@" 2>&1); local was=$?
  if [[ $was != "$status" || $got != *"$words"* ]]; then
    echo "FAILED: $*"; echo "  exit $was, expected $status; expected words: $words"; echo "$got" | sed 's/^/  | /'
    failures=$((failures + 1))
  fi
}

for command in new "new connector" test golden mapping manifest keys sign verify pack; do
  # shellcheck disable=SC2086
  expect 0 Usage "$crossdock" $command --help
done
expect 64 "" "$crossdock" serve  # a host's command; this is the SDK's program

expect 64 "cannot be a connector's name" "$crossdock" new connector "../escape"
expect 64 "cannot be a connector's name" "$crossdock" new connector Acme
expect 64 "not in {source,sink,both}" "$crossdock" new connector acme --kind neither
expect 64 "no template of kind source" "$crossdock" new connector acme --lang rust --kind source
[[ -z $(ls) ]] || { echo "FAILED: something was written for a name that was refused"; failures=$((failures + 1)); }
expect 0 "writing acme" "$crossdock" new connector acme --kind both --vendor 'Acme "Tools" & Co'
expect 0 'Acme "Tools" & Co' jq -r .vendor acme/manifest.json
expect 1 "there already and not empty" "$crossdock" new connector acme
expect 1 "" grep -r my_connector acme

expect 1 "cannot be read" "$crossdock" test nowhere.so
echo "not a library" >notes.so
expect 1 "is not a 64-bit ELF shared library" "$crossdock" test notes.so
expect 1 "is not a 64-bit ELF shared library" "$crossdock" manifest notes.so
expect 0 "sha256:" "$crossdock" manifest "$library"
echo '{"configuration": {"folder": "x"}, "wrold": []}' >misspelt.json
expect 1 "wrold is not known" "$crossdock" test "$library" --config misspelt.json
expect 64 "" "$crossdock" test "$library" --only nothing
expect 3 "incomplete" "$crossdock" test "$library" --cases 5
expect 0 "seed 11" "$crossdock" test "$library" --config "$source/conformance.json" --cases 20 --seed 11 \
  --golden "$source/golden" --report report.json --junit report.xml
expect 0 true jq '.passed and .format == "crossdock.conformance/1" and .seed == 11 and (.checks | length) == 17' report.json
expect 0 "$(sha256sum <"$library" | cut -d' ' -f1)" jq -r .sha256 report.json
expect 0 "0 17" python3 -c 'import sys, xml.etree.ElementTree as t
root = t.parse("report.xml").getroot()
print(root.get("failures"), root.get("tests"))'
expect 0 '"verdict":"passed"' "$crossdock" test "$library" --config "$source/conformance.json" --only loads --json

expect 0 "2 golden pairs hold" "$crossdock" golden "$library" "$source/golden"
mkdir -p wrong/product
cp "$source"/golden/product/hammer.canonical.json wrong/product/
sed 's/Claw/Ball/' "$source"/golden/product/hammer.in.json >wrong/product/hammer.in.json
expect 1 "Ball hammer" "$crossdock" golden "$library" wrong
mkdir empty
expect 1 "holds no pair" "$crossdock" golden "$library" empty
expect 0 "origin_country" "$crossdock" mapping "$library"

# Certifying: only a report of this very library, whole, that says passed.
expect 0 "" "$crossdock" keys new judge
expect 0 "" "$crossdock" test "$library" --config "$source/conformance.json" --only loads --report one.json
expect 0 "" "$crossdock" test "$library" --cases 5 --only hostile\ bytes --report other.json
sed 's/"sha256":"../"sha256":"00/' report.json >foreign.json
sed 's/crossdock.conformance\/1/acme.report\/1/' report.json >homemade.json
expect 0 "files" "$crossdock" pack "$library" --out none.xdpack
expect 1 "holds no report.json" "$crossdock" sign none.xdpack --key judge.key --certify
for report in "one:without the check" "other:without the check" "foreign:another library" "homemade:did not write"; do
  expect 0 "files" "$crossdock" pack "$library" --report "${report%%:*}.json" --out "${report%%:*}.xdpack"
  expect 1 "${report#*:}" "$crossdock" sign "${report%%:*}.xdpack" --key judge.key --certify
done
expect 0 "files" "$crossdock" pack "$library" --report report.json --out whole.xdpack
expect 0 "certified by" "$crossdock" sign whole.xdpack --key judge.key --certify
expect 64 "" "$crossdock" sign whole.xdpack
exit $((failures > 0))
