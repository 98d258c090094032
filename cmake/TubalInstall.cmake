# cmake --install: library, headers, package files, and the command where it is built.
option(TUBAL_INSTALL "Make install rules" ${PROJECT_IS_TOP_LEVEL})
if(NOT TUBAL_INSTALL)
  return()
endif()
include(CMakePackageConfigHelpers)

# tubal_blas and tubal_fft only carry link options; a static tubal passes them on.
install(TARGETS tubal tubal_blas tubal_fft EXPORT tubalTargets)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/ ${PROJECT_BINARY_DIR}/src/include/
        TYPE INCLUDE FILES_MATCHING PATTERN *.hpp)

# What is installed finds the library beside it and BLAS where it was at link time: the directory
# that ld.so would look in may hold a BLAS with threads of its own.
set(installed tubal)
if(TARGET tubal_command)  # its install rule stands with it, in src/cli
  list(APPEND installed tubal_command)
endif()
file(RELATIVE_PATH to_library /${CMAKE_INSTALL_BINDIR} /${CMAKE_INSTALL_LIBDIR})
set_target_properties(${installed} PROPERTIES INSTALL_RPATH "$ORIGIN;$ORIGIN/${to_library}"
                                              INSTALL_RPATH_USE_LINK_PATH ON)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/tubal)
if(BUILD_SHARED_LIBS)
  set(BUILD_SHARED_LIBS ON)
else()
  set(BUILD_SHARED_LIBS OFF)
endif()
install(EXPORT tubalTargets NAMESPACE tubal:: DESTINATION ${package_dir})
configure_package_config_file(cmake/tubalConfig.cmake.in ${PROJECT_BINARY_DIR}/tubalConfig.cmake
                              INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/tubalConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/tubalConfig.cmake ${PROJECT_BINARY_DIR}/tubalConfigVersion.cmake
        DESTINATION ${package_dir})
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
