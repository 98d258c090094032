# The files of the CUDA back end; its stand-in for tests compiles them, too.
set(TUBAL_CUDA_SOURCES
  allocators.cpp
  canary.cu
  check_result.cu
  cholesky.cpp
  context.cpp
  descent.cu
  eigen.cpp
  elementwise.cu
  errors.cpp
  fft.cu
  gemm.cpp
  jacobi_eigen.cu
  jacobi_svd.cu
  lq.cpp
  lu.cpp
  memory.cpp
  reduce.cu
  sensing.cpp
  sequence.cpp
  slices.cu
  small.cu
  small_lq.cu
  svd.cpp)
list(TRANSFORM TUBAL_CUDA_SOURCES PREPEND ${CMAKE_CURRENT_LIST_DIR}/)
