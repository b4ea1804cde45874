#!/usr/bin/env bash
# five_minutes.sh BUILD SDK FOLDER: from an empty folder to the first message, step by step and timed.
#
# The author's steps are the commands of docs/guide/first-connector.md, as they stand there. They run
# in a room of their own: a mount namespace in which this repository and its
# build are not there, only the installed SDK and the system. The last step is the operator's: the
# connector is dropped into a host's folder and reads its first messages.
set -euo pipefail
build=$(realpath "$1") sdk=$(realpath "$2") folder=$3
here=$(dirname "$(realpath "$0")")
repository=$(realpath "$here/../..")
rm -rf "$folder"
mkdir -p "$folder"/{room,host/plugins,host/data,world}
folder=$(realpath "$folder")

now() { date +%s%N; }
began=$(now) last=$began
step() { local at; at=$(now); printf '%8d ms  %s\n' $(((at - last) / 1000000)) "$1"; last=$at; }

# --- the author ---------------------------------------------------------------
sed -n 's/^    \$ //p' "$repository/docs/guide/first-connector.md" >"$folder/room/commands"
[[ $(wc -l <"$folder/room/commands") -ge 8 ]] || { echo "the guide has lost its commands"; exit 1; }
cat >"$folder/author.sh" <<'AUTHOR'
set -euo pipefail
if [[ -n ${1:-} ]]; then
  [[ ! -e $1/CMakeLists.txt ]] || { echo "the repository is still to be seen"; exit 1; }
fi
export PATH=/mnt/sdk/bin:/usr/bin:/bin HOME=/mnt/room CMAKE_PREFIX_PATH=/mnt/sdk
cd /mnt/room
now() { date +%s%N; }
last=$(now)
step() { local at; at=$(now); printf '%8d ms  %s\n' $(((at - last) / 1000000)) "$1"; last=$at; }
while IFS= read -r command; do
  # In this shell, because the guide changes folders.
  eval "$command" >>/mnt/room/log 2>&1 </dev/null || { cat /mnt/room/log; echo "failed: $command"; exit 1; }
  step "$command"
done </mnt/room/commands
AUTHOR
# A tmpfs over /mnt holds the room; over the repository lies another, empty one.
cat >"$folder/room.sh" <<ROOM
set -euo pipefail
mount -t tmpfs none /mnt
mkdir /mnt/sdk /mnt/room
mount --bind '$sdk' /mnt/sdk
mount --bind '$folder/room' /mnt/room
author=\$(cat '$folder/author.sh')
mount -t tmpfs none '$repository'
bash -c "\$author" author '$repository'
ROOM
if unshare --mount --map-root-user true 2>/dev/null; then
  unshare --mount --map-root-user bash "$folder/room.sh"
elif [[ $(id -u) == 0 ]] && unshare --mount true 2>/dev/null; then
  unshare --mount bash "$folder/room.sh"
else
  echo "five_minutes: this machine gives no mount namespace, so nothing can be hidden" >&2
  [[ -z ${CROSSDOCK_CI:-} ]] || exit 1
  exit 77
fi
last=$(now)

# --- the operator -------------------------------------------------------------
cat >"$folder/world/products" <<'WORLD'
[{"code": "A-1", "name": "Claw hammer", "unit": "EA", "barcode": "10614141001016", "madeIn": "US", "changed": 7}]
WORLD
python3 -u -m http.server --bind 127.0.0.1 --directory "$folder/world" 0 >"$folder/world.log" 2>&1 &
world=$!
host=
trap 'kill $world $host 2>/dev/null || true' EXIT
for _ in $(seq 100); do
  world_port=$(sed -n 's/.*port \([0-9]*\).*/\1/p' "$folder/world.log" | head -1)
  [[ -z $world_port ]] || break
  sleep 0.05
done
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >"$folder/host/crossdock.info" <<INFO
host {
  data_dir "$folder/host/data"
  plugin_dir "$folder/host/plugins"
  worker "$build/bin/crossdock-worker"
  http { port $port }
}
company {
  name "Example Distribution Company"
  gs1_prefix 0614141
}
connector catalogue {
  plugin acme_catalogue
  poll_interval 50ms
  config {
    url "http://127.0.0.1:$world_port"
  }
}
INFO
"$build/bin/crossdock" keys trust "$folder/room/acme_catalogue/acme.pub" --store "$folder/host/trust" >/dev/null
step "crossdock keys trust acme.pub"
install -m 644 "$folder/room/acme_catalogue/acme_catalogue.xdpack" "$folder/host/plugins/"
step "install acme_catalogue.xdpack into the plugin folder"
"$build/bin/crossdock" serve --config "$folder/host/crossdock.info" >"$folder/host/log" 2>&1 &
host=$!
for _ in $(seq 400); do
  if "$build/bin/crossdock" connectors --json --url "http://127.0.0.1:$port" 2>/dev/null |
    jq -e '.connectors[0].emitted > 0' >/dev/null; then
    step "the host starts and the first message is through"
    printf '%8d ms  in all\n' $((($(now) - began) / 1000000))
    exit 0
  fi
  kill -0 $host 2>/dev/null || break
  sleep 0.05
done
echo "no message came through:"; cat "$folder/host/log"
exit 1
