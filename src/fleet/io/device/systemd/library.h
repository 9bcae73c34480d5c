// libsystemd's sd-bus, loaded by name: most programs of the house never ask the bus, and devices
// without systemd have no such library.
#pragma once

#include <systemd/sd-bus.h>

namespace samara::device {

struct Library {
  decltype(&sd_bus_new) create = nullptr;
  decltype(&sd_bus_open_system) open_system = nullptr;
  decltype(&sd_bus_set_address) set_address = nullptr;
  decltype(&sd_bus_set_bus_client) set_bus_client = nullptr;
  decltype(&sd_bus_start) start = nullptr;
  decltype(&sd_bus_flush_close_unref) close = nullptr;
  decltype(&sd_bus_message_new_method_call) new_call = nullptr;
  decltype(&sd_bus_message_set_auto_start) set_auto_start = nullptr;
  decltype(&sd_bus_message_append_basic) append = nullptr;
  decltype(&sd_bus_message_enter_container) enter = nullptr;
  decltype(&sd_bus_message_read_basic) read = nullptr;
  decltype(&sd_bus_message_unref) unref = nullptr;
  decltype(&sd_bus_call) call = nullptr;
  decltype(&sd_bus_error_free) free_error = nullptr;
};

/// Loads it at the first call; null where it is not installed or lacks something.
const Library* library();

}  // namespace samara::device
