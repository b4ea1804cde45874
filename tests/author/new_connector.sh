#!/usr/bin/env bash
# new_connector.sh SDK FOLDER NAME LANGUAGE KIND COMPILER: what an author does first, with the installed
# SDK and nothing else of this repository: a new connector that builds, tests and passes as it stands.
set -euo pipefail
case $6 in clang++*) cc=${6/clang++/clang} ;; g++*) cc=${6/g++/gcc} ;; *) cc=$6 ;; esac
sdk=$1 folder=$2 name=$3 language=$4 kind=$5 compiler=$6
rm -rf "$folder"
mkdir -p "$folder"
cd "$folder"
"$sdk/bin/crossdock" new connector "$name" --lang "$language" --kind "$kind" --vendor "Example Connectors" --folder source
if [[ $language-$kind == cpp-sink ]]; then
  # The unit test of the guide, as it stands there.
  mkdir source/tests
  guide=$(dirname "$(realpath "$0")")/../../docs/guide/testing-connectors.md
  awk '/^    #include <crossdock\/testing/ {on = 1} on && /^[^ ]/ {exit} on {print substr($0, 5)}' "$guide" >source/tests/guide_test.cpp
fi
launcher=$(command -v ccache || true)
cmake -S source -B build -G Ninja -Werror=dev -DCMAKE_PREFIX_PATH="$sdk" \
  -DCMAKE_C_COMPILER="$cc" -DCMAKE_CXX_COMPILER="$compiler" \
  -DCMAKE_C_FLAGS="-Wall -Wextra -Werror" -DCMAKE_CXX_FLAGS="-Wall -Wextra -Werror" \
  ${launcher:+-DCMAKE_C_COMPILER_LAUNCHER="$launcher" -DCMAKE_CXX_COMPILER_LAUNCHER="$launcher"} >configure.log 2>&1 ||
  { cat configure.log; exit 1; }
cmake --build build
ctest --test-dir build --output-on-failure --no-tests=error
# Four lines, and nothing that was not asked for leaves the library.
[[ $(grep -cv '^$' source/CMakeLists.txt) == 4 ]] || { echo "CMakeLists.txt has not four lines"; exit 1; }
ctest --test-dir build -N >tests.list
[[ $language-$kind != cpp-sink ]] || grep -q "$name.unit" tests.list || { echo "the unit test registered itself nowhere"; exit 1; }
grep -q '"verdict":"passed"' build/"$name".report.json || { echo "the report does not say passed"; exit 1; }
