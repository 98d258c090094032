# tubal_target(NAME): language level, warnings and sanitizers, on this target alone.
function(tubal_target name)
  target_compile_features(${name} PUBLIC cxx_std_20)
  set_target_properties(${name} PROPERTIES CXX_EXTENSIONS OFF CXX_VISIBILITY_PRESET hidden
                                           VISIBILITY_INLINES_HIDDEN ON
                                           POSITION_INDEPENDENT_CODE ON
                                           UNITY_BUILD_MODE GROUP)  # see tubal_unity
  set(flags -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor)
  if(CMAKE_UNITY_BUILD)  # a source is taken for a header there
    list(APPEND flags -Wno-subobject-linkage)
  endif()
  if(TUBAL_WARNINGS_AS_ERRORS)
    list(APPEND flags -Werror)
  endif()
  target_compile_options(${name} PRIVATE "$<$<COMPILE_LANGUAGE:CXX>:${flags}>")
  if(TUBAL_SANITIZE)
    target_compile_options(${name} PRIVATE
      "$<$<COMPILE_LANGUAGE:CXX>:-fsanitize=${TUBAL_SANITIZE};-fno-sanitize-recover=all;-fno-omit-frame-pointer>")
    target_link_options(${name} PUBLIC -fsanitize=${TUBAL_SANITIZE})
  endif()
endfunction()

# tubal_lightly_optimised(NAME): for code that decides, reads and writes, but computes nothing that
# takes time. It compiles in seven to eight tenths of the time.
function(tubal_lightly_optimised name)
  target_compile_options(${name} PRIVATE $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CONFIG:Release>>:-O1>)
endfunction()

# tubal_unity(NAME [SOURCES...]): where CMAKE_UNITY_BUILD is ON, the sources of each folder, or those
# of them that are named, are compiled as one.
function(tubal_unity name)
  set(sources ${ARGN})
  if(NOT sources)
    get_target_property(sources ${name} SOURCES)
  endif()
  get_target_property(here ${name} SOURCE_DIR)
  foreach(source IN LISTS sources)
    cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${here} NORMALIZE)
    cmake_path(RELATIVE_PATH source BASE_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE folder)
    cmake_path(REMOVE_FILENAME folder)
    set_source_files_properties(${source} TARGET_DIRECTORY ${name} PROPERTIES UNITY_GROUP "${folder}")
  endforeach()
endfunction()
