# What is compiled together. Where CMAKE_UNITY_BUILD is on (every preset but clang and tidy), the files that a
# target has in one folder are compiled as one unit, which more than halves a build from nothing; the
# names in their anonymous namespaces are therefore unique in their folder. Presets clang and tidy
# compile each file by itself, so that each has the includes that it needs.

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

if(CMAKE_UNITY_BUILD)
  cmake_language(DEFER DIRECTORY ${PROJECT_SOURCE_DIR} CALL crossdock_share_units_in ${PROJECT_SOURCE_DIR})
endif()
