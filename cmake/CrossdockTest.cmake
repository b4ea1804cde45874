# A test is compiled more often than it is run; what it tests keeps its optimisation.
add_library(crossdock_test_options INTERFACE)
add_library(crossdock::test_options ALIAS crossdock_test_options)
target_compile_options(crossdock_test_options INTERFACE $<$<CONFIG:Debug>:-O0>)

# crossdock_add_test(NAME name SOURCES ... [LIBRARIES ...] LABELS ... [SANITIZED] [WHOLE] [TIMEOUT seconds] [FIXTURE name])
#
# One GoogleTest executable, each of its tests registered with ctest under the given labels.
# SANITIZED puts it into the subset that `./dev test` also builds and runs with address and
# undefined-behaviour sanitizers (target crossdock_sanitized_tests, label "sanitized").
# WHOLE makes the executable one entry of ctest: its tests share something dear to set up.
# FIXTURE names one ctest fixture that must have been set up before.
function(crossdock_add_test)
  cmake_parse_arguments(TEST "SANITIZED;WHOLE" "NAME;TIMEOUT;FIXTURE" "SOURCES;LIBRARIES;LABELS" ${ARGN})
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 60)
  endif()
  add_executable(${TEST_NAME} ${TEST_SOURCES})
  target_include_directories(${TEST_NAME} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${TEST_NAME}
    PRIVATE ${TEST_LIBRARIES} crossdock::warnings crossdock::test_options GTest::gtest GTest::gtest_main)
  if(TEST_SANITIZED)
    list(APPEND TEST_LABELS sanitized)
    set_property(GLOBAL APPEND PROPERTY CROSSDOCK_SANITIZED_TESTS ${TEST_NAME})
  endif()
  set(properties TIMEOUT ${TEST_TIMEOUT})
  if(TEST_FIXTURE)
    list(APPEND properties FIXTURES_REQUIRED ${TEST_FIXTURE})
  endif()
  if(TEST_WHOLE)
    add_test(NAME ${TEST_NAME} COMMAND ${TEST_NAME})
    set_tests_properties(${TEST_NAME} PROPERTIES LABELS "${TEST_LABELS}" ${properties})
    return()
  endif()
  # gtest_discover_tests cannot pass a list on; ctest -L matches a part of a label just as well.
  string(JOIN "-" TEST_LABELS ${TEST_LABELS})
  gtest_discover_tests(${TEST_NAME}
    DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS "${TEST_LABELS}" ${properties})
endfunction()

# crossdock_add_simulator(NAME LIBRARIES...): tests/simulators/NAME/main.cpp as bin/crossdock-sim-NAME.
function(crossdock_add_simulator name)
  add_executable(crossdock-sim-${name} main.cpp)
  set_target_properties(crossdock-sim-${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
  target_link_libraries(crossdock-sim-${name} PRIVATE crossdock_simulator crossdock::warnings ${ARGN})
  set_property(GLOBAL APPEND PROPERTY CROSSDOCK_DEMO_PARTS crossdock-sim-${name})
endfunction()

# crossdock_add_test_connector(NAME SOURCES ...): a connector that only tests and benchmarks load, in
# build/test-connectors.
function(crossdock_add_test_connector NAME)
  crossdock_add_connector(${NAME} ${ARGN} LIBRARIES crossdock::warnings)
  set_target_properties(crossdock_plugin_${NAME} PROPERTIES
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/test-connectors)
endfunction()

# crossdock_add_fuzzer(NAME SOURCES ... LIBRARIES ... [FUZZED target...] [SEEDS folder...]): a libFuzzer
# target in bin/fuzz (preset clang). The sources of FUZZED libraries are compiled into it, so that the
# fuzzer sees their branches and the sanitizers their mistakes.
# ./dev nightly runs them for long; here a short run is a test of that preset. What it finds
# goes to build/.../corpus/NAME; the seeds are read only.
function(crossdock_add_fuzzer NAME)
  if(NOT CROSSDOCK_FUZZ)
    return()
  endif()
  cmake_parse_arguments(FUZZER "" "" "SOURCES;LIBRARIES;FUZZED;SEEDS" ${ARGN})
  add_executable(${NAME} ${FUZZER_SOURCES})
  foreach(library IN LISTS FUZZER_FUZZED)
    get_target_property(folder ${library} SOURCE_DIR)
    get_target_property(sources ${library} SOURCES)
    list(TRANSFORM sources PREPEND ${folder}/)
    get_target_property(definitions ${library} COMPILE_DEFINITIONS)
    target_sources(${NAME} PRIVATE ${sources})
    if(definitions)
      target_compile_definitions(${NAME} PRIVATE ${definitions})
    endif()
  endforeach()
  target_compile_options(${NAME} PRIVATE -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all)
  target_link_options(${NAME} PRIVATE -fsanitize=fuzzer,address,undefined)
  target_include_directories(${NAME} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${NAME} PRIVATE ${FUZZER_LIBRARIES})
  set_target_properties(${NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin/fuzz)
  set(corpus ${CMAKE_BINARY_DIR}/corpus/${NAME})
  file(MAKE_DIRECTORY ${corpus})
  string(JOIN "\n" seeds ${FUZZER_SEEDS})
  file(WRITE ${CMAKE_BINARY_DIR}/corpus/${NAME}.seeds "${seeds}\n")
  add_test(NAME ${NAME} COMMAND ${NAME} -max_total_time=10 -timeout=10 ${corpus} ${FUZZER_SEEDS})
  set_tests_properties(${NAME} PROPERTIES LABELS fuzz TIMEOUT 60)
endfunction()
