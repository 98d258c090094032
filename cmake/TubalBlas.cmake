# Target tubal_blas: BLAS and LAPACK. tubal calls them from several threads at once, so they must be
# safe for that: OpenBLAS built with threads is (a context sets it to one), OpenBLAS built without
# (Debian's libopenblas0-serial) is not, it shares its buffers. Debian's threaded OpenBLAS is taken
# where it is installed, or unpacked in a folder of CMAKE_PREFIX_PATH, unless BLA_VENDOR or
# BLAS_LIBRARIES and LAPACK_LIBRARIES say otherwise.
if(NOT BLA_VENDOR AND NOT BLAS_LIBRARIES)
  set(folders ${CMAKE_PREFIX_PATH} /usr)
  list(TRANSFORM folders APPEND /lib/${CMAKE_LIBRARY_ARCHITECTURE}/openblas-pthread)
  find_library(TUBAL_THREADED_OPENBLAS NAMES openblas PATHS ${folders} NO_DEFAULT_PATH)
  mark_as_advanced(TUBAL_THREADED_OPENBLAS)
  if(TUBAL_THREADED_OPENBLAS)
    set(BLAS_LIBRARIES ${TUBAL_THREADED_OPENBLAS})
    set(LAPACK_LIBRARIES ${TUBAL_THREADED_OPENBLAS})
  endif()
endif()
if(NOT BLAS_LIBRARIES OR NOT LAPACK_LIBRARIES)
  find_package(LAPACK REQUIRED)
endif()
set(TUBAL_BLAS_LIBRARIES ${LAPACK_LIBRARIES} ${BLAS_LIBRARIES})
list(REMOVE_DUPLICATES TUBAL_BLAS_LIBRARIES)
add_library(tubal_blas INTERFACE)
target_link_libraries(tubal_blas INTERFACE ${TUBAL_BLAS_LIBRARIES})
