# The project's own kinds of targets. Flags that depend on a build type live in CMakePresets.json.

# Every source says "breakwater/<folder>/<file>": links make that true in the build tree as it is after an install.
set(BREAKWATER_INCLUDE_DIR ${PROJECT_BINARY_DIR}/include)
file(MAKE_DIRECTORY ${BREAKWATER_INCLUDE_DIR}/breakwater)
foreach(folder messages core transport storage actors tests tools)
  file(CREATE_LINK ${PROJECT_SOURCE_DIR}/${folder} ${BREAKWATER_INCLUDE_DIR}/breakwater/${folder} SYMBOLIC)
endforeach()

add_library(breakwater_warnings INTERFACE)
target_compile_options(breakwater_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wno-missing-field-initializers)

# breakwater_library(<folder> SOURCES ... LINK ...): one target per folder, breakwater::<folder> to its users.
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
endfunction()

# breakwater_test(<name> SOURCES ... LINK ... [LABELS ...]): a GoogleTest program, each of its tests a CTest test.
function(breakwater_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;LINK;LABELS" ${ARGN})
  add_executable(test_${name} ${arg_SOURCES})
  target_link_libraries(test_${name} PRIVATE ${arg_LINK} GTest::gmock GTest::gtest_main breakwater_warnings)
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  gtest_discover_tests(test_${name} DISCOVERY_MODE PRE_TEST TEST_PREFIX "${name}." 
                       PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}")
endfunction()
