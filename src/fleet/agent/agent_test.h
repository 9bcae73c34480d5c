// What the tests of this room share: a hub as a test scripts it, and a manager in a folder of its own.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/temporary_folder.h"
#include "base/text.h"
#include "fleet/agent/model_manager.h"
#include "fleet/delivery/delivery_test.h"

namespace samara::agent {

using delivery::Conditions;
using delivery::DeviceState;
using delivery::Entry;
using delivery::entry_of;
using delivery::Offer;
using delivery::TestServer;

class TestCatalog final : public Catalog {
 public:
  Result<Offer> newest(const std::string& name, const Taker& taker) override {
    if (offline) return Error(Code::unavailable, "no route to the hub");
    if (name != "digits") return Error(Code::not_found, "no such model");
    asked = taker;
    if (none_for_it) return Error(Code::not_found, "no version is for this device");
    Offer out = {entry, {entry.source}};
    out.passed_over = passed_over;
    return out;
  }
  Entry entry;
  Taker asked;
  std::string passed_over;
  bool none_for_it = false;
  bool offline = false;
};

class TestDevice final : public delivery::DeviceStateSource {
 public:
  DeviceState now() override { return state; }
  DeviceState state = {.network = delivery::Network::wifi};
};

class ModelManagerTest : public ::testing::Test {
 protected:
  ModelManagerTest() {
    options.folder = folder_.path();
    options.limits.reserve = 0;
    options.limits.most_fruitless = 0;
    server.piece = 4096;
    publish("1", model("digits_f32"));
  }

  static std::string model(const std::string& name) {
    return read_file("examples/digits/models/" + name + ".tflite").value();
  }
  void publish(const std::string& version, const std::string& content) {
    catalog.entry = entry_of(version, content);
    server.pages[catalog.entry.source].content = content;
  }
  std::unique_ptr<ModelManager> start() {
    return std::make_unique<ModelManager>(options, catalog, server, device);
  }
  /// One inference on a blank picture.
  static Result<std::vector<std::byte>> infer(const LiveModel::Loaded& loaded) {
    auto session = Session::create(loaded.model);
    if (!session.ok()) return session.error();
    if (auto planned = (*session)->plan(); !planned.ok()) return planned.error();
    if (auto done = (*session)->run(); !done.ok()) return done.error();
    const graph::Tensor& out = (*session)->output(0);
    return std::vector<std::byte>(out.data, out.data + out.bytes);
  }

  ModelManager::Options options;
  TestCatalog catalog;
  TestServer server;
  TestDevice device;

 private:
  const TemporaryFolder folder_ = TemporaryFolder::make().value();
};

}  // namespace samara::agent
