# What flatc makes, for room engine/schema; `folder` is where it goes.

function(samara_flatc schema suffix)
  set(header ${folder}/${schema}${suffix}.h)
  add_custom_command(OUTPUT ${header}
    COMMAND ${SAMARA_FLATC} --cpp ${ARGN} --filename-suffix ${suffix} -o ${folder}
            ${CMAKE_CURRENT_SOURCE_DIR}/fbs/${schema}.fbs
    DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/fbs/${schema}.fbs VERBATIM)
  # As a source of the room, so that whoever links the room compiles after it is there.
  target_sources(samara_engine_schema PRIVATE ${header})
endfunction()

# <schema>_object_whole.h becomes <schema>_object_generated.h and <schema>_object_functions.inc.
function(samara_split_object_api schema)
  set(parts ${folder}/${schema}_object_generated.h ${folder}/${schema}_object_functions.inc)
  set(split ${PROJECT_SOURCE_DIR}/cmake/split_object_api.awk)
  add_custom_command(OUTPUT ${parts}
    COMMAND awk -v parts=${folder}/${schema}_object -f ${split} ${folder}/${schema}_object_whole.h
    DEPENDS ${folder}/${schema}_object_whole.h ${split} VERBATIM)
  target_sources(samara_engine_schema PRIVATE ${parts})
endfunction()
