# Splits the header that flatc --gen-object-api writes into its declarations and the functions that
# pack and unpack: awk -v parts=PREFIX -f split_object_api.awk HEADER
BEGIN {
  header = parts "_generated.h"
  functions = parts "_functions.inc"
  printf "" >header
  printf "" >functions
}
/^inline .*[{]$/ && /rehasher|resolver|::Reset\(|T::operator=/ { moved = 1 }
/^inline .*(T|Union)::[A-Za-z0-9]+(T|Union)\(const / { moved = 1 }
moved { sub(/^inline /, "") }
{ print >(moved ? functions : header) }
/^}$/ { moved = 0 }
