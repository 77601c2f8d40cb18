# kernel_floor(NAME FLOOR n [ALLOWS floors…] [LINKS packages…]): one folder of the kernel as a target of its own.
#
# Sources lie in the folder and in rooms of it, one deep; NAME_test.cc files become the floor's test program. A floor sees only its own
# headers, the SDK and the floors it names: each has an include root of its own, so a wrong include does not compile, and naming a floor
# that is not lower stops the configuration.
function(kernel_floor name)
  cmake_parse_arguments(F "" "FLOOR" "ALLOWS;LINKS" ${ARGN})
  set(target kernel_${name})
  set(root ${CMAKE_BINARY_DIR}/floors/${name})
  file(MAKE_DIRECTORY ${root}/kernel)
  file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${root}/kernel/${name} SYMBOLIC)

  file(GLOB sources CONFIGURE_DEPENDS *.cc */*.cc)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  if(NOT sources)
    file(WRITE ${CMAKE_BINARY_DIR}/floors/${name}.cc "// ${name} has headers only.\n")
    set(sources ${CMAKE_BINARY_DIR}/floors/${name}.cc)
  endif()

  add_library(${target} STATIC ${sources})
  set_target_properties(${target} PROPERTIES FLOOR ${F_FLOOR} ALLOWS "${F_ALLOWS}")
  target_include_directories(${target} PUBLIC $<BUILD_INTERFACE:${root}>)
  target_link_libraries(${target} PUBLIC barnabas_sdk PRIVATE ${F_LINKS})
  use_precompiled_headers(${target})
  foreach(below ${F_ALLOWS})
    get_target_property(level kernel_${below} FLOOR)
    if(NOT level LESS F_FLOOR)
      message(FATAL_ERROR "kernel/${name} (floor ${F_FLOOR}) must not stand on kernel/${below} (floor ${level}): a floor stands only on lower ones")
    endif()
    target_link_libraries(${target} PUBLIC kernel_${below})
  endforeach()

  if(tests)
    barnabas_test(${target}_test SOURCES ${tests} LINKS ${target} ${F_LINKS})
  endif()
endfunction()

# barnabas_test(NAME SOURCES files… [LINKS targets…] [DEPENDS targets…] [GROUP unit]): a GoogleTest program, registered as the ctest NAME
# with the group as its label, and built by the target GROUP_tests.
# Tests read their data below BARNABAS_SOURCE_DIR and run programs and plugins of BARNABAS_BINARY_DIR.
function(barnabas_test name)
  cmake_parse_arguments(T "" "GROUP" "SOURCES;LINKS;DEPENDS;LABELS" ${ARGN})
  if(NOT T_GROUP)
    set(T_GROUP unit)
  endif()
  add_executable(${name} ${T_SOURCES})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_link_libraries(${name} PRIVATE ${T_LINKS} rapidcheck GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE BARNABAS_SOURCE_DIR="${CMAKE_SOURCE_DIR}" BARNABAS_BINARY_DIR="${CMAKE_BINARY_DIR}")
  compile_as_test(${name})
  if(T_DEPENDS)
    add_dependencies(${name} ${T_DEPENDS})
  endif()
  if(NOT TARGET ${T_GROUP}_tests)
    add_custom_target(${T_GROUP}_tests)
  endif()
  add_dependencies(${T_GROUP}_tests ${name})
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT 300 LABELS "${T_GROUP};${T_LABELS}")
endfunction()
