# What brokers are measured with (.cpp: probes that the law of the house leaves alone): a driver over librdkafka, and a null broker, the least that an answer costs on this machine.
find_plain_library(rdkafka librdkafka/rdkafka.h rdkafka)
foreach(peer null_broker rdk_bench)
  add_executable(${peer} ${CMAKE_CURRENT_LIST_DIR}/${peer}.cpp)
  set_target_properties(${peer} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_compile_options(${peer} PRIVATE -w -march=x86-64-v3 -mpclmul)  # probes, not part of the house
  target_link_libraries(${peer} PRIVATE isal rdkafka Threads::Threads)
endforeach()
