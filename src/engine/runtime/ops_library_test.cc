// Operators from shared objects: examples/own_op is the good one. Examples are not built where the
// target is another machine.
#ifdef SAMARA_OWN_OP

#include <dlfcn.h>

#include "samara/graph/register.h"
#include "testing/probe_session.h"

namespace samara::testing {
namespace {

std::string library() { return SAMARA_OWN_OP; }

ModelBuilder clip_model(std::vector<uint8_t> options) {
  ModelBuilder m;
  const int x = m.input(f32({4}), "x"), y = m.tensor(f32({4}), "y");
  m.custom("samara.example.Clip", {x}, {y}, std::move(options));
  m.output(y);
  return m;
}
std::vector<uint8_t> bytes_of(float f) {
  std::vector<uint8_t> out(sizeof f);
  std::memcpy(out.data(), &f, sizeof f);
  return out;
}
Model::Loaded load(const ModelBuilder& m, const std::string& path) {
  ModelOptions options;
  options.ops_libraries = {path};
  return Model::load(m.bytes(), options);
}

TEST(ops_library, brings_its_operators) {
  const auto m = clip_model(bytes_of(2));
  auto s = Session::create(load(m, library()).value()).value();
  ASSERT_TRUE(set(*s, 0, {-1, 1, 2, 3}).ok());
  ASSERT_EQ(text(s->run()), "ok");
  EXPECT_EQ(values(s->output(0)), (std::vector<float>{0, 1, 2, 2}));
}

TEST(ops_library, is_asked_to_check_options) {
  expect_fails(load(clip_model({1, 2}), library()), Code::invalid_model, "options of Clip");
  expect_fails(load(clip_model(bytes_of(-1)), library()), Code::invalid_model, "not negative");
}

TEST(ops_library, must_exist_and_be_one) {
  const auto m = clip_model(bytes_of(2));
  expect_fails(load(m, "no/such.so"), Code::not_found, "operator library no/such.so");
  expect_fails(load(m, "README.md"), Code::unsupported, "cannot be loaded");
  Dl_info libc;
  ASSERT_NE(dladdr(dlsym(RTLD_DEFAULT, "getenv"), &libc), 0);
  expect_fails(load(m, libc.dli_fname), Code::unsupported, "samara_ops_abi");
}

}  // namespace
}  // namespace samara::testing

#endif
