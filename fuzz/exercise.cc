#include "exercise.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <memory>
#include <vector>

#include "base/try.h"
#include "samara/runtime/session.h"

namespace samara::fuzz {
namespace {

/// The numbers that mistakes are made of, besides any bits.
constexpr uint64_t kEdges[] = {
    0,          1,          ~0ull,      0x7f,   0x80,    0x7fffffff,       0x80000000,
    1ull << 63, 0x7f800000, 0x7fc00000, 0xffff, 0x10000, (1ull << 63) - 1, 0x3f800000};

class Bits {
 public:
  // splitmix64, Steele et al. 2014.
  uint64_t next() {
    uint64_t z = state_ += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
  }

 private:
  uint64_t state_ = 1;
};

Result<std::shared_ptr<const Model>> load(std::span<const std::byte> bytes, Numerics numerics) {
  ModelOptions options;
  options.open.limits.tensor_bytes = kArena;
  options.numerics = numerics;
  options.fold_limit_ms = kStepMs;
  options.packed_limit = kArena;
  return Model::load(bytes, options, false);
}

Result<std::unique_ptr<Session>> plan(const std::shared_ptr<const Model>& model,
                                      std::string_view signature) {
  SessionOptions how;
  how.signature = signature;
  how.arena_limit = kArena;
  how.loop_limit = 1000;
  how.time_limit_ms = kStepMs;
  how.poison = true;
  return Session::create(model, how);
}

/// Floats of 0.5, integers of 0 and 1: most operators run over them.
void fill_usual(const graph::Tensor& t, std::span<std::byte> data) {
  if (t.type == Type::f32) {
    const float half = 0.5f;
    for (size_t i = 0; i + sizeof half <= data.size(); i += sizeof half)
      std::memcpy(data.data() + i, &half, sizeof half);
    return;
  }
  std::memset(data.data(), 0, data.size());
  const size_t size = data.size() / size_t(std::max<int64_t>(t.shape.elements(), 1));
  if (size == 0) return;
  for (size_t i = 0; i < data.size(); i += 2 * size) data[i] = std::byte{1};
}

void fill_hostile(Bits& bits, std::span<std::byte> data) {
  const size_t width = size_t{1} << bits.next() % 4;
  for (size_t i = 0; i < data.size(); i += width) {
    const uint64_t draw = bits.next();
    const uint64_t value = draw % 2 ? kEdges[draw / 2 % std::size(kEdges)] : draw;
    std::memcpy(data.data() + i, &value, std::min(width, data.size() - i));
  }
}

Status fill(Session& session, size_t i, Bits* bits) {
  const graph::Tensor& t = session.input(i);
  if (t.type == Type::string) {
    if (t.shape.elements() > 10'000)
      return Error(Code::resource_exhausted, "input of more than 10,000 strings");
    std::vector<std::string> strings(size_t(t.shape.elements()));
    for (size_t k = 0; k < strings.size(); ++k)
      strings[k] = bits ? std::string(bits->next() % 20, char(bits->next())) : "a b";
    return session.set_input(i, strings);
  }
  TRY_SET(const auto data, session.input_data(i));
  if (bits) {
    fill_hostile(*bits, data);
  } else {
    fill_usual(session.input(i), data);
  }
  return ok();
}

/// Reads all outputs, so that a sanitizer sees one that leads nowhere.
void read(const Session& session) {
  uint64_t sum = 0;
  for (size_t i = 0; i < session.outputs(); ++i) {
    const graph::Tensor& t = session.output(i);
    for (size_t b = 0; b < t.bytes; ++b) sum += std::to_integer<uint64_t>(t.data[b]);
  }
  volatile uint64_t kept = sum;
  (void)kept;
}

Status run_once(Session& session, Bits* bits) {
  for (size_t i = 0; i < session.inputs(); ++i) TRY(fill(session, i, bits));
  TRY(session.run());
  read(session);
  return ok();
}

}  // namespace

Status load_and_plan(std::span<const std::byte> bytes, Numerics numerics) {
  TRY_SET(const auto model, load(bytes, numerics));
  for (const SignatureInfo& signature : model->signatures()) TRY(plan(model, signature.key));
  return ok();
}

Status load_and_run(std::span<const std::byte> bytes, Numerics numerics, std::string* hostile) {
  TRY_SET(const auto model, load(bytes, numerics));
  Status usual;
  Bits bits;
  for (const SignatureInfo& signature : model->signatures()) {
    auto session = plan(model, signature.key);
    Status status = ok();
    if (!session.ok()) {
      status = session.error();
    } else {
      status = run_once(**session, nullptr);
      Status second = run_once(**session, &bits);
      if (hostile && hostile->empty() && !second.ok()) *hostile = second.error().text();
    }
    if (usual.ok()) usual = std::move(status);
  }
  return usual;
}

}  // namespace samara::fuzz
