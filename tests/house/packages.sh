#!/bin/sh
# packages.sh: what scripts/lib.sh does on systems of every kind, with stand-ins for dpkg and apt.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/bin"

cat >"$folder/bin/dpkg-query" <<'SH'
#!/bin/sh
for package; do :; done
case " $LACKING " in *" $package "*) printf 'not-installed' ;; *) printf 'installed' ;; esac
SH
cat >"$folder/bin/apt-get" <<'SH'
#!/bin/sh
echo "apt-get $*" >>"$LOG"
case $1 in update) exit "${UPDATE_EXIT:-0}" ;; install) exit "${INSTALL_EXIT:-0}" ;; esac
SH
cat >"$folder/bin/id" <<'SH'
#!/bin/sh
echo "${USER_ID:-0}"
SH
printf '#!/bin/sh\necho "sudo $*" >>"$LOG"\n[ "$1" = -n ] && shift\nexec "$@"\n' >"$folder/bin/sudo"
chmod +x "$folder"/bin/*
export LOG="$folder/log" LACKING='' SAMARA_OS_RELEASE="$folder/os"
PATH=$folder/bin:$PATH

# ask COMMANDS: runs them after lib.sh; output in $folder/out, exit status in $code.
ask() {
  : >"$LOG"
  code=0
  sh -c ". scripts/lib.sh; $1" >"$folder/out" 2>&1 </dev/null || code=$?
}
expect() {
  grep -q -- "$1" "$2" || { echo "expected '$1' in:"; cat "$2"; exit 1; } >&2
}
refuse() {
  ! grep -q -- "$1" "$2" || { echo "did not expect '$1' in:"; cat "$2"; exit 1; } >&2
}

printf 'ID=debian\nVERSION_ID="12"\n' >"$folder/os"
ask 'need build test'
[ $code = 0 ] && [ ! -s "$LOG" ] && [ ! -s "$folder/out" ] ||
  { echo "nothing is missing, and yet:"; cat "$folder/out" "$LOG"; exit 1; } >&2

LACKING='cmake libpng-dev' ask 'need build test'
expect 'Installing with apt-get: cmake libpng-dev$' "$folder/out"
expect 'apt-get install .*cmake libpng-dev' "$LOG"
refuse ninja "$LOG"

LACKING=cmake UPDATE_EXIT=1 ask 'need build'
[ $code = 0 ] || { echo "a failed update must not stop what the lists can give" >&2; exit 1; }
LACKING=cmake INSTALL_EXIT=100 ask 'need build'
[ $code = 1 ] || { echo "a failed install must fail" >&2; exit 1; }
expect 'Could not install: cmake' "$folder/out"

LACKING=cmake USER_ID=1000 ask 'need build'
expect 'sudo -n env DEBIAN_FRONTEND=noninteractive apt-get install' "$LOG"

printf 'ID=ubuntu\nVERSION_ID="22.04"\n' >"$folder/os"
LACKING='g++ g++-12' ask 'missing build'
expect '^g++-12$' "$folder/out"
refuse '^g++$' "$folder/out"
printf 'ID=ubuntu\nVERSION_ID="24.04"\n' >"$folder/os"
LACKING='g++ g++-12 libclang-rt-14-dev libclang-rt-18-dev' ask 'missing build fuzz'
expect '^g++$' "$folder/out"
expect '^libclang-rt-18-dev$' "$folder/out"
refuse 'rt-14' "$folder/out"

# A system that nobody wrote for: the same question put to commands and headers, and no installing.
printf 'ID=fedora\nVERSION_ID="44"\n' >"$folder/os"
sed 's/^build .*cmake .*/build cmake all no-such-command/; s/^build .*zlib1g-dev.*/build zlib1g-dev all <no_such.h>/' \
  scripts/packages.txt >"$folder/packages.txt"
mkdir -p "$folder/tree/scripts"
cp scripts/lib.sh "$folder/packages.txt" "$folder/tree/scripts/"
cd "$folder/tree"
ask 'need build'
[ $code = 1 ] || { echo "an unknown system must be told, not tried" >&2; exit 1; }
expect "Missing, by Debian's names: .*cmake" "$folder/out"
expect 'zlib1g-dev' "$folder/out"
refuse 'ninja-build' "$folder/out"
refuse apt-get "$LOG"

ask 'jobs'
expect '^[1-9][0-9]*$' "$folder/out"
echo "packages are asked for, named and installed as written"
