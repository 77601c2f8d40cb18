# What an installation has besides the program and its plugins: the SDK and the formats for plugins built elsewhere, and templates for them.
# Everything is found relative to where it lies, so the tree may be moved. The build tree has the same, so that find_package(Barnabas) finds
# it there too.
include(CMakePackageConfigHelpers)
set(config_folder lib/cmake/Barnabas)

install(DIRECTORY ${CMAKE_SOURCE_DIR}/sdk/include/ DESTINATION include COMPONENT sdk FILES_MATCHING PATTERN "*.h")
install(DIRECTORY ${CMAKE_SOURCE_DIR}/sdk/testing/barnabas DESTINATION include COMPONENT sdk FILES_MATCHING PATTERN "*.h")
install(DIRECTORY ${CMAKE_SOURCE_DIR}/sdk/template DESTINATION share/barnabas COMPONENT sdk)
install(TARGETS barnabas_sdk barnabas_sdk_testing EXPORT BarnabasTargets COMPONENT sdk)
install(EXPORT BarnabasTargets NAMESPACE Barnabas:: DESTINATION ${config_folder} COMPONENT sdk)

# The pure floors, whose headers keep their names: "kernel/record/batch_view.h".
foreach(floor base wire record)
  set_target_properties(kernel_${floor} PROPERTIES EXPORT_NAME ${floor} OUTPUT_NAME barnabas_${floor})
  target_include_directories(kernel_${floor} INTERFACE $<INSTALL_INTERFACE:include>)
  install(DIRECTORY ${CMAKE_SOURCE_DIR}/kernel/${floor} DESTINATION include/kernel COMPONENT sdk FILES_MATCHING PATTERN "*.h"
          PATTERN "testing.h" EXCLUDE PATTERN "golden.h" EXCLUDE)  # what only the floors' own tests use
endforeach()
install(TARGETS barnabas_formats kernel_base kernel_wire kernel_record EXPORT BarnabasFormatsTargets ARCHIVE DESTINATION lib COMPONENT sdk)
install(EXPORT BarnabasFormatsTargets NAMESPACE Barnabas:: DESTINATION ${config_folder} COMPONENT sdk)

set(package ${CMAKE_BINARY_DIR}/${config_folder})
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/BarnabasConfig.cmake.in ${package}/BarnabasConfig.cmake INSTALL_DESTINATION ${config_folder})
write_basic_package_version_file(${package}/BarnabasConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${package}/BarnabasConfig.cmake ${package}/BarnabasConfigVersion.cmake ${CMAKE_CURRENT_LIST_DIR}/BarnabasPlugin.cmake
              ${CMAKE_CURRENT_LIST_DIR}/plugin.map DESTINATION ${config_folder} COMPONENT sdk)

export(EXPORT BarnabasTargets NAMESPACE Barnabas:: FILE ${package}/BarnabasTargets.cmake)
export(EXPORT BarnabasFormatsTargets NAMESPACE Barnabas:: FILE ${package}/BarnabasFormatsTargets.cmake)
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/share/barnabas)
file(CREATE_LINK ${CMAKE_CURRENT_LIST_DIR}/BarnabasPlugin.cmake ${package}/BarnabasPlugin.cmake SYMBOLIC)
file(CREATE_LINK ${CMAKE_CURRENT_LIST_DIR}/plugin.map ${package}/plugin.map SYMBOLIC)
file(CREATE_LINK ${CMAKE_SOURCE_DIR}/sdk/template ${CMAKE_BINARY_DIR}/share/barnabas/template SYMBOLIC)
