# crossdock_add_connector(NAME SOURCES ... [LIBRARIES ...] [MANIFEST manifest.json])
#
# One connector plugin: a shared library with the one export, its manifest completed and embedded.
#  - hidden visibility and a version script: nothing but xd_plugin_v0 leaves the library
#  - -fno-gnu-unique: two plugins never share template statics, and the library can be unloaded
#  - the manifest is an ELF section, readable without running code of the library
function(crossdock_add_connector NAME)
  cmake_parse_arguments(PLUGIN "" "MANIFEST" "SOURCES;LIBRARIES" ${ARGN})
  if(NOT PLUGIN_MANIFEST)
    set(PLUGIN_MANIFEST ${CMAKE_CURRENT_SOURCE_DIR}/manifest.json)
  endif()
  set(target crossdock_plugin_${NAME})
  add_library(${target} MODULE ${PLUGIN_SOURCES})
  set_target_properties(${target} PROPERTIES
    PREFIX "" OUTPUT_NAME ${NAME} LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/connectors
    CXX_VISIBILITY_PRESET hidden C_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LINK_DEPENDS "${CROSSDOCK_VERSION_SCRIPT};${PLUGIN_MANIFEST}")
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fno-gnu-unique>)
  endif()
  target_link_options(${target} PRIVATE -Wl,--version-script=${CROSSDOCK_VERSION_SCRIPT} -Wl,--as-needed)
  target_link_libraries(${target} PRIVATE crossdock::sdk ${PLUGIN_LIBRARIES})
  add_custom_command(TARGET ${target} POST_BUILD
    COMMAND ${CMAKE_COMMAND} -E env ASAN_OPTIONS=detect_leaks=0 $<TARGET_FILE:crossdock-manifest>
      ${PLUGIN_MANIFEST} $<TARGET_FILE:${target}> ${CMAKE_CURRENT_BINARY_DIR}/${NAME}.manifest.json
    COMMAND ${CMAKE_OBJCOPY} --remove-section .crossdock.manifest
      --add-section .crossdock.manifest=${CMAKE_CURRENT_BINARY_DIR}/${NAME}.manifest.json
      $<TARGET_FILE:${target}>
    COMMENT "Embedding the manifest of ${NAME}" VERBATIM)
  add_dependencies(${target} crossdock-manifest)
endfunction()
