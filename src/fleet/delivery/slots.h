// Slots: what the store remembers of one model, and its form on disk.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "samara/base/result.h"

namespace samara::delivery {

/// One version of a model: its bytes are named by their hash.
struct Entry {
  std::string version;
  std::string sha256;  // 64 lower-case hexadecimal digits
  uint64_t size = 0;
  std::string source;       // where it came from: an address, or what the caller said
  std::string golden = {};  // inputs and outputs that were signed with it, for whoever judges it
  bool operator==(const Entry&) const = default;
};

/// A version that must not be taken again.
struct Refusal {
  std::string version;
  std::string sha256;
  std::string reason;
  int64_t at_ms = 0;  // wall time, for people only: no decision depends on it
  bool operator==(const Refusal&) const = default;
};

struct Slots {
  uint64_t generation = 0;        // grows with every change; 0: nothing is known of the model
  std::optional<Entry> wanted;    // being fetched
  std::optional<Entry> staged;    // here and whole, not yet in use
  std::optional<Entry> current;   // in use
  std::optional<Entry> previous;  // the last good one before it
  bool proven = false;            // `current` has shown that it works
  uint32_t starts = 0;            // of `current` while it was not proven
  uint32_t judgings = 0;          // of `wanted`, begun since it is wanted and not ended
  std::string pinned;             // the only hash that may be activated; empty: any
  std::vector<Refusal> refused;   // oldest first, at most kMostRefusals

  const Refusal* refusal(std::string_view sha256) const;
  bool operator==(const Slots&) const = default;
};

inline constexpr size_t kMostRefusals = 64;
inline constexpr size_t kMostGolden = size_t{64} << 10;

/// Names become folders: 1 to 128 of A-Z a-z 0-9 . _ -, not beginning with a dot.
/// Errors: invalid_argument.
Status check_name(std::string_view name);
/// Errors: invalid_argument (the hash is not 64 lower-case hexadecimal digits, a text too long, golden
/// inputs of over kMostGolden bytes).
Status check_entry(const Entry& entry);

/// The record as text: a line with a checksum, then JSON.
std::string dump(const Slots& slots);
/// Errors: data_loss (checksum, form).
Result<Slots> parse_slots(std::string_view text);

/// What is kept beside each blob of a model, from which slots are rebuilt when both records are
/// broken.
struct Trace {
  Entry entry;
  uint64_t generation = 0;  // of the slots when it was staged
  bool proven = false;
};
std::string dump(const Trace& trace);
Result<Trace> parse_trace(std::string_view text);

}  // namespace samara::delivery
