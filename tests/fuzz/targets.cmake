# The fuzz targets, each one small file; `fuzzers` builds them all, and of the house only the floors and plugins that they stand
# on. Where there is no libFuzzer, in the build of the unit tests under the address sanitizer, driver.cc takes its place.
#
# fuzzer(NAME SOURCE file [MORE files…] [LINKS targets…] [NEEDS plugins…] [DEFINES …] [SEES folders…])
function(fuzzer name)
  cmake_parse_arguments(F "" "SOURCE" "MORE;LINKS;NEEDS;DEFINES;SEES" ${ARGN})
  set(here ${CMAKE_CURRENT_FUNCTION_LIST_DIR})
  list(TRANSFORM F_SEES PREPEND ${CMAKE_SOURCE_DIR}/)
  add_executable(${name}_fuzz EXCLUDE_FROM_ALL ${here}/${F_SOURCE} ${F_MORE})
  target_include_directories(${name}_fuzz PRIVATE ${CMAKE_SOURCE_DIR}/tests ${F_SEES})
  target_compile_definitions(${name}_fuzz PRIVATE BARNABAS_SOURCE_DIR="${CMAKE_SOURCE_DIR}" BARNABAS_BINARY_DIR="${CMAKE_BINARY_DIR}" ${F_DEFINES})
  target_link_libraries(${name}_fuzz PRIVATE ${F_LINKS})
  if(BARNABAS_FUZZ)
    target_link_options(${name}_fuzz PRIVATE -fsanitize=fuzzer)
  else()
    target_link_libraries(${name}_fuzz PRIVATE fuzz_driver)
  endif()
  use_precompiled_headers(${name}_fuzz)
  if(F_NEEDS)
    add_dependencies(${name}_fuzz ${F_NEEDS})
  endif()
  add_dependencies(fuzzers ${name}_fuzz)
endfunction()

add_custom_target(fuzzers)
if(BARNABAS_FUZZ)
  # The tables of the messages are a third of what there is to compile here, nearly all of it the same headers again: a few of them at a time.
  file(GLOB wire_code ${CMAKE_SOURCE_DIR}/kernel/wire/*.cc)
  set_source_files_properties(${wire_code} TARGET_DIRECTORY kernel_wire PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  set_target_properties(kernel_wire PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 12)
else()
  add_library(fuzz_driver OBJECT EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/driver.cc)
  target_link_libraries(fuzz_driver PRIVATE barnabas_sdk)
  use_precompiled_headers(fuzz_driver)
endif()

set(kit barnabas_sdk_testing GTest::gtest)
set(codecs plugin_codec_gzip plugin_codec_snappy plugin_codec_lz4 plugin_codec_zstd)

# What a stranger can send.
add_library(fuzz_world STATIC EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/tests/sim/sim_broker.cc ${CMAKE_CURRENT_LIST_DIR}/stranger.cc ${any_request_sources})
target_compile_definitions(fuzz_world PRIVATE BARNABAS_SOURCE_DIR="${CMAKE_SOURCE_DIR}" BARNABAS_BINARY_DIR="${CMAKE_BINARY_DIR}")
target_link_libraries(fuzz_world PUBLIC sim kernel_node)
use_precompiled_headers(fuzz_world)
set(world LINKS fuzz_world NEEDS plugin_storage_memory plugin_metadata_store_memory plugin_offset_store_internal_topic plugin_placement_striped
          plugin_retention_delete plugin_assignor_uniform plugin_assignor_range plugin_assignor_roundrobin ${codecs})
fuzzer(frame SOURCE frame_fuzz.cc ${world})
fuzzer(request SOURCE request_fuzz.cc ${world})
fuzzer(wire SOURCE wire_fuzz.cc LINKS kernel_wire)
fuzzer(record SOURCE record_fuzz.cc LINKS kernel_record ${kit} NEEDS ${codecs})
foreach(codec gzip lz4 snappy zstd)
  fuzzer(${codec} SOURCE codec_fuzz.cc LINKS kernel_record ${kit} NEEDS plugin_codec_${codec} DEFINES FUZZED_CODEC="${codec}")
endforeach()
fuzzer(group_blob SOURCE group_blob_fuzz.cc LINKS kernel_client kernel_group)

# What an operator or a plugin's author can write.
fuzzer(yaml SOURCE config_fuzz.cc LINKS kernel_config DEFINES FUZZED_NAME="fuzzed.yaml")
fuzzer(properties SOURCE config_fuzz.cc LINKS kernel_config DEFINES FUZZED_NAME="fuzzed.properties")
fuzzer(manifest SOURCE manifest_fuzz.cc LINKS kernel_host)

# What a disk can hold. The code of a plugin is linked instead of loaded.
fuzzer(storage SOURCE storage_fuzz.cc MORE $<TARGET_OBJECTS:plugin_storage_segment> SEES plugins/storage/segment LINKS Barnabas::formats ${kit})
fuzzer(metadata SOURCE metadata_fuzz.cc MORE $<TARGET_OBJECTS:plugin_metadata_store_kraft> SEES plugins/metadata_store/kraft LINKS Barnabas::formats Boost::json fmt::fmt kernel_catalog ${kit})
fuzzer(offsets SOURCE offsets_fuzz.cc MORE $<TARGET_OBJECTS:plugin_offset_store_internal_topic> ${CMAKE_SOURCE_DIR}/plugins/offset_store/offset_json.cc
       SEES plugins plugins/offset_store/internal_topic LINKS Barnabas::formats kernel_group Boost::json fmt::fmt ${kit})
fuzzer(group_state SOURCE group_state_fuzz.cc LINKS kernel_group GTest::gtest)
fuzzer(side_file SOURCE side_file_fuzz.cc MORE $<FILTER:$<TARGET_OBJECTS:plugin_metadata_store_kraft>,INCLUDE,quorum_state> SEES plugins/metadata_store/kraft
       LINKS kernel_log Barnabas::formats Boost::json fmt::fmt)
