# Target tubal_blas: BLAS and LAPACK. tubal runs its own threads over slices, so a BLAS with one
# thread is preferred: Debian's serial OpenBLAS where it is installed, unless BLA_VENDOR or
# BLAS_LIBRARIES and LAPACK_LIBRARIES say otherwise.
if(NOT BLA_VENDOR AND NOT BLAS_LIBRARIES)
  find_library(TUBAL_SERIAL_OPENBLAS NAMES openblas
    PATHS /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/openblas-serial NO_DEFAULT_PATH)
  mark_as_advanced(TUBAL_SERIAL_OPENBLAS)
  if(TUBAL_SERIAL_OPENBLAS)
    set(BLAS_LIBRARIES ${TUBAL_SERIAL_OPENBLAS})
    set(LAPACK_LIBRARIES ${TUBAL_SERIAL_OPENBLAS})
  endif()
endif()
if(NOT BLAS_LIBRARIES OR NOT LAPACK_LIBRARIES)
  find_package(LAPACK REQUIRED)
endif()
set(TUBAL_BLAS_LIBRARIES ${LAPACK_LIBRARIES} ${BLAS_LIBRARIES})
list(REMOVE_DUPLICATES TUBAL_BLAS_LIBRARIES)
add_library(tubal_blas INTERFACE)
target_link_libraries(tubal_blas INTERFACE ${TUBAL_BLAS_LIBRARIES})
