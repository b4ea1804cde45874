# What is compiled together. Where CMAKE_UNITY_BUILD is on (every preset but clang), the files that a
# target has in one folder are compiled as one unit, which more than halves a build from nothing; the
# names in their anonymous namespaces are therefore unique in their folder. Preset clang compiles
# each file by itself, so that each has the includes that it needs.

# crossdock_compile_apart(FILE...): files that cannot share a unit, because a class of theirs with a
# name known elsewhere holds types of their anonymous namespace.
function(crossdock_compile_apart)
  set_source_files_properties(${ARGV} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

function(crossdock_share_units_in folder)
  get_property(inner DIRECTORY ${folder} PROPERTY SUBDIRECTORIES)
  foreach(one IN LISTS inner)
    crossdock_share_units_in(${one})
  endforeach()
  get_property(targets DIRECTORY ${folder} PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target IN LISTS targets)
    get_target_property(sources ${target} SOURCES)
    get_target_property(wanted ${target} UNITY_BUILD)
    if(NOT wanted OR NOT sources)
      continue()
    endif()
    set_target_properties(${target} PROPERTIES UNITY_BUILD_MODE GROUP)
    crossdock_use_precompiled_headers(${target})
    foreach(source IN LISTS sources)
      if(source MATCHES "\\.cpp$")
        cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${folder} NORMALIZE)
        set(place ${source})
        cmake_path(RELATIVE_PATH place BASE_DIRECTORY ${PROJECT_SOURCE_DIR})
        cmake_path(GET place PARENT_PATH room)
        string(MAKE_C_IDENTIFIER "${room}" room)
        set_property(SOURCE ${source} DIRECTORY ${folder} PROPERTY UNITY_GROUP ${room})
      endif()
    endforeach()
  endforeach()
endfunction()

# Headers that are parsed once: for what goes into libraries, and for test programs. g++ takes them
# only where all macros that they ask for are the same, so their users get those of Boost.JSON too.
# Not at -O3, where g++ 12 warns of the standard library's own code once it comes from there.
set(CROSSDOCK_PRECOMPILED ${PROJECT_SOURCE_DIR}/cmake/precompiled)
function(crossdock_precompile_headers)
  add_library(crossdock_library_headers STATIC ${CROSSDOCK_PRECOMPILED}/empty.cpp)
  add_executable(crossdock_test_headers ${CROSSDOCK_PRECOMPILED}/empty.cpp)
  set_target_properties(crossdock_library_headers crossdock_test_headers PROPERTIES UNITY_BUILD OFF)
  target_precompile_headers(crossdock_library_headers PRIVATE ${CROSSDOCK_PRECOMPILED}/common.hpp)
  target_precompile_headers(crossdock_test_headers
    PRIVATE ${CROSSDOCK_PRECOMPILED}/common.hpp <gtest/gtest.h>)
  target_link_libraries(crossdock_library_headers PRIVATE Boost::json crossdock::warnings)
  target_link_libraries(crossdock_test_headers
    PRIVATE Boost::json crossdock::warnings crossdock::test_options GTest::gtest GTest::gtest_main)
endfunction()

function(crossdock_use_precompiled_headers target)
  if(NOT TARGET crossdock_library_headers)
    return()
  endif()
  get_target_property(type ${target} TYPE)
  get_target_property(links ${target} LINK_LIBRARIES)
  if(type STREQUAL STATIC_LIBRARY)
    set(headers crossdock_library_headers)
  elseif("crossdock::test_options" IN_LIST links)
    set(headers crossdock_test_headers)
  else()
    return()
  endif()
  target_precompile_headers(${target} REUSE_FROM ${headers})
  foreach(library Boost::json Boost::container)
    get_target_property(definitions ${library} INTERFACE_COMPILE_DEFINITIONS)
    target_compile_definitions(${target} PRIVATE ${definitions})
  endforeach()
endfunction()

if(CMAKE_UNITY_BUILD)
  if(CMAKE_BUILD_TYPE STREQUAL "Debug")
    cmake_language(DEFER DIRECTORY ${PROJECT_SOURCE_DIR} CALL crossdock_precompile_headers)
  endif()
  cmake_language(DEFER DIRECTORY ${PROJECT_SOURCE_DIR} CALL crossdock_share_units_in ${PROJECT_SOURCE_DIR})
endif()
