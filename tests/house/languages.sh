#!/bin/sh
# languages.sh BUILD: the packages for Go and Rust, with their tests, over what cmake --install leaves.
# 77 where neither language is installed.
set -eu
build=$(cd "$1" && pwd)
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cmake --install "$build" --prefix "$folder/prefix" >/dev/null
PKG_CONFIG_PATH=$(dirname "$(find "$folder/prefix" -name samara-c.pc)")
LD_LIBRARY_PATH=$(dirname "$(find "$folder/prefix" -name libsamara.so)")
export PKG_CONFIG_PATH LD_LIBRARY_PATH

ran=0
# bindings/go/go.mod names the version.
if (cd "$root/bindings/go" && GOTOOLCHAIN=path go list . >/dev/null 2>&1); then
  (cd "$root/bindings/go" && test -z "$(gofmt -l .)" && go vet ./... && go test -count=1 -race ./...)
  ran=$((ran + 1))
else
  echo "Go 1.21 or newer is not installed here: its package was not tried"
fi
if command -v cargo >/dev/null; then
  CARGO_TARGET_DIR=$build/rust cargo test --offline --quiet \
    --manifest-path "$root/bindings/rust/Cargo.toml"
  ran=$((ran + 1))
else
  echo "Rust is not installed here: its package was not tried"
fi
[ "$ran" -gt 0 ] || exit 77
