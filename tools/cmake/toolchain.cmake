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
  # Precompiled headers need the two sloppiness settings, or every file is a miss; and they are large: without the inode cache, hashing them
  # again for each file is a tenth of a cold build. Paths count from the tree on, so that one clone finds what another has compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_INODECACHE=1 CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
  endif()
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# An object library NAME that compiles the standard headers, and more of them when given, once for all that share them.
function(precompile_headers name)
  set(source ${CMAKE_BINARY_DIR}/pch/${name}.cc)
  file(WRITE ${source}.new "// Carries the precompiled header.\n")
  file(COPY_FILE ${source}.new ${source} ONLY_IF_DIFFERENT)
  add_library(${name} OBJECT ${source})
  target_precompile_headers(${name} PRIVATE <algorithm> <array> <atomic> <bit> <chrono> <concepts> <cstddef> <cstdint> <cstring>
    <deque> <functional> <map> <memory> <mutex> <optional> <set> <span> <string> <string_view> <tuple> <type_traits> <unordered_map>
    <utility> <variant> <vector> ${ARGN})
endfunction()

# One precompiled header, standard headers only, shared by everything that asks for it.
function(use_precompiled_headers target)
  if(NOT TARGET barnabas_pch)
    precompile_headers(barnabas_pch)
  endif()
  target_precompile_headers(${target} REUSE_FROM barnabas_pch)
  get_target_property(type ${target} TYPE)
  if(type STREQUAL EXECUTABLE)
    target_compile_options(${target} PRIVATE -fPIC)  # as the header was compiled, or g++ refuses it
  endif()
endfunction()

# What a test program itself says is long to compile and short to run: its own sources are not optimized, in any build type, and have a
# precompiled header with GoogleTest. Nor do they check each pointer for null and alignment, a quarter of what is left under the sanitizers.
# All this is not so for the code under test.
function(compile_as_test target)
  set(options -O0)
  if(BARNABAS_SANITIZE MATCHES undefined)
    list(APPEND options -fno-sanitize=null,alignment)
  endif()
  if(NOT TARGET barnabas_test_pch)
    precompile_headers(barnabas_test_pch <gmock/gmock.h> <gtest/gtest.h>)
    target_link_libraries(barnabas_test_pch PRIVATE GTest::gmock)
    target_compile_options(barnabas_test_pch PRIVATE ${options})
  endif()
  target_precompile_headers(${target} REUSE_FROM barnabas_test_pch)
  target_compile_options(${target} PRIVATE ${options} -fPIC)  # -fPIC: as the header was compiled, or g++ refuses it
endfunction()
