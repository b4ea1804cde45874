#!/usr/bin/env bash
# debian_package.sh BUILD SDK FOLDER: the Debian package holds what is installed, and its programs run
# from where it puts them.
set -euo pipefail
build=$1 sdk=$2 folder=$3
repository=$(realpath "$(dirname "$0")/../..")
rm -rf "$folder"
mkdir -p "$folder"
deb=$("$repository/packaging/crossdock-sdk-dev/build" "$build" "$folder")
dpkg-deb --extract "$deb" "$folder/root"
dpkg-deb --control "$deb" "$folder/control"
for file in include/crossdock/abi.h include/crossdock/sdk.hpp include/crossdock/testing/recording_host.hpp \
  include/crossdock/canonical/codec.hpp lib/libcrossdock_canonical.a lib/cmake/Crossdock/plugin.version \
  lib/cmake/Crossdock/CrossdockConfig.cmake lib/crossdock/sdk/crossdock-trial share/crossdock/templates/cpp/both/connector.cpp \
  share/crossdock/schemas/order.json share/doc/crossdock-sdk-dev/guide/first-connector.md; do
  [[ -f $folder/root/usr/$file ]] || { echo "the package lacks usr/$file"; exit 1; }
done
# Nothing more and nothing less than the installation, whose bin/crossdock is an alternative here.
diff <(cd "$sdk" && find . ! -path './bin*' -type f | sort) <(cd "$folder/root/usr" && find . -type f | sort)
(cd "$folder/root" && md5sum --quiet -c "$folder/control/md5sums")
grep -q '^Package: crossdock-sdk-dev$' "$folder/control/control"
grep -q 'update-alternatives --install' "$folder/control/postinst"
"$folder/root/usr/lib/crossdock/sdk/crossdock" new connector from_the_package --folder "$folder/new" >/dev/null
[[ -f $folder/new/connector.cpp ]]
