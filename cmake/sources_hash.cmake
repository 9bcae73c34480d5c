# Writes OUT: #define SAMARA_PACKING_VERSION "<hash>" of the content of FILES.
set(all "")
foreach(file IN LISTS FILES)
  file(SHA256 ${file} hash)
  string(APPEND all ${hash})
endforeach()
string(SHA256 version "${all}")
file(WRITE ${OUT} "#define SAMARA_PACKING_VERSION \"${version}\"\n")
