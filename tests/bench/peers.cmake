# What brokers are measured with (.cpp: probes that the law of the house leaves alone): a null broker, the least that an answer costs on this
# machine, and a driver over librdkafka. Who only builds and runs a broker does not have that library, and goes without the driver.
function(add_probe name)
  add_executable(${name} ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/${name}.cpp)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_compile_options(${name} PRIVATE -w -march=x86-64-v3 -mpclmul)
  target_link_libraries(${name} PRIVATE isal Threads::Threads ${ARGN})
endfunction()

add_probe(null_broker)
add_probe(groups_bench)
add_probe(metadata_bench)
add_probe(start_bench)
add_probe(connections_bench)
find_path(rdkafka_INCLUDE librdkafka/rdkafka.h)
if(rdkafka_INCLUDE)
  find_plain_library(rdkafka librdkafka/rdkafka.h rdkafka)
  add_probe(rdk_bench rdkafka)
endif()
