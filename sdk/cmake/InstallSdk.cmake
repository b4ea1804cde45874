# What `cmake --install build --component sdk` puts where, and the Debian package made of it.
#
#   include/crossdock             the contract, the C++ layer, the canonical model, the test double
#   lib                           the canonical model, compiled
#   lib/cmake/Crossdock           find_package(Crossdock), crossdock_add_connector(), version script
#   lib/crossdock/sdk             programs: crossdock, and those it and the build start
#   bin/crossdock                 a link to the first of them (in the Debian package an alternative)
#   share/crossdock               templates, JSON Schemas of the canonical model
#   share/doc/crossdock-sdk-dev   guides and references for authors
include(CMakePackageConfigHelpers)

set(sdk_programs ${CMAKE_INSTALL_LIBDIR}/crossdock/sdk)
set(sdk_config ${CMAKE_INSTALL_LIBDIR}/cmake/Crossdock)

foreach(name abi sdk sdk_http sdk_testing canonical)
  set_target_properties(crossdock_${name} PROPERTIES EXPORT_NAME ${name})
endforeach()
# By kind of author: the contract alone needs no library of others.
install(TARGETS crossdock_abi EXPORT CrossdockContract COMPONENT sdk)
install(TARGETS crossdock_sdk crossdock_sdk_http crossdock_sdk_testing crossdock_canonical EXPORT CrossdockLayer
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT sdk)
foreach(set CrossdockContract CrossdockLayer)
  install(EXPORT ${set} NAMESPACE crossdock:: DESTINATION ${sdk_config} COMPONENT sdk)
endforeach()

foreach(folder sdk/include sdk/testing/include canonical/include)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${folder}/crossdock DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT sdk)
endforeach()

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/CrossdockConfig.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/CrossdockConfig.cmake
  INSTALL_DESTINATION ${sdk_config} PATH_VARS sdk_programs)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/CrossdockConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/CrossdockConfig.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/CrossdockConfigVersion.cmake
  ${CMAKE_CURRENT_LIST_DIR}/CrossdockConnector.cmake ${CMAKE_CURRENT_LIST_DIR}/plugin.version
  DESTINATION ${sdk_config} COMPONENT sdk)

install(TARGETS crossdock-manifest crossdock-trial RUNTIME DESTINATION ${sdk_programs} COMPONENT sdk)
install(PROGRAMS $<TARGET_FILE:crossdock-sdk> DESTINATION ${sdk_programs} RENAME crossdock COMPONENT sdk)
install(CODE "
  set(root \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}\")
  file(MAKE_DIRECTORY \"\${root}/${CMAKE_INSTALL_BINDIR}\")
  file(CREATE_LINK ../${sdk_programs}/crossdock \"\${root}/${CMAKE_INSTALL_BINDIR}/crossdock\" SYMBOLIC)"
  COMPONENT sdk)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/templates DESTINATION ${CMAKE_INSTALL_DATADIR}/crossdock COMPONENT sdk)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/canonical/schemas DESTINATION ${CMAKE_INSTALL_DATADIR}/crossdock COMPONENT sdk)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/crossdock-sdk-dev COMPONENT sdk)
foreach(page guide/changing-connectors guide/first-connector guide/signing-connectors guide/testing-connectors
    reference/accounts reference/canonical reference/connector-configuration
    reference/connector-contract reference/mapping reference/outcomes reference/versions)
  get_filename_component(folder ${page} DIRECTORY)
  install(FILES ${PROJECT_SOURCE_DIR}/docs/${page}.md
    DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/crossdock-sdk-dev/${folder} COMPONENT sdk)
endforeach()

# In the build tree the programs find the same things at the same place.
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/share/crossdock)
file(CREATE_LINK ${PROJECT_SOURCE_DIR}/templates ${CMAKE_BINARY_DIR}/share/crossdock/templates SYMBOLIC)
file(CREATE_LINK ${PROJECT_SOURCE_DIR}/canonical/schemas ${CMAKE_BINARY_DIR}/share/crossdock/schemas SYMBOLIC)
