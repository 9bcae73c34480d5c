// A device whose model is replaced while it works: it classifies one picture again and again, asks the
// hub for something newer five times a second, and counts what the swaps cost. Until SIGTERM.
//
//   over_the_air golden MODEL.tflite PICTURE
//   over_the_air run STORE ROOT.json HUB TOKEN PICTURE
//
// `golden` is the publisher's part: the inputs, and the outputs that every device must see.
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <map>
#include <thread>

#include "base/text.h"
#include "base/try.h"
#include "fleet/agent/device.h"
#include "samara/files/image_file.h"
#include "samara/vision/image_classifier.h"

namespace {

using namespace samara;
using Steady = std::chrono::steady_clock;
using Bytes = std::vector<std::byte>;

std::atomic<bool> ending = false;

Bytes bytes_of(const graph::Tensor& tensor) {
  const auto* at = static_cast<const std::byte*>(static_cast<const void*>(tensor.data));
  return {at, at + tensor.bytes};
}

std::vector<float> floats_of(const Bytes& bytes) {
  std::vector<float> out(bytes.size() / sizeof(float));
  std::memcpy(out.data(), bytes.data(), out.size() * sizeof(float));
  return out;
}

/// What the model reads of the picture, what it writes, and what that means.
struct Seen {
  Bytes input, output;
  std::string label;
};
Result<Seen> see(const std::string& model, const std::string& picture) {
  TRY_SET(const imaging::Image image, files::load_image(picture));
  TRY_SET(vision::ImageClassifier classifier, vision::ImageClassifier::create(model));
  TRY_SET(const auto heads, classifier.classify(image));
  const Session& session = classifier.session();
  return Seen{bytes_of(session.input(0)), bytes_of(session.output(0)),
              heads[0].categories[0].label};
}

Result<int> print_golden(const std::string& model, const std::string& picture) {
  TRY_SET(const Seen seen, see(model, picture));
  const auto list = [](const Bytes& bytes) {
    return json::Json::array({json::Json::list(floats_of(bytes))});
  };
  const auto one =
      json::Json::object({{"inputs", list(seen.input)}, {"outputs", list(seen.output)}});
  const auto all = json::Json::object({{"tolerance", 0.2}, {"cases", json::Json::array({one})}});
  std::printf("%s\n", all.dump().c_str());
  return 0;
}

void say(const std::string& line) {
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

/// Inferences one after the other, each with the model that is in use when it begins.
struct Stream {
  uint64_t inferences = 0, lost = 0;
  std::map<std::string, uint64_t> by_version;

  void infer(agent::LiveModel& model, const Bytes& input) {
    const auto start = Steady::now();
    ++inferences;
    std::string version;
    const Status done = run(model, input, version);
    if (!done.ok()) {
      ++lost;
      say(cat("lost: ", done.error().text()));
    }
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - start);
    if (by_version[version]++ == 0 && inferences > 1)
      say(cat("swapped to ", version, " between inference ", inferences - 1, " and ", inferences,
              ", which took ", took.count(), " us"));
  }

  static Status run(agent::LiveModel& model, const Bytes& input, std::string& version) {
    TRY_SET(const agent::LiveModel::Lease lease, model.lease());
    version = lease.loaded().file.version;
    TRY(lease.session().set_input(0, std::span<const std::byte>(input)));
    return lease.session().run();
  }

  void report() const {
    std::string versions;
    for (const auto& [version, count] : by_version)
      versions += cat(versions.empty() ? "" : ", ", count, " with ", version);
    say(cat(inferences, " inferences (", versions, "), ", lost, " lost"));
  }
};

/// Says what is decided, once.
class Decisions {
 public:
  void operator()(const std::string&, const delivery::Decision& decision) {
    const bool worth = decision.next == delivery::State::failed ||
                       decision.next == delivery::State::rolled_back ||
                       decision.next == delivery::State::active;
    if (!worth || decision.why == last_) return;
    last_ = decision.why;
    say(cat(delivery::name(decision.next), ": ", decision.why));
  }

 private:
  std::string last_;
};

Result<int> work(char** words) {
  const std::string hub = cat(words[2], "/v1/projects/default/tuf"), picture = words[4];
  agent::Device::Options options;
  options.manager.folder = words[0];
  options.manager.on_decision = [tell = std::make_shared<Decisions>()](
                                    const std::string& name, const delivery::Decision& decision) {
    (*tell)(name, decision);
  };
  options.hubs.push_back({.root_file = words[1],
                          .metadata_url = hub + "/metadata",
                          .token = words[3],
                          .choice = {.target_urls = {hub + "/targets"}}});
  TRY_SET(const auto device, agent::Device::create(std::move(options)));
  agent::ModelManager& models = device->manager();
  TRY_SET(const auto file, models.get("digits", agent::Policy::latest_model));
  TRY_SET(const Seen seen, see(file.path, picture));
  say(cat("digits ", file.version, " says: the picture shows a ", seen.label));
  TRY_SET(const auto live, models.open("digits", agent::Policy::local_model));
  std::thread poll([&] {
    while (!ending) {
      (void)models.update("digits");  // what came of it is in the decisions
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
  });
  Stream stream;
  while (!ending) stream.infer(*live, seen.input);
  poll.join();
  stream.report();
  return stream.lost == 0 ? 0 : 1;
}

}  // namespace

int main(int count, char** words) {
  std::signal(SIGTERM, [](int) { ending = true; });
  const std::string_view action = count > 1 ? words[1] : "";
  if (!(action == "golden" && count == 4) && !(action == "run" && count == 7)) {
    std::fprintf(stderr,
                 "over_the_air golden MODEL PICTURE\n"
                 "over_the_air run STORE ROOT HUB TOKEN PICTURE\n");
    return 2;
  }
  const auto done = action == "golden" ? print_golden(words[2], words[3]) : work(words + 2);
  if (!done.ok()) std::fprintf(stderr, "%s\n", done.error().text().c_str());
  return done.ok() ? *done : 1;
}
