#include "fleet/io/delta/delta.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "base/try.h"
#include "fleet/io/delta/codec.h"

namespace samara::delta {
namespace {

constexpr std::string_view kMagic = "SMRDELT1";
constexpr size_t kHead = 16;
constexpr size_t kLength = 4;

using Bytes = std::vector<std::byte>;

uint64_t number(std::span<const std::byte> bytes) {
  uint64_t out = 0;
  for (size_t i = bytes.size(); i-- > 0;) out = out << 8 | std::to_integer<uint64_t>(bytes[i]);
  return out;
}

template <size_t n>
std::array<std::byte, n> bytes_of(uint64_t number) {
  std::array<std::byte, n> out;
  for (size_t i = 0; i < n; ++i) out[i] = static_cast<std::byte>(number >> (8 * i));
  return out;
}

size_t piece_size(uint64_t at, uint64_t new_size) {
  return static_cast<size_t>(std::min(kPiece, new_size - at));
}

/// The old content around a piece.
Status read_prefix(uint64_t at, uint64_t old_size, Read read_old, Bytes* out) {
  const uint64_t from = std::min(old_size, at - std::min(at, kReach));
  const uint64_t to = std::min(old_size, at + kPiece + kReach);
  out->resize(static_cast<size_t>(to - from));
  return out->empty() ? ok() : read_old(from, *out);
}

Error wrong(std::string_view what) { return Error(Code::data_loss, cat("the delta ", what)); }

}  // namespace

Status available() {
  TRY(Codec::create());
  return ok();
}

Status make(uint64_t old_size, Read read_old, uint64_t new_size, Read read_new, uint64_t most,
            Take take) {
  TRY_SET(const auto codec, Codec::create());
  uint64_t length = 0;
  const auto give = [&](std::span<const std::byte> bytes) -> Status {
    if (bytes.size() > most - length)
      return Error(Code::failed_precondition, cat("the delta is longer than ", most, " bytes"));
    length += bytes.size();
    return take(bytes);
  };
  TRY(give(std::as_bytes(std::span(kMagic))));
  TRY(give(bytes_of<8>(new_size)));
  Bytes prefix, piece, frame;
  for (uint64_t at = 0; at < new_size; at += kPiece) {
    TRY(read_prefix(at, old_size, read_old, &prefix));
    piece.resize(piece_size(at, new_size));
    TRY(read_new(at, piece));
    TRY(codec->compress(prefix, piece, &frame));
    TRY(give(bytes_of<kLength>(frame.size())));
    TRY(give(frame));
  }
  return ok();
}

struct Patch::State {
  std::unique_ptr<Codec> codec;
  uint64_t old_size = 0;
  uint64_t new_size = 0;
  bool begun = false;  // the head is read
  uint64_t at = 0;     // of the new content
  size_t frame = 0;    // the size of the one that comes in; 0: not known yet
  Bytes pending = {};  // what has come of the head, of a size or of a frame
  Bytes prefix = {};
  Bytes piece = {};

  size_t wanted() const { return !begun ? kHead : frame == 0 ? kLength : frame; }
  Status read_head();
  Status read_length();
  Status make_piece(uint64_t skip, Read read_old, Take take);
};

Status Patch::State::read_head() {
  if (std::memcmp(pending.data(), kMagic.data(), kMagic.size()) != 0) return wrong("is none");
  if (const uint64_t size = number(std::span(pending).subspan(kMagic.size())); size != new_size)
    return wrong(cat("makes ", size, " bytes, not ", new_size));
  begun = true;
  return ok();
}

Status Patch::State::read_length() {
  const uint64_t length = number(pending);
  if (length == 0 || length > codec->most_frame(piece_size(at, new_size)))
    return wrong(cat("has a frame of ", length, " bytes at byte ", at));
  frame = static_cast<size_t>(length);
  return ok();
}

Status Patch::State::make_piece(uint64_t skip, Read read_old, Take take) {
  const size_t size = piece_size(at, new_size);
  const auto known = static_cast<size_t>(std::min<uint64_t>(size, skip - std::min(skip, at)));
  if (known < size) {
    TRY(read_prefix(at, old_size, read_old, &prefix));
    piece.resize(size);
    TRY(codec->decompress(prefix, pending, piece).in([&] {
      return cat("the piece at byte ", at);
    }));
  }
  at += size;
  frame = 0;
  return known < size ? take(std::span(piece).subspan(known)) : ok();
}

Patch::Patch(std::unique_ptr<State> state) : state_(std::move(state)) {}
Patch::Patch(Patch&&) noexcept = default;
Patch& Patch::operator=(Patch&&) noexcept = default;
Patch::~Patch() = default;

Result<Patch> Patch::start(uint64_t old_size, uint64_t new_size) {
  auto state = std::make_unique<State>();
  TRY_SET(state->codec, Codec::create());
  state->old_size = old_size;
  state->new_size = new_size;
  return Patch(std::move(state));
}

bool Patch::done() const { return state_->begun && state_->at == state_->new_size; }

Status Patch::add(std::span<const std::byte> bytes, uint64_t skip, Read read_old, Take take) {
  State& s = *state_;
  while (!bytes.empty()) {
    if (done()) return wrong("goes on after its end");
    const size_t n = std::min(bytes.size(), s.wanted() - s.pending.size());
    s.pending.insert(s.pending.end(), bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(n));
    bytes = bytes.subspan(n);
    if (s.pending.size() < s.wanted()) return ok();
    Status read = !s.begun       ? s.read_head()
                  : s.frame == 0 ? s.read_length()
                                 : s.make_piece(skip, read_old, take);
    TRY(std::move(read));
    s.pending.clear();
  }
  return ok();
}

}  // namespace samara::delta
