# What a cross build takes from this machine although it is another architecture's: sources and
# headers only. GoogleTest is built from Debian's sources; of /usr/include just FlatBuffers is seen.
find_path(SAMARA_FLATBUFFERS flatbuffers/flatbuffers.h PATHS /usr/include NO_DEFAULT_PATH
  NO_CMAKE_FIND_ROOT_PATH REQUIRED)
file(COPY ${SAMARA_FLATBUFFERS}/flatbuffers DESTINATION ${PROJECT_BINARY_DIR}/include)
include_directories(SYSTEM ${PROJECT_BINARY_DIR}/include)

if(SAMARA_TESTS)
  enable_testing()
  set(INSTALL_GTEST OFF CACHE BOOL "" FORCE)
  set(BUILD_GMOCK OFF CACHE BOOL "" FORCE)
  add_subdirectory(/usr/src/googletest ${PROJECT_BINARY_DIR}/googletest EXCLUDE_FROM_ALL)
  foreach(library gtest gtest_main)
    if(NOT TARGET GTest::${library})
      add_library(GTest::${library} ALIAS ${library})
    endif()
  endforeach()
endif()
