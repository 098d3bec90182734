# breakwater::breakwater (all that an embedder needs, in one name), and what `cmake --install` lays down: libraries,
# headers as <breakwater/folder/file.hpp>, a CMake package and a pkg-config file.
include(CMakePackageConfigHelpers)

add_library(breakwater INTERFACE)
add_library(breakwater::breakwater ALIAS breakwater)
target_link_libraries(breakwater INTERFACE breakwater_actors breakwater_storage breakwater_transport breakwater_core
                                           breakwater_messages)

if(NOT BREAKWATER_INSTALL)
  return()
endif()

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/breakwater)
install(TARGETS breakwater EXPORT breakwater_targets)
install(EXPORT breakwater_targets NAMESPACE breakwater:: DESTINATION ${package_dir})
if(TARGET breakwater_testing)
  install(EXPORT breakwater_testing_targets NAMESPACE breakwater:: DESTINATION ${package_dir})
endif()

configure_package_config_file(cmake/breakwater-config.cmake.in ${PROJECT_BINARY_DIR}/breakwater-config.cmake
                              INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/breakwater-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/breakwater-config.cmake ${PROJECT_BINARY_DIR}/breakwater-config-version.cmake
              cmake/FindCAF.cmake cmake/FindLibSecret.cmake cmake/FindSodium.cmake DESTINATION ${package_dir})

# CAF has no pkg-config file of its own. Where it is not in the compiler's default place, its directory is written out.
get_target_property(caf_library CAF::core IMPORTED_LOCATION)
if(NOT caf_library)
  get_target_property(caf_library CAF::core IMPORTED_LOCATION_RELEASE)
endif()
get_filename_component(caf_library_dir "${caf_library}" DIRECTORY)
get_target_property(caf_include_dir CAF::core INTERFACE_INCLUDE_DIRECTORIES)
set(BREAKWATER_PC_CAF_CFLAGS "")
set(BREAKWATER_PC_CAF_LIBS "-lcaf_openssl -lcaf_io -lcaf_core")
if(NOT caf_library_dir IN_LIST CMAKE_CXX_IMPLICIT_LINK_DIRECTORIES)
  set(BREAKWATER_PC_CAF_CFLAGS "-I${caf_include_dir}")
  set(BREAKWATER_PC_CAF_LIBS "-L${caf_library_dir} ${BREAKWATER_PC_CAF_LIBS}")
endif()
file(RELATIVE_PATH BREAKWATER_PC_PREFIX ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
configure_file(cmake/breakwater.pc.in ${PROJECT_BINARY_DIR}/breakwater.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/breakwater.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
