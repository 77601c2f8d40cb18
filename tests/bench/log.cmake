add_executable(log_bench ${CMAKE_CURRENT_LIST_DIR}/log_bench.cc)
target_link_libraries(log_bench PRIVATE kernel_log benchmark::benchmark_main)
