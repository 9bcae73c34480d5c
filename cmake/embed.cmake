# Run by samara_embed() of samara.cmake: FILES as raw string literals in OUT.
set(text "")
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME)
  file(READ ${file} content)
  string(APPEND text "SAMARA_FILE(\"${name}\", R\"samara(${content})samara\")\n")
endforeach()
file(WRITE ${OUT} "${text}")
