# Configures a project that adds tubal as a subdirectory, and looks for anything that leaks into it.
file(REMOVE_RECURSE ${WORK_DIR})
file(MAKE_DIRECTORY ${WORK_DIR})
execute_process(
  COMMAND ${CMAKE_COMMAND} -S ${SOURCE_DIR} -B ${WORK_DIR} -G Ninja
          -D CMAKE_CXX_COMPILER=${CXX_COMPILER}
          -D CMAKE_EXPORT_COMPILE_COMMANDS=ON
          -D TUBAL_SOURCE_DIR=${TUBAL_SOURCE_DIR}
          -D TUBAL_CUDA=${TUBAL_CUDA}
  COMMAND_ERROR_IS_FATAL ANY)

file(READ ${WORK_DIR}/compile_commands.json text)
string(JSON count LENGTH "${text}")
math(EXPR last "${count} - 1")
set(seen FALSE)
foreach(i RANGE ${last})
  string(JSON file GET "${text}" ${i} file)
  if(file MATCHES "/parent\\.cpp$")
    set(seen TRUE)
    string(JSON command GET "${text}" ${i} command)
    if(command MATCHES "fftw|cuda|TUBAL_HAS|-Wall|-Wshadow|-ffp-contract|-fvisibility|-O3")
      message(FATAL_ERROR "flags of tubal reach its parent: ${command}")
    endif()
  endif()
endforeach()
if(NOT seen)
  message(FATAL_ERROR "parent.cpp is not in compile_commands.json")
endif()
