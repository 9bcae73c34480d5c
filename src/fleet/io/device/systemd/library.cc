#include "fleet/io/device/systemd/library.h"

#include <optional>

#include "base/shared_library.h"

namespace samara::device {
namespace {

std::optional<Library> load() {
  auto found = SharedLibrary::load("libsystemd.so.0");
  if (!found.ok()) return {};
  Library l;
  found->find("sd_bus_new", l.create);
  found->find("sd_bus_open_system", l.open_system);
  found->find("sd_bus_set_address", l.set_address);
  found->find("sd_bus_set_bus_client", l.set_bus_client);
  found->find("sd_bus_start", l.start);
  found->find("sd_bus_flush_close_unref", l.close);
  found->find("sd_bus_message_new_method_call", l.new_call);
  found->find("sd_bus_message_set_auto_start", l.set_auto_start);
  found->find("sd_bus_message_append_basic", l.append);
  found->find("sd_bus_message_enter_container", l.enter);
  found->find("sd_bus_message_read_basic", l.read);
  found->find("sd_bus_message_unref", l.unref);
  found->find("sd_bus_call", l.call);
  found->find("sd_bus_error_free", l.free_error);
  if (!found->complete().ok()) return {};
  return l;
}

}  // namespace

const Library* library() {
  static const std::optional<Library> loaded = load();
  return loaded ? &*loaded : nullptr;
}

}  // namespace samara::device
