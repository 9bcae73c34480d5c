#include "fleet/io/device/systemd/library.h"

#include <dlfcn.h>

namespace samara::device {
namespace {

struct Loaded {
  Library library;
  bool whole = true;
};

template <class F>
void find(void* handle, const char* name, F& out, bool& whole) {
  out = reinterpret_cast<F>(dlsym(handle, name));
  whole = whole && out;
}

Loaded load() {
  Loaded out;
  void* handle = dlopen("libsystemd.so.0", RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    out.whole = false;
    return out;
  }
  Library& l = out.library;
  find(handle, "sd_bus_new", l.create, out.whole);
  find(handle, "sd_bus_open_system", l.open_system, out.whole);
  find(handle, "sd_bus_set_address", l.set_address, out.whole);
  find(handle, "sd_bus_set_bus_client", l.set_bus_client, out.whole);
  find(handle, "sd_bus_start", l.start, out.whole);
  find(handle, "sd_bus_flush_close_unref", l.close, out.whole);
  find(handle, "sd_bus_message_new_method_call", l.new_call, out.whole);
  find(handle, "sd_bus_message_set_auto_start", l.set_auto_start, out.whole);
  find(handle, "sd_bus_message_append_basic", l.append, out.whole);
  find(handle, "sd_bus_message_enter_container", l.enter, out.whole);
  find(handle, "sd_bus_message_read_basic", l.read, out.whole);
  find(handle, "sd_bus_message_unref", l.unref, out.whole);
  find(handle, "sd_bus_call", l.call, out.whole);
  find(handle, "sd_bus_error_free", l.free_error, out.whole);
  return out;
}

}  // namespace

const Library* library() {
  static const Loaded loaded = load();
  return loaded.whole ? &loaded.library : nullptr;
}

}  // namespace samara::device
