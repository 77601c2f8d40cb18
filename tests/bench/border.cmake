# The storage plugin behind the border, as a broker loads it, and linked into the program, where the compiler sees both sides.
add_executable(border_bench ${CMAKE_CURRENT_LIST_DIR}/border_bench.cc $<TARGET_OBJECTS:plugin_storage_segment>)
target_link_libraries(border_bench PRIVATE kernel_log kernel_io ${CMAKE_DL_LIBS})
target_compile_definitions(border_bench PRIVATE BARNABAS_BINARY_DIR="${CMAKE_BINARY_DIR}")
add_dependencies(border_bench plugin_storage_segment)
set_target_properties(border_bench PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
