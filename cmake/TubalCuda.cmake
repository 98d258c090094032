# TUBAL_CUDA: whether the CUDA back end is built. Sets TUBAL_HAS_CUDA.
set(TUBAL_CUDA AUTO CACHE STRING "AUTO, ON (fails without CUDA) or OFF")
set_property(CACHE TUBAL_CUDA PROPERTY STRINGS AUTO ON OFF)
if(NOT TUBAL_CUDA MATCHES "^(AUTO|ON|OFF)$")
  message(FATAL_ERROR "TUBAL_CUDA is '${TUBAL_CUDA}'; it must be AUTO, ON or OFF")
endif()

set(TUBAL_HAS_CUDA OFF)
if(NOT TUBAL_CUDA STREQUAL "OFF")
  include(CheckLanguage)
  check_language(CUDA)
  if(CMAKE_CUDA_COMPILER)
    # Data-centre GPUs since 2020 as machine code, newer ones through PTX. Never left to a default:
    # a wrong one makes kernels that silently do nothing. Not cached: a parent project keeps its own.
    if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES)
      set(CMAKE_CUDA_ARCHITECTURES "80-real;90")
    endif()
    enable_language(CUDA)
    find_package(CUDAToolkit REQUIRED)
    # CMake before 3.26 does not know how nvcc is asked for C++20.
    if(NOT DEFINED CMAKE_CUDA20_STANDARD_COMPILE_OPTION)
      set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION -std=c++20)
      set(CMAKE_CUDA20_EXTENSION_COMPILE_OPTION -std=c++20)
    endif()
    set(TUBAL_HAS_CUDA ON)
  elseif(TUBAL_CUDA STREQUAL "ON")
    message(FATAL_ERROR "TUBAL_CUDA=ON, but no CUDA compiler was found. Put nvcc on PATH, set "
                        "CMAKE_CUDA_COMPILER, or configure with TUBAL_CUDA=OFF")
  endif()
endif()
