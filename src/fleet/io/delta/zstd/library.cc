#include "fleet/io/delta/zstd/library.h"

#include "base/shared_library.h"
#include "base/try.h"

namespace samara::delta {
namespace {

Result<Library> load() {
  auto found = SharedLibrary::load("libzstd.so.1");
  if (!found.ok())
    return Error(Code::unsupported, "libzstd.so.1 is not installed (Debian: libzstd1)");
  Library l;
  found->find("ZSTD_createCCtx", l.create_compressor);
  found->find("ZSTD_freeCCtx", l.free_compressor);
  found->find("ZSTD_CCtx_setParameter", l.set_parameter);
  found->find("ZSTD_CCtx_refPrefix", l.compress_against);
  found->find("ZSTD_compress2", l.compress);
  found->find("ZSTD_compressBound", l.bound);
  found->find("ZSTD_createDCtx", l.create_decompressor);
  found->find("ZSTD_freeDCtx", l.free_decompressor);
  found->find("ZSTD_DCtx_refPrefix", l.decompress_against);
  found->find("ZSTD_decompressDCtx", l.decompress);
  found->find("ZSTD_isError", l.is_error);
  found->find("ZSTD_getErrorName", l.error_name);
  TRY(found->complete());
  return l;
}

}  // namespace

Result<const Library*> library() {
  static const Result<Library> loaded = load();
  if (!loaded.ok()) return loaded.error();
  return &*loaded;
}

}  // namespace samara::delta
