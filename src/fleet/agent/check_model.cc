#include "fleet/agent/check_model.h"

#include <chrono>
#include <cmath>
#include <cstring>
#include <span>

#include "base/text.h"
#include "base/try.h"

namespace samara::agent {
namespace {

Status compare(std::span<const std::byte> got, std::span<const std::byte> want, bool is_float,
               double tolerance) {
  if (got.size() != want.size())
    return Error(Code::failed_precondition,
                 cat("has ", got.size(), " bytes, the golden one ", want.size()));
  if (!is_float) {
    if (std::memcmp(got.data(), want.data(), got.size()) == 0) return ok();
    return Error(Code::failed_precondition, "differs from the golden one");
  }
  for (size_t at = 0; at + sizeof(float) <= got.size(); at += sizeof(float)) {
    float a = 0;
    float b = 0;
    std::memcpy(&a, got.data() + at, sizeof a);
    std::memcpy(&b, want.data() + at, sizeof b);
    const bool near = std::fabs(static_cast<double>(a) - b) <= tolerance;
    if (!near && !(std::isnan(a) && std::isnan(b)))
      return Error(Code::failed_precondition,
                   cat("value ", at / sizeof(float), " is ", a, ", the golden one ", b));
  }
  return ok();
}

Status run_golden(Session& session, const Golden& golden) {
  if (golden.inputs.size() != session.inputs() || golden.outputs.size() != session.outputs())
    return Error(Code::failed_precondition, "the golden inputs are of another signature");
  TRY(session.plan());
  for (size_t i = 0; i < golden.inputs.size(); ++i)
    TRY(session.set_input(i, std::span<const std::byte>(golden.inputs[i])));
  const auto start = std::chrono::steady_clock::now();
  TRY(session.run());
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - start);
  for (size_t i = 0; i < golden.outputs.size(); ++i) {
    const graph::Tensor& out = session.output(i);
    const std::span<const std::byte> got(out.data, out.bytes);
    TRY(compare(got, golden.outputs[i], out.type == Type::f32, golden.tolerance).in([&] {
      return cat("output ", i);
    }));
  }
  if (golden.most_ms > 0 && took.count() > golden.most_ms)
    return Error(Code::failed_precondition,
                 cat("took ", took.count(), " ms, not ", golden.most_ms));
  return ok();
}

}  // namespace

Result<std::shared_ptr<const Model>> check_model(const std::string& path, const ModelCheck& check) {
  TRY_SET(std::shared_ptr<const Model> model, Model::load(path, check.model));
  TRY_SET(const auto session, Session::create(model, check.session));
  for (size_t i = 0; i < check.golden.size(); ++i)
    TRY(run_golden(*session, check.golden[i]).in([&] { return cat("golden input ", i); }));
  return model;
}

}  // namespace samara::agent
