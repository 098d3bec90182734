# Finds libsecret (the desktop's keyring) through pkg-config: PkgConfig::LibSecret.
find_package(PkgConfig QUIET)
if(PKG_CONFIG_FOUND)
  pkg_check_modules(LibSecret QUIET IMPORTED_TARGET libsecret-1)
endif()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibSecret REQUIRED_VARS LibSecret_LINK_LIBRARIES VERSION_VAR LibSecret_VERSION
                                  REASON_FAILURE_MESSAGE "install libsecret-1-dev and pkg-config")
