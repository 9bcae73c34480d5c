// samara hub serve: the hub itself, in the foreground, until it is told to stop (SIGTERM, SIGINT).
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>

#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/hub/data.h"
#include "cli/shared/signals.h"
#include "cli/trust/keys.h"
#include "hub/routes/core/router.h"

namespace samara::cli::commands {
namespace {

struct Options {
  HubData data;
  std::string address = "127.0.0.1", certificate, key, key_passphrase;
  int64_t port = 8080, threads = 1, workers = 16, connections = 20'000, judge_seconds = 120,
          judge_memory = 8192, fresh = 72;
  double rate = 200, login_rate = 12;
  std::vector<std::string> proxies;
};

void declare(Args& args, Options& o) {
  declare_hub_data(args, o.data);
  args.group("Network");
  args.option("--address", o.address, "where to listen; 0.0.0.0 or :: for everywhere");
  args.option("--port", o.port, "0 takes one that is free", 0, 65535);
  args.option("--certificate", o.certificate, "PEM file; with it and --key only TLS is spoken");
  args.option("--key", o.key, "PEM file of the certificate's key");
  args.option("--key-passphrase-file", o.key_passphrase,
              "the first line of this file opens that key where it is encrypted; - is stdin");
  args.option("--proxy", o.proxies, "an address whose X-Forwarded-For is believed");
  args.option("--fresh", o.fresh,
              "hours that a signed timestamp is good, renewed at half of it: for so long devices "
              "may be kept from what is new without noticing",
              1, 8760);
  args.group("Limits");
  args.option("--threads", o.threads, "threads for the network", 1, 256);
  args.option("--workers", o.workers, "threads for what waits: disks, models", 1, 1024);
  args.option("--connections", o.connections,
              "at once; one address that is no --proxy may have half of them", 2, 1'000'000);
  args.option("--rate", o.rate, "requests a second of one token at one address; 0 is no limit");
  args.option("--login-rate", o.login_rate,
              "tries to log in a minute of one address; 0 is no limit");
  args.option("--judge-seconds", o.judge_seconds, "to judge an uploaded model", 1, 86400);
  args.option("--judge-memory", o.judge_memory, "MiB to judge an uploaded model", 64, 1 << 20);
}

/// The path of this very program, so that models are judged by the same version.
Result<std::string> own_path() {
  std::array<char, 4096> path = {};
  const ssize_t n = readlink("/proc/self/exe", path.data(), path.size());
  if (n <= 0 || static_cast<size_t>(n) == path.size())
    return Error(Code::unsupported, "cannot tell where this program lies");
  return std::string(path.data(), static_cast<size_t>(n));
}

/// Renews what the hub has signed, before it expires, until the object goes.
class Renewal {
 public:
  using Log = std::function<void(const std::string&)>;
  Renewal(hub::Store& store, Log log) : store_(store), log_(std::move(log)) {
    thread_ = std::thread([this] { run(); });
  }
  ~Renewal() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    ended_.notify_all();
    thread_.join();
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    while (!ending_) {
      lock.unlock();
      renew_all();
      lock.lock();
      ended_.wait_for(lock, std::chrono::minutes(1), [&] { return ending_; });
    }
  }
  void renew_all() {
    const auto projects = store_.projects({});
    if (!projects.ok()) return log_(cat("signing anew: ", projects.error().text()));
    for (const hub::Project& project : *projects) {
      if (const Status done = store_.renew(project); !done.ok())
        log_(cat("signing anew for project ", project.name, ": ", done.error().text()));
    }
  }
  hub::Store& store_;
  Log log_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool ending_ = false;
  std::thread thread_;
};

/// A connection is a descriptor: how many of `wanted` the system lets us have beside our own files.
size_t connections_of(size_t wanted) {
  constexpr rlim_t kOwn = 512;
  rlimit files = {};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return wanted;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  const rlim_t most = files.rlim_cur;
  return std::min<size_t>(wanted, most > 2 * kOwn ? most - kOwn : most / 2);
}

Result<int> run(const Args&, Options& o) {
  Signals signals;
  TRY_SET(const auto store, open_hub_store(o.data));
  TRY_SET(const auto blobs, open_hub_blobs(o.data));
  // Hubs that share a database may each be at work; of a file this is the only one.
  if (!store->remote()) TRY(store->abandon_operations());
  hub::Repository::Options signing;
  signing.timestamp = o.fresh * 3600;
  hub::Repository repository(hub_keys(o.data), signing);
  store->sign_by(repository);
  hub::Judge::Options judging;
  TRY_SET(judging.program, own_path());
  judging.time = std::chrono::seconds(o.judge_seconds);
  judging.memory = static_cast<uint64_t>(o.judge_memory) << 20;
  hub::Judge judge(judging);
  hub::Router::Options routing;
  routing.rate = o.rate;
  routing.failed_rate = o.rate / 10;
  routing.login_rate = o.login_rate / 60;
  routing.deltas.folder = o.data.folder + "/deltas";
  routing.log = [](const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); };
  hub::Router router(*store, *blobs, judge, routing);
  server::Options serving;
  serving.address = o.address;
  serving.port = static_cast<uint16_t>(o.port);
  serving.certificate = o.certificate;
  serving.key = o.key;
  if (!o.key_passphrase.empty()) {
    TRY_SET(const crypto::Secret secret, passphrase({.file = o.key_passphrase}, o.key, false));
    serving.key_passphrase = secret.view();
  }
  serving.threads = static_cast<int>(o.threads);
  serving.workers = static_cast<int>(o.workers);
  serving.connections = connections_of(static_cast<size_t>(o.connections));
  serving.of_address = serving.connections / 2;
  serving.proxies = o.proxies;
  TRY_SET(const auto server, server::Server::listen(serving, [&](server::Request request) {
            return router.exchange(std::move(request));
          }));
  router.watch(*server);
  const bool six = o.address.find(':') != o.address.npos;
  std::printf("listening at %s://%s%s%s:%d\n", o.certificate.empty() ? "http" : "https",
              six ? "[" : "", o.address.c_str(), six ? "]" : "", server->port());
  std::fflush(stdout);
  signals.watch([&] {
    router.leave();
    judge.stop();
    server->stop();
  });
  const Renewal renewal(*store, routing.log);
  TRY(server->run());
  std::fprintf(stderr, "the hub has stopped\n");
  return 0;
}

}  // namespace

extern const Command hub_serve =
    define_command<Options, declare, run>("hub serve", "run a hub until it is told to stop");

}  // namespace samara::cli::commands
