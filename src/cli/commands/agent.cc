// samara agent: keeps models of this device fresh, until it is told to stop, and tells programs where
// they lie: a line to its socket, "get MODEL" or "list", is answered with a line of JSON. "open MODEL"
// is answered with the model itself besides, as a descriptor (SCM_RIGHTS): that also serves models that
// lie encrypted.
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <random>
#include <thread>

#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/device/device.h"
#include "cli/shared/signals.h"
#include "fleet/agent/handover.h"
#include "fleet/io/local/local.h"

namespace samara::cli::commands {
namespace {

using json::Json;

/// Asks for each model again and again, in a thread of its own.
class Poll {
 public:
  Poll(agent::ModelManager& models, std::vector<std::string> names, int64_t every)
      : models_(models), names_(std::move(names)), every_(every) {
    thread_ = std::thread([this] { run(); });
  }
  ~Poll() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    ended_.notify_all();
    for (const std::string& name : names_) models_.cancel(name);
    thread_.join();
  }

 private:
  void run() {
    std::mt19937_64 random(std::random_device{}());
    int failures = 0;
    std::unique_lock lock(mutex_);
    while (!ending_) {
      lock.unlock();
      bool good = true;
      for (const std::string& name : names_) good = ask(name) && good;
      failures = good ? 0 : std::min(failures + 1, 20);
      lock.lock();
      // A fifth more or less, so that many devices do not ask at once; sooner where it failed.
      const double seconds =
          failures > 0 ? std::min<double>(double(every_), 5.0 * double(int64_t{1} << failures))
                       : double(every_);
      const double part = std::uniform_real_distribution<double>(0.8, 1.2)(random);
      ended_.wait_for(lock, std::chrono::duration<double>(seconds * part), [&] { return ending_; });
    }
  }
  bool ask(const std::string& name) {
    const Status done = models_.update(name);
    const std::string why = done.ok() ? "" : done.error().brief();
    if (why != last_[name] && !why.empty())
      std::fprintf(stderr, "%s: %s\n", name.c_str(), why.c_str());
    last_[name] = why;
    return done.ok();
  }

  agent::ModelManager& models_;
  std::vector<std::string> names_;
  int64_t every_;
  std::map<std::string, std::string> last_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool ending_ = false;
  std::thread thread_;
};

local::Reply failed(const Error& error) {
  return {Json::object({{"error", error.brief()}}).dump()};
}

struct Agent {
  DeviceFlags device;
  std::vector<std::string> names;
  std::string socket;
  int64_t every = 900;

  void declare(Args& args) {
    args.positional("MODEL", names, "the models to keep");
    args.option("--every", every, "seconds between two questions to the hub", 1, 604800);
    args.option("--socket", socket, "where programs ask; agent.socket in the store otherwise");
    device.declare(args);
  }

  static local::Reply answer(agent::ModelManager& models, agent::Handover& handover,
                             const std::string& line) {
    if (line == "list") {
      const auto all = models.list();
      if (!all.ok()) return failed(all.error());
      Json list = Json::array();
      for (const delivery::ModelFile& file : *all) list.push(to_json(file));
      return {list.dump()};
    }
    if (line.starts_with("open ")) {
      auto held = handover.open(line.substr(5));
      if (!held.ok()) return failed(held.error());
      return {to_json(held->model).dump(), std::move(held->file)};
    }
    if (!line.starts_with("get "))
      return failed(Error(Code::invalid_argument, "a line is 'get MODEL', 'open MODEL' or 'list'"));
    const auto file = models.latest_file(line.substr(4));
    return file.ok() ? local::Reply{to_json(*file).dump()} : failed(file.error());
  }

  Result<int> run(const Args&) {
    Signals signals;
    agent::ModelManager::Options options;
    options.on_decision = [](const std::string& name, const delivery::Decision& decision) {
      std::printf("%s: %s: %s\n", name.c_str(), std::string(delivery::name(decision.next)).c_str(),
                  decision.why.c_str());
      std::fflush(stdout);
    };
    TRY_SET(const auto opened, device.open(std::move(options)));
    agent::ModelManager& models = opened->manager();
    agent::Handover handover(models);
    const std::string path = socket.empty() ? device.store + "/agent.socket" : socket;
    TRY_SET(local::LineServer server, local::LineServer::listen(path, [&](const std::string& line) {
              return answer(models, handover, line);
            }));
    std::atomic<bool> ending = false;
    signals.watch([&] { ending = true; });
    std::printf("answering at %s\n", path.c_str());
    std::fflush(stdout);
    const Poll poll(models, names, every);
    while (!ending) TRY(server.serve(200));
    return 0;
  }
};

}  // namespace

extern const Command agent =
    define_command<Agent>("agent", "keep this device's models fresh and tell where they lie");

}  // namespace samara::cli::commands
