#!/usr/bin/env bash
# compare.sh CC INCLUDE FOLDER [--record]: the contract as libabigail sees it, against the recorded
# baseline; and, so that the comparison is known to see something, against a header tampered with.
#
# A difference means that plugins built before would read other bytes than the host writes. Only
# members added at the end of an APPENDABLE struct and new extensions may change the baseline; then
# record it again and say so in docs/reference/versions.md.
set -euo pipefail
cc=$1 include=$(realpath "$2")
mkdir -p "$3"
folder=$(realpath "$3")
here=$(dirname "$(realpath "$0")")
baseline=$here/contract-0.9.abi
describe() {  # describe INCLUDE NAME
  # By its name alone, so that no folder of this machine gets into the record.
  (cd "$here" && "$cc" -std=c11 -g -gdwarf-4 -fPIC -shared -I"$1" -I"$include" contract.c -o "$folder/$2.so")
  abidw --no-show-locs --no-corpus-path --no-comp-dir-path --no-elf-needed "$folder/$2.so" --out-file "$folder/$2.abi"
}
describe "$include" contract
if [[ ${4:-} == --record ]]; then cp "$folder/contract.abi" "$baseline"; echo "recorded $baseline"; exit 0; fi
abidiff --no-show-locs "$baseline" "$folder/contract.abi" || {
  echo "the contract differs from the recorded baseline; see the head of $here/compare.sh"; exit 1; }

# Two members of a struct change places; a code of the same size in the middle: both must be seen.
for change in 's/xd_bytes reason; .*/int64_t retry_at_ns;\n  xd_bytes reason;/' 's/xd_bytes subject;/int64_t subject;/'; do
  mkdir -p "$folder/tampered/crossdock"
  sed "$change" "$include/crossdock/abi.h" >"$folder/tampered/crossdock/abi.h"
  describe "$folder/tampered" tampered
  if abidiff --no-show-locs "$baseline" "$folder/tampered.abi" >/dev/null; then
    echo "a changed header was not noticed: $change"; exit 1
  fi
done
rm -r "$folder/tampered"
