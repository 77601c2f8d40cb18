# barnabas_add_plugin(KIND NAME SOURCES files… [LINKS libraries…] [TESTS files…] [FORMATS]): one plugin, lib/barnabas/plugins/KIND/NAME.so.
#
# The same function builds the plugins of the tree and, through find_package(Barnabas), yours. Only the one symbol of the plugin
# border is exported. FORMATS links Kafka's formats (base, wire, record) for plugins that speak them.
set(BARNABAS_PLUGIN_MAP ${CMAKE_CURRENT_LIST_DIR}/plugin.map)
function(barnabas_add_plugin kind name)
  cmake_parse_arguments(P "FORMATS" "" "SOURCES;LINKS;TESTS" ${ARGN})
  set(target plugin_${kind}_${name})
  add_library(${target} MODULE ${P_SOURCES})
  target_link_libraries(${target} PRIVATE Barnabas::sdk $<$<BOOL:${P_FORMATS}>:Barnabas::formats> ${P_LINKS})
  target_link_options(${target} PRIVATE -Wl,--version-script=${BARNABAS_PLUGIN_MAP})
  if(NOT BARNABAS_SANITIZE AND NOT CMAKE_CXX_FLAGS MATCHES "-fsanitize=")  # a sanitizer's own symbols come from the program
    target_link_options(${target} PRIVATE -Wl,-z,defs)
  endif()
  set_target_properties(${target} PROPERTIES PREFIX "" OUTPUT_NAME ${name} CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  if(BARNABAS_PLUGIN_DIRECTORY)
    set_target_properties(${target} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${BARNABAS_PLUGIN_DIRECTORY}/${kind})
    use_precompiled_headers(${target})
    install(TARGETS ${target} LIBRARY DESTINATION lib/barnabas/plugins/${kind})
    set_property(GLOBAL APPEND PROPERTY BARNABAS_PLUGINS ${target})
  endif()
  if(P_TESTS)
    # The test links the plugin's own objects, so that it can reach the class behind the border.
    barnabas_test(${target}_test SOURCES ${P_TESTS} $<TARGET_OBJECTS:${target}> LINKS Barnabas::sdk $<$<BOOL:${P_FORMATS}>:Barnabas::formats> ${P_LINKS} Barnabas::sdk_testing)
  endif()
endfunction()
