# Build options and the two interface targets that every room links:
# crossdock::warnings (what we hold ourselves to) and crossdock::sanitizers (off by default).
option(CROSSDOCK_WERROR "Treat warnings as errors" ON)
set(CROSSDOCK_SANITIZE "" CACHE STRING "Sanitizers to build with, e.g. address,undefined or thread")
option(CROSSDOCK_FUZZ "Build the libFuzzer targets (clang only)" OFF)

add_library(crossdock_warnings INTERFACE)
add_library(crossdock::warnings ALIAS crossdock_warnings)
target_compile_options(crossdock_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow
  # Designated initialisers leave members out on purpose.
  -Wno-missing-field-initializers
  # g++ 12 sees overlaps in std::string's own concatenation where there are none.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  # ... and at -O3 strings of an optional that is empty.
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Release>>:-Wno-maybe-uninitialized>
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor -Woverloaded-virtual>)
if(CROSSDOCK_WERROR)
  target_compile_options(crossdock_warnings INTERFACE -Werror)
endif()

if(CROSSDOCK_SANITIZE)
  add_compile_options(-fsanitize=${CROSSDOCK_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${CROSSDOCK_SANITIZE})
endif()

include(CrossdockUnits)

# A faster linker where one is installed; the result is the same.
find_program(CROSSDOCK_MOLD mold)
if(CROSSDOCK_MOLD AND NOT CROSSDOCK_SANITIZE)
  add_link_options(-fuse-ld=mold)
endif()
find_program(CROSSDOCK_CCACHE ccache)
if(CROSSDOCK_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${CROSSDOCK_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CROSSDOCK_CCACHE})
endif()
