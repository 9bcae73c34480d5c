# What a cross build takes from this machine although it is another architecture's: sources and
# headers only. GoogleTest is built from Debian's sources; of /usr/include just the libraries that
# are headers alone are seen.
foreach(library flatbuffers CLI nlohmann)
  if(NOT IS_DIRECTORY /usr/include/${library})
    message(FATAL_ERROR "/usr/include/${library} is missing")
  endif()
  file(COPY /usr/include/${library} DESTINATION ${PROJECT_BINARY_DIR}/include)
endforeach()
include_directories(SYSTEM ${PROJECT_BINARY_DIR}/include)
add_library(nlohmann_json::nlohmann_json INTERFACE IMPORTED GLOBAL)

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
