# Installs the build, moves the installation, and builds and runs a project that finds it there.
# The project enables C++ alone, so nvcc has no part in it.
file(REMOVE_RECURSE ${WORK_DIR})
file(MAKE_DIRECTORY ${WORK_DIR})

function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "failed (${status}): ${ARGV}")
  endif()
endfunction()

run(${CMAKE_COMMAND} --install ${BUILD_DIR} --config ${CONFIG} --prefix ${WORK_DIR}/first)
file(RENAME ${WORK_DIR}/first ${WORK_DIR}/prefix)

run(${CMAKE_COMMAND} -S ${SOURCE_DIR} -B ${WORK_DIR}/build -G Ninja
    -D CMAKE_BUILD_TYPE=Release
    -D CMAKE_CXX_COMPILER=${CXX_COMPILER}
    -D CMAKE_PREFIX_PATH=${WORK_DIR}/prefix
    -D CMAKE_EXPORT_COMPILE_COMMANDS=ON
    -D WANTED_VERSION=${VERSION})
run(${CMAKE_COMMAND} --build ${WORK_DIR}/build)
run(${WORK_DIR}/build/consumer)
if(EXISTS ${WORK_DIR}/prefix/bin/tubal)
  run(${WORK_DIR}/prefix/bin/tubal --version)
endif()

# Nothing of the machine that built the package may be named in what others compile with.
file(STRINGS ${WORK_DIR}/build/compile_commands.json commands REGEX "\"command\"")
if(commands MATCHES "fftw|cuda|TUBAL_HAS|-Wall|-Wshadow|-ffp-contract")
  message(FATAL_ERROR "flags of tubal reach its users: ${commands}")
endif()
file(GLOB_RECURSE package_files ${WORK_DIR}/prefix/lib*/cmake/tubal/*.cmake)
if(NOT package_files)
  message(FATAL_ERROR "no package files were installed")
endif()
foreach(file IN LISTS package_files)
  file(READ ${file} text)
  string(FIND "${text}" ${BUILD_DIR} at)
  if(NOT at EQUAL -1)
    message(FATAL_ERROR "${file} names the build directory")
  endif()
endforeach()
