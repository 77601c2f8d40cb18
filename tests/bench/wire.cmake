# Encoding and decoding against hand-written code: what rots silently when a description's visitors grow.
add_executable(wire_bench ${CMAKE_CURRENT_LIST_DIR}/wire_bench.cc)
target_link_libraries(wire_bench PRIVATE kernel_wire benchmark::benchmark)
