#!/bin/sh
# exports.sh LIBRARY: fails unless the library exports xd_plugin_v0 and nothing else.
exported=$(nm -D --defined-only "$1" | awk '{print $3}')
[ "$exported" = xd_plugin_v0 ] || { echo "$1 exports: $exported"; exit 1; }
