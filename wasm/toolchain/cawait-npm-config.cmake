# find_package(cawait CONFIG) for the npm package, whose libraries are built for wasm32-wasip1 already:
#     find_package(cawait CONFIG REQUIRED PATHS node_modules/cawait/dist/cmake)
# gives the targets of CMakeLists.txt: cawait::core, cawait::sim, cawait::wasip1 (or cawait::wasi), cawait::js. Link one host.
if(TARGET cawait::core)
  return()
endif()
if(NOT CMAKE_SYSTEM_NAME STREQUAL "WASI")
  set(cawait_FOUND FALSE)
  set(cawait_NOT_FOUND_MESSAGE "the npm package's libraries are for wasm32-wasip1; for another target add_subdirectory() it")
  return()
endif()

get_filename_component(cawait_dist "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)
find_program(CAWAIT_NODE NAMES node nodejs DOC "Node.js, which unpacks the libraries of the npm package")
if(NOT CAWAIT_NODE)
  message(FATAL_ERROR "cawait: the libraries of the npm package are unpacked by Node.js: -DCAWAIT_NODE=PATH says where it is")
endif()
set(cawait_libraries ${CMAKE_BINARY_DIR}/cawait)
execute_process(COMMAND ${CAWAIT_NODE} ${cawait_dist}/wasm/toolchain/archives.mjs ${cawait_libraries} COMMAND_ERROR_IS_FATAL ANY)

add_library(cawait::core STATIC IMPORTED)
set_target_properties(cawait::core PROPERTIES
  IMPORTED_LOCATION ${cawait_libraries}/libcawait.a
  INTERFACE_INCLUDE_DIRECTORIES ${cawait_dist}/include
  INTERFACE_COMPILE_OPTIONS
    "$<$<COMPILE_LANGUAGE:C>:@${cawait_dist}/cawait.rsp>;$<$<AND:$<COMPILE_LANGUAGE:C>,$<OR:$<CONFIG:Debug>,$<STREQUAL:$<CONFIG>,>>>:-O1>")

foreach(host sim wasip1 js)
  add_library(cawait::${host} STATIC IMPORTED)
  set_target_properties(cawait::${host} PROPERTIES
    IMPORTED_LOCATION ${cawait_libraries}/libcawait-${host}.a
    INTERFACE_LINK_LIBRARIES cawait::core)
endforeach()
add_library(cawait::wasi ALIAS cawait::wasip1)
set_property(TARGET cawait::js PROPERTY INTERFACE_LINK_OPTIONS -mexec-model=reactor)
unset(cawait_dist)
unset(cawait_libraries)
