# Shared by ./demo, ./test, .ci/run and scripts/*: packages, the Python venv, configuring and
# building. POSIX sh; sourced with the repository's root as the working directory.

set -eu
root=$(pwd)

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# The system as scripts/packages.txt names it, e.g. debian-12; "other" where nobody wrote for it.
system() (
  ID='' VERSION_ID=''
  file=${SAMARA_OS_RELEASE:-/etc/os-release}
  if [ -r "$file" ]; then . "$file"; fi
  case "$ID-$VERSION_ID" in
    debian-12 | ubuntu-22.04 | ubuntu-24.04) echo "$ID-$VERSION_ID" ;;
    *) echo other ;;
  esac
)

architecture() {
  case $(uname -m) in
    x86_64) echo amd64 ;;
    aarch64) echo arm64 ;;
    *) uname -m ;;
  esac
}

# rows NEED...: "package probe" lines of the table that apply here.
rows() {
  awk -v needs=" $* " -v os="$(system)" -v arch="$(architecture)" '
    /^#/ || NF < 4 { next }
    index(needs, " " $1 " ") {
      n = split($3, where, ","); systems = 0; archs = 0; fits_system = 0; fits_arch = 0
      for (i = 1; i <= n; ++i) {
        if (where[i] ~ /-[0-9]/) { systems = 1; if (where[i] == os) fits_system = 1 }
        else if (where[i] != "all") { archs = 1; if (where[i] == arch) fits_arch = 1 }
      }
      if (os == "other") fits_system = 1
      if ((!systems || fits_system) && (!archs || fits_arch)) print $2, $4
    }' scripts/packages.txt
}

# Whether the thing behind a probe is there, on systems whose package names are unknown to us.
found() {
  case $1 in
    -) true ;;
    '<'*) printf '#include %s\n' "$1" | ${CXX:-c++} -E -x c++ - >/dev/null 2>&1 ;;
    py:*) python3 -c "import ${1#py:}" >/dev/null 2>&1 ;;
    *) command -v "$1" >/dev/null 2>&1 ;;
  esac
}

# missing NEED...: prints the packages that are not there.
missing() {
  if [ "$(system)" = other ]; then
    rows "$@" | while read -r package probe; do
      found "$probe" || echo "$package"
    done
  else
    rows "$@" | while read -r package _; do
      status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || status=none
      [ "$status" = installed ] || echo "$package"
    done
  fi
}

# need NEED...: installs what is missing, saying what before; asks dpkg first, so that a second run
# takes no time and no network.
need() {
  packages=$(missing "$@" | sort -u | tr '\n' ' ')
  packages=${packages% }
  [ -n "$packages" ] || return 0
  if [ "$(system)" = other ]; then
    fail "This system is not one that Samara installs packages on (Debian 12, Ubuntu 22.04 and" \
      "24.04). Missing, by Debian's names: $packages"
  fi
  as_root=''
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null 2>&1 ||
      fail "Missing: $packages. As root: apt-get install $packages"
    as_root=sudo
    if [ ! -t 0 ]; then as_root='sudo -n'; fi
  fi
  say "Installing with apt-get: $packages"
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq </dev/null >&2 ||
    say "apt-get update failed; trying with the package lists that are here."
  # shellcheck disable=SC2086
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    $packages </dev/null >&2 || fail "Could not install: $packages"
}

# Compile jobs: one a core, and at least 1.5 GB of memory for each.
jobs() {
  cores=$(nproc 2>/dev/null || echo 1)
  kilobytes=$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo 2>/dev/null || true)
  by_memory=$((${kilobytes:-1500000} / 1500000))
  if [ "$by_memory" -lt 1 ]; then by_memory=1; fi
  if [ "$by_memory" -lt "$cores" ]; then echo "$by_memory"; else echo "$cores"; fi
}

# venv REQUIREMENTS...: build/venv with what the files pin; made anew only when they change. Prints
# nothing; the interpreter is $python.
python=$root/build/venv/bin/python
venv() {
  for file; do
    stamp=build/venv/$(cksum <"$file" | tr ' ' -).ok
    [ ! -e "$stamp" ] || continue
    if [ ! -x "$python" ]; then
      base=/usr/bin/python3
      [ -x $base ] || base=python3
      say "Making a Python environment in build/venv"
      $base -m venv build/venv >&2 || return 1
    fi
    say "Installing the Python packages of $file into build/venv"
    "$python" -m pip install --quiet --disable-pip-version-check --no-input -r "$file" \
      </dev/null >&2 || return 1
    touch "$stamp"
  done
}

# configure PRESET [CMAKE-ARGUMENT...]: only what is not configured yet, or where arguments ask.
configure() {
  preset=$1
  shift
  if [ -e "build/$preset/build.ninja" ] && [ $# = 0 ]; then return 0; fi
  if [ -z "${CXX:-}" ] && [ "$(system)" = ubuntu-22.04 ] && [ ! -e "build/$preset" ]; then
    case $preset in
      clang | fuzz | *-qemu) ;;
      *) set -- "$@" -DCMAKE_C_COMPILER=gcc-12 -DCMAKE_CXX_COMPILER=g++-12 ;;
    esac
  fi
  if command -v ccache >/dev/null 2>&1; then
    set -- "$@" -DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache
  fi
  say "Configuring build/$preset"
  mkdir -p build
  cmake --preset "$preset" "$@" >build/configure.log 2>&1 ||
    { cat build/configure.log >&2; return 1; }
}

# build PRESET [TARGET...]
build() {
  preset=$1
  shift
  # A compiler cache then serves every clone, wherever it lies.
  export CCACHE_BASEDIR="$root" CCACHE_NOHASHDIR=1
  if [ -t 2 ]; then
    ninja -C "build/$preset" -j "$(jobs)" "$@" </dev/null >&2 && return 0
  else
    ninja -C "build/$preset" -j "$(jobs)" "$@" </dev/null >build/build.log 2>&1 && return 0
    tail -n 60 build/build.log >&2
  fi
  say "The build of build/$preset failed."
  return 1
}

# fuzz_seeds: build/fuzz/seeds, once; those of models by the model server of the fuzz build.
fuzz_seeds() {
  mkdir -p build/fuzz/seeds && cp -R fuzz/seeds/. build/fuzz/seeds
  [ ! -d build/fuzz/seeds/options ] || return 0
  folder=${SAMARA_TEST_DATA:-../shared/data}
  models=''
  if [ -d "$folder" ]; then models=$(find "$folder/features" "$folder/micro" -type f -size -16k); fi
  # shellcheck disable=SC2086
  "$python" tests/hostile/seeds.py build/fuzz/bin/model_server build/fuzz/seeds $models \
    examples/digits/models/*
}
