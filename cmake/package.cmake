# What leaves the build: libsamara.so (the engine), libsamara_device.so (the device library for C),
# libtensorflowlite_c.so (the TensorFlow Lite C API over the engine), the program, headers, CMake and pkg-config files, and a .deb (cpack -G DEB in the build folder).
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# A library that is installed: it exports what the map names and no other symbol, leaves none open, and
# drops what none of them reaches.
function(samara_install_library name map)
  set_target_properties(${name} PROPERTIES VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR})
  set_property(TARGET ${name} APPEND PROPERTY LINK_DEPENDS ${PROJECT_SOURCE_DIR}/cmake/${map})
  target_link_options(${name} PRIVATE -Wl,--gc-sections -Wl,--as-needed
    -Wl,--version-script=${PROJECT_SOURCE_DIR}/cmake/${map})
  if(NOT SAMARA_SANITIZE)
    target_link_options(${name} PRIVATE -Wl,--no-undefined)
  endif()
  target_include_directories(${name} INTERFACE
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:include>)
  install(TARGETS ${name} EXPORT SamaraTargets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
endfunction()

# The engine's archives as one library. It exports the symbols that carry SAMARA_API.
set(archives samara_base samara_engine_schema samara_engine_kernels samara_engine_graph
  samara_engine_ops samara_engine_text_ops samara_engine_runtime samara_engine_c_api)
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/version.cc CONTENT
  "extern \"C\" __attribute__((visibility(\"default\"))) const char samara_version[] = \"@PROJECT_VERSION@\";\n"
  @ONLY)
add_library(samara_shared SHARED ${PROJECT_BINARY_DIR}/generated/version.cc)
add_library(Samara::samara ALIAS samara_shared)
set_target_properties(samara_shared PROPERTIES OUTPUT_NAME samara EXPORT_NAME samara)
samara_install_library(samara_shared exports.map)
add_dependencies(samara_shared ${archives})
list(TRANSFORM archives REPLACE "(.+)" "$<TARGET_FILE:\\1>" OUTPUT_VARIABLE files)
set_property(GLOBAL PROPERTY SAMARA_ENGINE ${files})
target_link_libraries(samara_shared PRIVATE -Wl,--whole-archive ${files} -Wl,--no-whole-archive
  Threads::Threads ${CMAKE_DL_LIBS})
target_compile_features(samara_shared INTERFACE cxx_std_20)
if(SAMARA_LITE)
  add_custom_command(TARGET samara_shared POST_BUILD VERBATIM
    COMMAND ${CMAKE_STRIP} --strip-unneeded $<TARGET_FILE:samara_shared>)
endif()

# The device library: the C API with everything behind it.
if(TARGET samara_fleet_device_capi)
  add_library(samara_device SHARED ${PROJECT_BINARY_DIR}/generated/version.cc)
  add_library(Samara::device ALIAS samara_device)
  add_dependencies(samara_device samara_fleet_device_capi)
  set_target_properties(samara_device PROPERTIES EXPORT_NAME device
    LINK_DEPENDS $<TARGET_FILE:samara_fleet_device_capi>)
  samara_install_library(samara_device device.map)
  target_link_libraries(samara_device PRIVATE -Wl,--whole-archive
    $<TARGET_FILE:samara_fleet_device_capi> -Wl,--no-whole-archive samara_fleet_agent)
endif()

# The TensorFlow Lite C API: named, versioned and found as programs that link against it expect. Its
# other names are links; what go-tflite's delegates ask the linker for is in it, too.
add_library(tensorflowlite_c SHARED ${PROJECT_BINARY_DIR}/generated/version.cc)
add_library(Samara::tensorflowlite_c ALIAS tensorflowlite_c)
add_dependencies(tensorflowlite_c samara_engine_capi samara_engine_tflite_abi)
samara_install_library(tensorflowlite_c tensorflowlite_c.map)
set_property(TARGET tensorflowlite_c PROPERTY SOVERSION)
set_property(TARGET tensorflowlite_c PROPERTY VERSION)
set(of_c $<TARGET_FILE:samara_engine_capi> $<TARGET_FILE:samara_engine_tflite_abi>)
set_property(TARGET tensorflowlite_c APPEND PROPERTY LINK_DEPENDS ${of_c})
target_link_libraries(tensorflowlite_c PRIVATE -Wl,--whole-archive ${of_c} -Wl,--no-whole-archive
  samara_engine_runtime Threads::Threads ${CMAKE_DL_LIBS})
file(MAKE_DIRECTORY ${CMAKE_LIBRARY_OUTPUT_DIRECTORY})
foreach(alias tensorflow-lite tensorflowlite-delegate_xnnpack tensorflowlite-delegate_external)
  file(CREATE_LINK libtensorflowlite_c.so ${CMAKE_LIBRARY_OUTPUT_DIRECTORY}/lib${alias}.so SYMBOLIC)
  install(FILES ${CMAKE_LIBRARY_OUTPUT_DIRECTORY}/lib${alias}.so
    DESTINATION ${CMAKE_INSTALL_LIBDIR})
endforeach()
install(DIRECTORY include/tensorflow include/tflite DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.h")

install(DIRECTORY include/samara DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING
  PATTERN "*.h")
if(TARGET samara)
  # Operator libraries that the program loads find the public contract in the program itself.
  target_link_options(samara PRIVATE -Wl,--dynamic-list=${PROJECT_SOURCE_DIR}/cmake/exports.list)
  set_target_properties(samara PROPERTIES LINK_DEPENDS ${PROJECT_SOURCE_DIR}/cmake/exports.list)
  install(TARGETS samara RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Samara)
install(EXPORT SamaraTargets NAMESPACE Samara:: DESTINATION ${package_dir})
configure_package_config_file(cmake/SamaraConfig.cmake.in
  ${PROJECT_BINARY_DIR}/generated/SamaraConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/generated/SamaraConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/generated/SamaraConfig.cmake
  ${PROJECT_BINARY_DIR}/generated/SamaraConfigVersion.cmake DESTINATION ${package_dir})
# Relative, so that the installed tree can be moved.
file(RELATIVE_PATH SAMARA_PC_TO_PREFIX /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
# For C, and for languages that speak it, without what only C++ understands.
foreach(name samara samara-c tensorflowlite_c)
  set(SAMARA_PC_LIBRARY samara)
  if(name STREQUAL "tensorflowlite_c")
    set(SAMARA_PC_LIBRARY tensorflowlite_c)
  endif()
  if(name STREQUAL "samara")
    set(SAMARA_PC_FLAGS " -std=c++20")
  else()
    set(SAMARA_PC_FLAGS "")
  endif()
  configure_file(cmake/samara.pc.in ${PROJECT_BINARY_DIR}/generated/${name}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/generated/${name}.pc
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()
# The engine's sources, of which `samara build-runtime` builds a library for given models.
if(TARGET samara)
  set(source ${CMAKE_INSTALL_DATADIR}/samara/source)
  install(FILES CMakeLists.txt CMakePresets.json LICENSE README.md DESTINATION ${source})
  install(DIRECTORY cmake include DESTINATION ${source})
  install(FILES src/CMakeLists.txt src/DOORS DESTINATION ${source}/src)
  install(DIRECTORY src/base src/engine DESTINATION ${source}/src
    PATTERN "*_test*" EXCLUDE PATTERN "testdata" EXCLUDE)
endif()
install(FILES LICENSE README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME samara)
set(CPACK_PACKAGE_CONTACT "Samara maintainers <maintainers@samara.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
include(CPack)
