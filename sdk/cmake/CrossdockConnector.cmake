# crossdock_add_connector(NAME SOURCES ... [LIBRARIES ...] [MANIFEST manifest.json])
#
# One connector plugin: a shared library with the one export, its manifest completed and embedded.
#  - hidden visibility and a version script: nothing but xd_plugin_v0 leaves the library
#  - -fno-gnu-unique: two plugins never share template statics, and the library can be unloaded
#  - the manifest is an ELF section, readable without running code of the library
#
# With the installed SDK it also registers the connector's tests with ctest:
#   NAME.conformance  `crossdock test`, with conformance.json where that stands beside the list
#   NAME.golden       `crossdock golden`, where a folder golden/ does
#   NAME.unit         the GoogleTest programs tests/*_test.cpp, where those and GoogleTest are there
function(crossdock_add_connector NAME)
  cmake_parse_arguments(PLUGIN "" "MANIFEST" "SOURCES;LIBRARIES" ${ARGN})
  if(PLUGIN_UNPARSED_ARGUMENTS OR NOT PLUGIN_SOURCES)
    message(FATAL_ERROR "crossdock_add_connector(${NAME} SOURCES ... [LIBRARIES ...] [MANIFEST ...]); "
      "not understood: ${PLUGIN_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT PLUGIN_MANIFEST)
    set(PLUGIN_MANIFEST ${CMAKE_CURRENT_SOURCE_DIR}/manifest.json)
  endif()
  set(target crossdock_plugin_${NAME})
  add_library(${target} MODULE ${PLUGIN_SOURCES})
  set_target_properties(${target} PROPERTIES
    PREFIX "" OUTPUT_NAME ${NAME} LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/connectors
    SKIP_BUILD_RPATH ON CXX_VISIBILITY_PRESET hidden C_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LINK_DEPENDS "${CROSSDOCK_VERSION_SCRIPT};${PLUGIN_MANIFEST}")
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fno-gnu-unique>)
  endif()
  target_link_options(${target} PRIVATE -Wl,--version-script=${CROSSDOCK_VERSION_SCRIPT} -Wl,--as-needed)
  target_link_libraries(${target} PRIVATE
    crossdock::abi $<TARGET_NAME_IF_EXISTS:crossdock::sdk> ${PLUGIN_LIBRARIES})
  add_custom_command(TARGET ${target} POST_BUILD
    COMMAND ${CMAKE_COMMAND} -E env ASAN_OPTIONS=detect_leaks=0 $<TARGET_FILE:crossdock-manifest>
      ${PLUGIN_MANIFEST} $<TARGET_FILE:${target}> ${CMAKE_CURRENT_BINARY_DIR}/${NAME}.manifest.json
    COMMAND ${CMAKE_OBJCOPY} --remove-section .crossdock.manifest
      --add-section .crossdock.manifest=${CMAKE_CURRENT_BINARY_DIR}/${NAME}.manifest.json
      $<TARGET_FILE:${target}>
    COMMENT "Embedding the manifest of ${NAME}" VERBATIM)
  add_dependencies(${target} crossdock-manifest)
  if(CROSSDOCK_TOOL)
    crossdock_register_tests(${NAME} $<TARGET_FILE:${target}>)
    crossdock_register_unit_tests(${NAME} "${PLUGIN_SOURCES}" "${PLUGIN_LIBRARIES}")
  endif()
endfunction()

# crossdock_register_tests(NAME LIBRARY): what every connector must pass, in whatever language.
function(crossdock_register_tests NAME LIBRARY)
  set(config)
  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/conformance.json)
    set(config --config ${CMAKE_CURRENT_SOURCE_DIR}/conformance.json)
  endif()
  add_test(NAME ${NAME}.conformance COMMAND ${CROSSDOCK_TOOL} test ${LIBRARY} ${config}
    --report ${CMAKE_CURRENT_BINARY_DIR}/${NAME}.report.json)
  set_tests_properties(${NAME}.conformance PROPERTIES TIMEOUT 300)
  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/golden)
    add_test(NAME ${NAME}.golden COMMAND ${CROSSDOCK_TOOL} golden ${LIBRARY} ${CMAKE_CURRENT_SOURCE_DIR}/golden)
  endif()
endfunction()

function(crossdock_register_unit_tests NAME SOURCES LIBRARIES)
  file(GLOB tests CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/tests/*_test.cpp)
  if(NOT tests)
    return()
  endif()
  find_package(GTest QUIET)
  if(NOT GTest_FOUND)
    message(STATUS "${NAME}: GoogleTest (libgtest-dev) is not installed; tests/ is left out")
    return()
  endif()
  add_executable(${NAME}_unit ${tests} ${SOURCES})
  target_include_directories(${NAME}_unit PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(${NAME}_unit PRIVATE crossdock::sdk_testing ${LIBRARIES} GTest::gtest_main)
  add_test(NAME ${NAME}.unit COMMAND ${NAME}_unit)
endfunction()

# crossdock_add_rust_connector(NAME SOURCE connector.rs [DEPENDS more.rs ...] [MANIFEST manifest.json])
#
# A connector in Rust (Debian's rustc is enough; no cargo): a cdylib, whose only exports are its
# #[no_mangle] functions, with the manifest completed and embedded as above and the same tests.
function(crossdock_add_rust_connector NAME)
  cmake_parse_arguments(PLUGIN "" "SOURCE;MANIFEST" "DEPENDS" ${ARGN})
  if(PLUGIN_UNPARSED_ARGUMENTS OR NOT PLUGIN_SOURCE)
    message(FATAL_ERROR "crossdock_add_rust_connector(${NAME} SOURCE connector.rs [DEPENDS ...] [MANIFEST ...]); "
      "not understood: ${PLUGIN_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT PLUGIN_MANIFEST)
    set(PLUGIN_MANIFEST manifest.json)
  endif()
  # Debian's own before any other that is installed.
  find_program(CROSSDOCK_RUSTC rustc PATHS /usr/bin NO_DEFAULT_PATH)
  find_program(CROSSDOCK_RUSTC rustc REQUIRED)
  set(library ${CMAKE_BINARY_DIR}/connectors/${NAME}.so)
  set(completed ${CMAKE_CURRENT_BINARY_DIR}/${NAME}.manifest.json)
  foreach(file IN LISTS PLUGIN_SOURCE PLUGIN_MANIFEST PLUGIN_DEPENDS)
    get_filename_component(file ${file} ABSOLUTE)
    list(APPEND inputs ${file})
  endforeach()
  list(GET inputs 0 source)
  list(GET inputs 1 manifest)
  add_custom_command(OUTPUT ${library}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/connectors
    COMMAND ${CROSSDOCK_RUSTC} --edition 2021 --crate-type cdylib --crate-name ${NAME} -C opt-level=2
      -C strip=debuginfo -D warnings -o ${library} ${source}
    COMMAND $<TARGET_FILE:crossdock-manifest> ${manifest} ${library} ${completed}
    COMMAND ${CMAKE_OBJCOPY} --remove-section .crossdock.manifest
      --add-section .crossdock.manifest=${completed} ${library}
    DEPENDS ${inputs} crossdock-manifest COMMENT "Building ${NAME} with rustc" VERBATIM)
  add_custom_target(crossdock_plugin_${NAME} ALL DEPENDS ${library})
  if(CROSSDOCK_TOOL)
    crossdock_register_tests(${NAME} ${library})
  endif()
endfunction()
