// Devices that hawkBit's API leads through an update: how far each has come.
#include "base/text.h"
#include "base/try.h"
#include "hub/store/store.h"

namespace samara::hub {

using database::Connection;
using database::Rows;

Result<DeviceState> Store::device_state(int64_t project, const std::string& device,
                                        const std::string& follows) {
  TRY_SET(const Rows rows, database_->read("SELECT action, state, detail FROM device_states WHERE "
                                           "project = $1 AND device = $2 AND follows = $3",
                                           {project, device, follows}));
  if (rows.empty()) return DeviceState();
  return DeviceState{rows[0].integer(0), rows[0].text(1), rows[0].text(2)};
}

Status Store::set_device_state(const Principal& by, const Project& project,
                               const std::string& device, const std::string& follows,
                               const DeviceState& state, int64_t most) {
  TRY_SET(const Rows known,
          database_->read("SELECT action, state, detail FROM device_states WHERE project = $1 AND "
                          "device = $2 AND follows = $3",
                          {project.id, device, follows}));
  // What a device says again and again would fill the audit log.
  if (!known.empty() && known[0].integer(0) == state.action && known[0].text(1) == state.state &&
      known[0].text(2) == state.detail)
    return ok();
  const auto work = [&](Connection& c) -> Status {
    if (known.empty()) {
      TRY(
          c.run("DELETE FROM device_states WHERE project = $1 AND (updated_at, device) <= ("
                "SELECT updated_at, device FROM device_states WHERE project = $1 "
                "ORDER BY updated_at DESC, device DESC LIMIT 1 OFFSET $2)",
                {project.id, most - 1}));
    }
    TRY(
        c.run("INSERT INTO device_states (project, device, follows, action, state, detail, "
              "updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7) "
              "ON CONFLICT (project, device, follows) DO UPDATE SET "
              "action = $4, state = $5, detail = $6, updated_at = $7",
              {project.id, device, follows, state.action, state.state, state.detail, now()}));
    return ok();
  };
  // Of what is under way the log would hold little else.
  if (state.state == "open") return database_->write(work);
  return change(by, project.name, "device." + state.state, cat(device, " ", follows), state.detail,
                work);
}

Result<std::string> Store::sha1(const std::string& sha256) {
  TRY_SET(const Rows rows, database_->read("SELECT sha1 FROM sha1s WHERE sha256 = $1", {sha256}));
  return rows.empty() ? std::string() : rows[0].text(0);
}

Status Store::note_sha1(const std::string& sha256, const std::string& sha1) {
  return database_->write([&](Connection& c) -> Status {
    TRY(c.run("INSERT INTO sha1s (sha256, sha1) VALUES ($1, $2) ON CONFLICT (sha256) DO NOTHING",
              {sha256, sha1}));
    return ok();
  });
}

}  // namespace samara::hub
