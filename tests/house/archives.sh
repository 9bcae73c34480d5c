#!/bin/sh
# archives.sh KIND NM ARCHIVE...: looks into our archives with nm.
#   network    no socket, resolver, TLS, cipher or database is named
#   print      nothing is printed: printf and its kin, std::cout
#   throw      nothing is thrown, caught or cast dynamically
#   construct  no static constructor runs before main
set -eu
kind=$1 nm=$2
shift 2
[ $# -gt 0 ] || { echo "no archives given" >&2; exit 1; }

case $kind in
  network) pattern='^(socket|connect|bind|listen|accept4?|sendto|recvfrom|getaddrinfo|gethostby.*|'
    pattern=$pattern'res_.*|(SSL|TLS|EVP|AES|SHA[0-9]*|RSA|BIO|X509|PEM)_.*|gnutls_.*|mbedtls_.*|'
    pattern=$pattern'crypto_.*|gcry_.*|sqlite3_.*|PQ[a-z].*|mysql_.*|curl_.*)$' ;;
  print) pattern='^(printf|puts|putchar|fprintf|fputs|vprintf|vfprintf|fputc|fwrite|stdout|stderr|'
    pattern=$pattern'__printf_chk|__fprintf_chk|_ZSt4(cout|cerr|clog))$' ;;
  throw) pattern='^(__cxa_throw|__cxa_rethrow|__cxa_begin_catch|__cxa_allocate_exception|'
    pattern=$pattern'__dynamic_cast)$' ;;
  construct) pattern='^(_GLOBAL__(sub_)?I_.*|_ZNSt8ios_base4InitC1Ev)$' ;;
  *) echo "no kind '$kind'" >&2; exit 1 ;;
esac

status=0 seen=0
for archive; do
  [ -f "$archive" ] || { echo "$archive: missing" >&2; exit 1; }
  symbols=$("$nm" -A "$archive")
  [ -n "$symbols" ] && seen=1
  # Addresses of fields vary with the kind of symbol; the name is the last one.
  bad=$(printf '%s\n' "$symbols" | awk -v p="$pattern" 'NF && $NF ~ p')
  [ -z "$bad" ] || { status=1; printf '%s\n' "$bad" >&2; }
done
[ $seen = 1 ] || { echo "the archives name no symbols" >&2; exit 1; }
exit $status
