# Finds libsodium (encrypted files) through pkg-config: PkgConfig::Sodium.
find_package(PkgConfig QUIET)
if(PKG_CONFIG_FOUND)
  pkg_check_modules(Sodium QUIET IMPORTED_TARGET libsodium)
endif()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Sodium REQUIRED_VARS Sodium_LINK_LIBRARIES VERSION_VAR Sodium_VERSION
                                  REASON_FAILURE_MESSAGE "install libsodium-dev and pkg-config")
