// A session over a model of probe operators, in a word; for the tests of graph and session.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "samara/runtime/session.h"
#include "testing/model_builder.h"
#include "testing/probe_ops.h"

namespace samara::testing {

inline Model::Loaded load_probe(const ModelBuilder& m, ModelOptions options = {}) {
  options.ops = probe_ops();
  return Model::load(m.bytes(), options);
}

inline Result<std::unique_ptr<Session>> open_probe(const ModelBuilder& m,
                                                   const SessionOptions& options = {},
                                                   const ModelOptions& model_options = {}) {
  auto model = load_probe(m, model_options);
  if (!model.ok()) return model.error();
  return Session::create(*model, options);
}

template <class T = float>
std::vector<T> values(const graph::Tensor& t) {
  const T* const data = reinterpret_cast<const T*>(t.data);
  return std::vector<T>(data, data + t.bytes / sizeof(T));
}

inline Status set(Session& s, size_t i, const std::vector<float>& v) {
  return s.set_input(i, std::span<const float>(v));
}

inline std::string text(const Status& s) { return s.ok() ? "ok" : s.error().text(); }

inline void expect_fails(const Status& s, Code code, const std::string& part) {
  ASSERT_FALSE(s.ok()) << "succeeded instead of: " << part;
  EXPECT_EQ(name(s.error().code()), name(code)) << s.error().text();
  EXPECT_NE(s.error().text().find(part), std::string::npos) << s.error().text();
}
template <class T>
void expect_fails(const Result<T>& r, Code code, const std::string& part) {
  expect_fails(r.ok() ? Status() : Status(r.error()), code, part);
}

}  // namespace samara::testing
