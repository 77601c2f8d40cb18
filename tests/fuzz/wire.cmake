# What sends a running broker requests, odd and damaged ones, over real sockets: for tests/fuzz/wire.
set(any_request_sources ${CMAKE_CURRENT_LIST_DIR}/any_request.cc ${CMAKE_CURRENT_LIST_DIR}/any_batch.cc ${CMAKE_CURRENT_LIST_DIR}/memory.cc)
add_executable(wire_storm ${CMAKE_CURRENT_LIST_DIR}/wire_storm.cc ${CMAKE_CURRENT_LIST_DIR}/wire_peer.cc ${CMAKE_CURRENT_LIST_DIR}/wire_table.cc ${CMAKE_CURRENT_LIST_DIR}/wire_rows.cc
               ${CMAKE_CURRENT_LIST_DIR}/wire_too_much.cc ${CMAKE_CURRENT_LIST_DIR}/bombs.cc
               ${CMAKE_CURRENT_LIST_DIR}/lying_writer.cc ${any_request_sources})
set_target_properties(wire_storm PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
target_include_directories(wire_storm PRIVATE ${CMAKE_CURRENT_LIST_DIR}/..)
target_compile_definitions(wire_storm PRIVATE BARNABAS_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
target_link_libraries(wire_storm PRIVATE kernel_record kernel_wire fmt::fmt Threads::Threads)
