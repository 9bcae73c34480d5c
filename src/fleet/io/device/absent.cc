// Stands in for systemd/ where a build has no headers of libsystemd: there is no bus to ask.
#include "fleet/io/device/device.h"

#ifdef SAMARA_WITHOUT_SYSTEMD
namespace samara::device {
void ask_services(const std::string&, Facts&) {}
}  // namespace samara::device
#endif
