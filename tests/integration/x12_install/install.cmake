# Installs the X12 command and its data, and sees that the command reads what was installed beside it
# and not what it was built from: a grammar that only the installed folder has.
file(REMOVE_RECURSE ${PREFIX})
function(run what)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${what}: ${status} ${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()
run("cmake --install" ${CMAKE_COMMAND} --install ${BUILD} --component x12 --prefix ${PREFIX})
foreach(file grammars/004010/sets/850.grammar grammars/005010/codes.grammar mappings/850.mapping
    profiles/example.info)
  if(NOT EXISTS ${PREFIX}/share/crossdock/x12/${file})
    message(FATAL_ERROR "${file} is not installed")
  endif()
endforeach()
file(WRITE ${PREFIX}/share/crossdock/x12/grammars/005010/own.grammar
  "release 005010\nelement 9990 AN 1-2 only where it is installed\n")
run("explain" ${PREFIX}/bin/crossdock-x12 explain --release 005010 9990)
if(NOT output MATCHES "only where it is installed")
  message(FATAL_ERROR "the installed grammars are not read: ${output}")
endif()
run("canonical" ${PREFIX}/bin/crossdock-x12 canonical --explain 850)
run("profile" ${PREFIX}/bin/crossdock-x12 explain --profile
  ${PREFIX}/share/crossdock/x12/profiles/example.info BEG02)
file(REMOVE_RECURSE ${PREFIX})
