# Installs the SDK of CROSSDOCK_BUILD into CROSSDOCK_SDK, anew.
file(REMOVE_RECURSE $ENV{CROSSDOCK_SDK})
execute_process(COMMAND ${CMAKE_COMMAND} --install $ENV{CROSSDOCK_BUILD} --component sdk --prefix $ENV{CROSSDOCK_SDK}
  RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "the SDK cannot be installed: ${output}")
endif()
