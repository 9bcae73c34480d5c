# samara_room(): one folder, one static library, linked to exactly the doors that src/DOORS names.
# samara_collect(): lists the files of a leaf folder, so that adding one more thing is one file.

file(STRINGS ${PROJECT_SOURCE_DIR}/src/DOORS SAMARA_DOORS REGEX "^[a-z].*:")
set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS src/DOORS)
set(SAMARA_NO_THROW -fno-exceptions -fno-rtti)

function(samara_doors room out)
  foreach(line IN LISTS SAMARA_DOORS)
    if(line MATCHES "^${room}:(.*)$")
      string(STRIP "${CMAKE_MATCH_1}" doors)
      string(REPLACE "/" "_" doors "${doors}")
      string(REGEX REPLACE " +" ";" doors "${doors}")
      list(TRANSFORM doors PREPEND samara_)
      if(SAMARA_LITE)  # rooms that this build leaves out; only `testing` has doors to them
        list(FILTER doors EXCLUDE REGEX "^samara_(tasks|fleet|hub|cli)_")
      endif()
      set(${out} "${doors}" PARENT_SCOPE)
      return()
    endif()
  endforeach()
  message(FATAL_ERROR "src/DOORS has no line for ${room}")
endfunction()

# samara_room(<room>): target samara_<room with _ for />; every .cc below the folder belongs to it,
# *_test.cc make the executable <target>_test. Rooms with a library (THROWS) may use exceptions.
# WITHOUT names folders to leave out, those of libraries that are not there.
function(samara_room room)
  cmake_parse_arguments(ARG "THROWS" "" "WITHOUT" ${ARGN})
  string(REPLACE "/" "_" name "samara_${room}")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "(_test|/main)\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  samara_keep_selected(sources)
  foreach(folder IN LISTS ARG_WITHOUT)
    list(FILTER sources EXCLUDE REGEX "/${folder}/[^/]+$")
  endforeach()
  set(isa_sources ${sources})
  string(REPLACE ";" "|" isas "${SAMARA_ALL_ISAS}")
  list(FILTER sources EXCLUDE REGEX "\\.(${isas})\\.cc$")
  list(FILTER isa_sources INCLUDE REGEX "\\.(${isas})\\.cc$")

  if(NOT sources)  # headers only, so far: an archive needs one file
    file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/${name}.cc CONTENT "")
    set(sources ${PROJECT_BINARY_DIR}/generated/${name}.cc)
  endif()
  add_library(${name} STATIC ${sources})
  samara_isa_sources(${name} ${isa_sources})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src)
  samara_doors(${room} doors)
  target_link_libraries(${name} PUBLIC ${doors})
  if(NOT ARG_THROWS)
    target_compile_options(${name} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:${SAMARA_NO_THROW}>)
  endif()
  if(SAMARA_TESTS AND tests)
    samara_grouped(tests ${name} ${tests})
    samara_test(${name}_test ${room} ${tests})
    target_link_libraries(${name}_test PRIVATE ${name})
  endif()
endfunction()

# samara_grouped(<out> <name> <files...>): many tests as sixteen files that include them, since a
# test's headers take ten times as long to compile as the test. By name, so that one more file
# changes one group; with paths below src, so that a compiler cache knows them in any checkout.
function(samara_grouped out name)
  list(LENGTH ARGN count)
  if(count LESS 48)
    set(${out} ${ARGN} PARENT_SCOPE)
    return()
  endif()
  foreach(file IN LISTS ARGN)
    file(RELATIVE_PATH file ${PROJECT_SOURCE_DIR}/src ${file})
    string(MD5 group ${file})
    string(SUBSTRING ${group} 0 1 group)
    string(APPEND text_${group} "#include \"${file}\"\n")
    list(APPEND groups ${group})
  endforeach()
  list(REMOVE_DUPLICATES groups)
  foreach(group IN LISTS groups)
    set(file ${PROJECT_BINARY_DIR}/generated/${name}/tests_${group}.cc)
    file(CONFIGURE OUTPUT ${file} CONTENT "${text_${group}}" @ONLY)
    list(APPEND files ${file})
  endforeach()
  set(${out} ${files} PARENT_SCOPE)
endfunction()

# samara_test(<target> <label> <files...>): a GoogleTest program, one ctest entry.
function(samara_test name label)
  add_executable(${name} ${ARGN})
  target_link_libraries(${name} PRIVATE samara_testing GTest::gtest)
  # Tests are compiled once and run once: optimising them takes longer than it saves. What they test is
  # optimised; an emulator's time is worth more than the compiler's.
  if(NOT CMAKE_CROSSCOMPILING)
    target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O0>)
  endif()
  # Wrong in g++ 12 for a vector that is made of another's bytes.
  target_compile_options(${name} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-free-nonheap-object>)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES LABELS ${label})
endfunction()

# samara_collect(<target> DIR <dir> LIST <file.inc>): writes SAMARA_ITEM(<name>) for each <name>.cc
# of the folder (tests, instruction-set files and registry.cc left out), for a registry to expand.
function(samara_collect target)
  cmake_parse_arguments(ARG "" "DIR;LIST" "" ${ARGN})
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${ARG_DIR}/*.cc)
  samara_keep_selected(files)
  set(text "")
  foreach(file IN LISTS files)
    get_filename_component(item ${file} NAME)
    if(NOT item MATCHES "_test\\.cc$|^registry\\.cc$" AND item MATCHES "^([a-z0-9_]+)\\.cc$")
      string(APPEND text "SAMARA_ITEM(${CMAKE_MATCH_1})\n")
    endif()
  endforeach()
  set(folder ${PROJECT_BINARY_DIR}/generated/${target})
  file(CONFIGURE OUTPUT ${folder}/${ARG_LIST} CONTENT "${text}" @ONLY)
  target_include_directories(${target} PRIVATE ${folder})
endfunction()

# samara_embed(<target> DIR <dir> LIST <file.inc>): writes SAMARA_FILE("<name>", <its text>) for each
# file of the folder, for a table to expand. What is embedded is text.
function(samara_embed target)
  cmake_parse_arguments(ARG "" "DIR;LIST" "" ${ARGN})
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${ARG_DIR}/*)
  set(folder ${PROJECT_BINARY_DIR}/generated/${target})
  set(script ${PROJECT_SOURCE_DIR}/cmake/embed.cmake)
  add_custom_command(OUTPUT ${folder}/${ARG_LIST} DEPENDS ${files} ${script} VERBATIM
    COMMAND ${CMAKE_COMMAND} "-DFILES=${files}" -DOUT=${folder}/${ARG_LIST} -P ${script})
  target_sources(${target} PRIVATE ${folder}/${ARG_LIST})
  target_include_directories(${target} PRIVATE ${folder})
endfunction()
