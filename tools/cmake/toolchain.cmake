# How everything is compiled: C++20, strict warnings, hidden symbols, position-independent so that plugins can link floors.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
# The program finds its plugins relative to itself: bin/../lib/barnabas/plugins, in the build tree as when installed.
set(BARNABAS_PLUGIN_DIRECTORY ${CMAKE_BINARY_DIR}/lib/barnabas/plugins)

set(BARNABAS_SANITIZE "" CACHE STRING "sanitizers for the whole build, comma separated")
option(BARNABAS_FUZZ "build the libFuzzer targets (clang only)" OFF)

# -O1 -g1 in Debug: tests run at a bearable speed and the build stays short.
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g0 -DNDEBUG")
add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Wall> $<$<COMPILE_LANGUAGE:CXX>:-Wextra> $<$<COMPILE_LANGUAGE:CXX>:-Wconversion>
                    $<$<COMPILE_LANGUAGE:CXX>:-Werror>)
# crc32c and friends use these where the machine has them, chosen at run time; the baseline stays portable x86-64 or arm64.
if(BARNABAS_SANITIZE)
  add_compile_options(-fsanitize=${BARNABAS_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${BARNABAS_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    # What g++ adds for the sanitizers makes it take the empty half of a std::optional for one that is read.
    add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Wno-maybe-uninitialized>)
  endif()
endif()
if(BARNABAS_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  # Precompiled headers need the two sloppiness settings, or every file is a miss.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
  endif()
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# One precompiled header, standard headers only, shared by everything that asks for it.
function(use_precompiled_headers target)
  if(NOT TARGET barnabas_pch)
    file(WRITE ${CMAKE_BINARY_DIR}/pch/pch.cc.new "// Carries the precompiled header.\n")
    file(COPY_FILE ${CMAKE_BINARY_DIR}/pch/pch.cc.new ${CMAKE_BINARY_DIR}/pch/pch.cc ONLY_IF_DIFFERENT)
    add_library(barnabas_pch OBJECT ${CMAKE_BINARY_DIR}/pch/pch.cc)
    target_precompile_headers(barnabas_pch PRIVATE <algorithm> <array> <atomic> <bit> <chrono> <concepts> <cstddef> <cstdint> <cstring>
      <deque> <functional> <map> <memory> <mutex> <optional> <set> <span> <string> <string_view> <tuple> <type_traits> <unordered_map>
      <utility> <variant> <vector>)
  endif()
  target_precompile_headers(${target} REUSE_FROM barnabas_pch)
  get_target_property(type ${target} TYPE)
  if(type STREQUAL EXECUTABLE)
    target_compile_options(${target} PRIVATE -fPIC)  # as the header was compiled, or g++ refuses it
  endif()
endfunction()
