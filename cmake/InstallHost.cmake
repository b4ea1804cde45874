# What `cmake --install build --component host` puts where, and the Debian package made of it
# (packaging/crossdock). One folder holds it all, laid out as in the build tree, so that programs find
# each other and their data in the same way:
#
#   lib/crossdock/bin               crossdock, crossdock-worker, crossdock-x12
#   lib/crossdock/connectors        the shipped connectors
#   lib/crossdock/share/crossdock   what connectors read (grammars and mappings of X12)
#   share/doc/crossdock             guides and references
include(GNUInstallDirs)
set(host_home lib/crossdock)
install(TARGETS crossdock crossdock-worker crossdock-x12 RUNTIME DESTINATION ${host_home}/bin COMPONENT host)
foreach(name edi_x12 wms_connect carrier_shipengine erp_tryton)
  install(TARGETS crossdock_plugin_${name} LIBRARY DESTINATION ${host_home}/connectors COMPONENT host)
endforeach()
install(DIRECTORY ${CMAKE_BINARY_DIR}/share/crossdock/x12 DESTINATION ${host_home}/share/crossdock COMPONENT host)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION share/doc/crossdock COMPONENT host)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs/guide ${PROJECT_SOURCE_DIR}/docs/reference
  DESTINATION share/doc/crossdock COMPONENT host)
add_custom_target(crossdock_host_package DEPENDS crossdock crossdock-worker crossdock-x12 crossdock_x12_data
  crossdock_plugin_edi_x12 crossdock_plugin_wms_connect crossdock_plugin_carrier_shipengine crossdock_plugin_erp_tryton)
