# The project's own kinds of targets. Flags that depend on a build type live in CMakePresets.json.

# Every source says "breakwater/<folder>/<file>": links make that true in the build tree as it is after an install.
set(BREAKWATER_INCLUDE_DIR ${PROJECT_BINARY_DIR}/include)
file(MAKE_DIRECTORY ${BREAKWATER_INCLUDE_DIR}/breakwater)
foreach(folder messages core transport storage actors tests tools)
  file(CREATE_LINK ${PROJECT_SOURCE_DIR}/${folder} ${BREAKWATER_INCLUDE_DIR}/breakwater/${folder} SYMBOLIC)
endforeach()

add_library(breakwater_warnings INTERFACE)
target_compile_options(breakwater_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wno-missing-field-initializers)

# What users get. Libraries of the tools are built alike, but stay here.
set(BREAKWATER_INSTALLED messages core transport storage actors testing)

# breakwater_library(<folder> SOURCES ... LINK ...): one target per folder, breakwater::<folder> to its users, installed with
# its headers. The folder `testing` is exported apart, so that only those who ask for it need GoogleTest.
function(breakwater_library folder)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK;LINK_PRIVATE" ${ARGN})
  add_library(breakwater_${folder} ${arg_SOURCES})
  add_library(breakwater::${folder} ALIAS breakwater_${folder})
  set_target_properties(breakwater_${folder} PROPERTIES EXPORT_NAME ${folder})
  target_compile_features(breakwater_${folder} PUBLIC cxx_std_20)
  target_include_directories(breakwater_${folder} PUBLIC $<BUILD_INTERFACE:${BREAKWATER_INCLUDE_DIR}>
                                                         $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(breakwater_${folder} PUBLIC ${arg_LINK} PRIVATE ${arg_LINK_PRIVATE}
                        $<BUILD_INTERFACE:breakwater_warnings>)
  if(BREAKWATER_INSTALL AND folder IN_LIST BREAKWATER_INSTALLED)
    set(export breakwater_targets)
    if(folder STREQUAL "testing")
      set(export breakwater_testing_targets)
    endif()
    file(RELATIVE_PATH place ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
    install(TARGETS breakwater_${folder} EXPORT ${export} DESTINATION ${CMAKE_INSTALL_LIBDIR})
    install(DIRECTORY ./ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/breakwater/${place} FILES_MATCHING PATTERN "*.hpp")
  endif()
endfunction()

# breakwater_fuzzer(<name> SOURCES ... LINK ... [CORPUS dir]): a libFuzzer program, and a CTest test with the label `fuzz` that
# runs it for BREAKWATER_FUZZ_SECONDS from the seeds in CORPUS (by default fuzz/corpus/<name> beside the caller, if it is
# there). A finding is kept in <build>/findings. Does nothing in a build without fuzzers.
set(BREAKWATER_FUZZ_SECONDS 30 CACHE STRING "How long each fuzzer runs under CTest")
function(breakwater_fuzzer name)
  if(NOT BREAKWATER_BUILD_FUZZERS)
    return()
  endif()
  cmake_parse_arguments(arg "" "CORPUS" "SOURCES;LINK" ${ARGN})
  if(NOT TARGET fuzzers)
    add_custom_target(fuzzers)
  endif()
  add_executable(fuzz_${name} ${arg_SOURCES})
  target_link_libraries(fuzz_${name} PRIVATE ${arg_LINK} breakwater_warnings)
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  add_dependencies(fuzzers fuzz_${name})

  set(found ${PROJECT_BINARY_DIR}/corpus/${name})
  file(MAKE_DIRECTORY ${found} ${PROJECT_BINARY_DIR}/findings)
  get_filename_component(seeds "${arg_CORPUS}" ABSOLUTE)
  if(NOT arg_CORPUS)
    set(seeds ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/corpus/${name})
  endif()
  if(NOT IS_DIRECTORY ${seeds})
    set(seeds "")
  endif()
  math(EXPR limit "${BREAKWATER_FUZZ_SECONDS} + 120")
  add_test(NAME fuzz.${name}
           COMMAND fuzz_${name} -max_total_time=${BREAKWATER_FUZZ_SECONDS} -timeout=10 -rss_limit_mb=2048
                   -artifact_prefix=${PROJECT_BINARY_DIR}/findings/${name}- ${found} ${seeds})
  set_tests_properties(fuzz.${name} PROPERTIES LABELS fuzz TIMEOUT ${limit})
endfunction()

# breakwater_test(<name> SOURCES ... LINK ... [LABELS ...] [TIMEOUT s] [PROPERTIES name value ...]): a GoogleTest program,
# each of its tests a CTest test. (PROPERTIES cannot carry lists: gtest_discover_tests takes them apart.)
function(breakwater_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;LINK;LABELS;PROPERTIES" ${ARGN})
  add_executable(test_${name} ${arg_SOURCES})
  target_link_libraries(test_${name} PRIVATE ${arg_LINK} GTest::gmock GTest::gtest_main breakwater_warnings)
  # What is tested is optimized as the preset says; the test itself need not be, and compiles in half the time.
  target_compile_options(test_${name} PRIVATE -O0)
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  gtest_discover_tests(test_${name} DISCOVERY_MODE PRE_TEST TEST_PREFIX "${name}."
                       PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}" ${arg_PROPERTIES})
endfunction()
