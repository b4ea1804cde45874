#!/usr/bin/env bash
# host_package.sh BUILD FOLDER: the host's Debian package holds what it must, its unit asks for no right
# that it does not need, and its programs run from where it puts them with connectors it has signed.
set -euo pipefail
build=$1 folder=$2
repository=$(realpath "$(dirname "$0")/../../..")
rm -rf "$folder"; mkdir -p "$folder"
deb=$("$repository/packaging/crossdock/build" "$build" "$folder")
dpkg-deb --extract "$deb" "$folder/root"
dpkg-deb --control "$deb" "$folder/control"
root=$folder/root
for file in usr/lib/crossdock/bin/crossdock usr/lib/crossdock/bin/crossdock-worker usr/bin/crossdock-x12 \
  usr/lib/crossdock/connectors/package.pub usr/lib/systemd/system/crossdock.service etc/crossdock/crossdock.info \
  usr/share/doc/crossdock/guide/operating.md; do
  [[ -e $root/$file ]] || { echo "the package lacks $file"; exit 1; }
done
[[ $(ls "$root"/usr/lib/crossdock/connectors/*.xdpack | wc -l) == 4 ]]
[[ -z $(find "$root" "$folder" -name '*.key') ]] || { echo "a signing key was left behind"; exit 1; }
[[ -n $(find "$root/usr/lib/crossdock/share/crossdock/x12/grammars" -type f | head -1) ]]
(cd "$root" && md5sum --quiet -c "$folder/control/md5sums")
grep -q '^Depends:.*libssl3.*libzmq5' "$folder/control/control" || { cat "$folder/control/control"; exit 1; }
for script in postinst prerm postrm; do sh -n "$folder/control/$script"; done

if command -v systemd-analyze >/dev/null; then
  unit=$root/usr/lib/systemd/system/crossdock.service
  # What the unit leaves open, as systemd counts it: 0 nothing, 10 everything.
  systemd-analyze security --offline=true --threshold=25 --no-pager "$unit" >"$folder/exposure" || {
    tail -1 "$folder/exposure"; echo "the unit asks for more rights than it did"; exit 1; }
  tail -1 "$folder/exposure"
  said=$(systemd-analyze verify --man=no "$unit" 2>&1 | grep -i crossdock | grep -v 'is not executable' || true)
  [[ -z $said ]] || { echo "$said"; exit 1; }
fi

# As postinst does it, below FOLDER.
crossdock=$root/usr/lib/crossdock/bin/crossdock
"$crossdock" keys trust "$root/usr/lib/crossdock/connectors/package.pub" --plugin edi_x12 --store "$folder/etc/trust" >/dev/null
mkdir -p "$folder/var/plugins" "$folder/edi/inbox"
cp "$root"/usr/lib/crossdock/connectors/*.xdpack "$folder/var/plugins/"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
sed -e "s|/var/lib/crossdock|$folder/var|g; s|port 8480|port $port|" "$root/etc/crossdock/crossdock.info" >"$folder/etc/crossdock.info"
cat >>"$folder/etc/crossdock.info" <<INFO
connector edi {
  plugin edi_x12
  config {
    inbox "$folder/edi/inbox"
    outbox "$folder/edi/outbox"
    archive "$folder/edi/archive"
    qualifier 01
    id 000000001
    company "Example Distribution Company"
    partner north {
      qualifier 01
      id 000000011
      customer CUST-NORTH
    }
  }
}
INFO
"$crossdock" check --config "$folder/etc/crossdock.info"
"$crossdock" serve --config "$folder/etc/crossdock.info" >"$folder/log" 2>&1 &
host=$!
trap 'kill $host 2>/dev/null || true' EXIT
for _ in $(seq 300); do
  grep -q '"ready":true' "$folder/log" && break
  kill -0 $host 2>/dev/null || { cat "$folder/log"; exit 1; }
  sleep 0.1
done
"$crossdock" connectors --url "http://127.0.0.1:$port" | grep -E '^edi .*running' || { cat "$folder/log"; exit 1; }
plugins=$("$crossdock" plugins --url "http://127.0.0.1:$port")
grep -qE '^edi_x12 .*signed' <<<"$plugins" || { echo "$plugins"; exit 1; }
# Trusted for edi_x12 only here: the others are admitted by no policy.
grep -q 'refused: .*wms_connect' <<<"$plugins" || { echo "$plugins"; exit 1; }
kill $host; wait $host
