// NGramHash: for each character of a text and each length of n-grams, the number of the n-gram that
// starts there: its hash modulo the size of the vocabulary, plus 1. Custom operator, version 1.
//
// Rules from: MediaPipe mediapipe/tasks/cc/text/language_detector/custom_ops (ngram_hash.cc,
// utils/ngram_hash_ops_utils.cc, utils/hash/murmur.cc): "^" stands before the text and "$" behind it,
// what is no letter is a space, and of long texts only the start counts. A text ends before a
// character that is cut off; where lower case has another number of bytes than upper case the whole
// text counts, while MediaPipe reads as many bytes as before.
#include <algorithm>
#include <cstring>
#include <vector>

#include "base/utf8.h"
#include "engine/graph/flexbuffers/flexbuffer_options.h"
#include "engine/graph/op.h"
#include "engine/graph/strings.h"
#include "engine/ops/shared/letters.h"

namespace samara::ops {
namespace {

struct Params {
  uint64_t seed = 0;
  std::vector<int32_t> lengths, vocabularies;
  int32_t most = 128;  // tokens, with the marks before and behind
  bool lower = true;
};

Result<Params> parse(const OpView& v) {
  TRY_SET(const FlexOptions options, FlexOptions::read(v));
  Params p;
  p.seed = options.word("seed");
  TRY_SET(p.lengths, options.integers("ngram_lengths", INT32_MIN));
  TRY_SET(p.vocabularies, options.integers("vocab_sizes", 1));
  if (p.lengths.size() != p.vocabularies.size())
    return Error(Code::invalid_model, cat("has ", p.lengths.size(), " lengths of n-grams and ",
                                          p.vocabularies.size(), " sizes of vocabularies"));
  TRY_SET(p.most, options.integer("max_splits", 128, 1, 1 << 20));
  p.lower = options.flag("lowercase_input", true);
  return p;
}

enum Slot { kText, kStarts };

Status infer(const Params& p, Infer& n) {
  TRY(n.arity(1, 1));
  TRY(n.has_type(n.in(0), {Type::string}));
  TRY(n.has_type(n.out(0), {Type::i32}));
  if (n.in(0).shape.elements() == 0) return Error(Code::invalid_model, "the input has no text");
  TRY(n.scratch(kText, int64_t{p.most} * 4 + 2));
  TRY(n.scratch(kStarts, (int64_t{p.most} + 3) * 4));
  return n.sized_by_run(n.out(0));
}

size_t encode(char32_t c, char* to) {
  const auto tail = [&](int shift) { return char(0x80 | ((c >> shift) & 0x3f)); };
  if (c < 0x80) {
    to[0] = char(c);
    return 1;
  }
  if (c < 0x800) {
    to[0] = char(0xc0 | (c >> 6));
    to[1] = tail(0);
    return 2;
  }
  const bool wide = c >= 0x10000;
  size_t size = 0;
  to[size++] = wide ? char(0xf0 | (c >> 18)) : char(0xe0 | (c >> 12));
  if (wide) to[size++] = tail(12);
  to[size++] = tail(6);
  to[size++] = tail(0);
  return size;
}

/// Text in tokens: token i is the bytes [starts[i], starts[i + 1]).
struct Tokens {
  char* text;
  int32_t* starts;
  int32_t count = 0;
  void add(char32_t c) {
    const int32_t at = starts[count];
    starts[++count] = at + int32_t(encode(c, text + at));
  }
};

Tokens tokenize(const Params& p, Run& n, std::string_view text) {
  Tokens tokens{reinterpret_cast<char*>(n.scratch(kText).data()),
                reinterpret_cast<int32_t*>(n.scratch(kStarts).data())};
  tokens.starts[0] = 0;
  tokens.add('^');
  while (!text.empty() && tokens.count + 1 < p.most) {
    const Utf8Character c = first_character(text);
    if (c.bytes == 0) break;
    const char32_t letter = p.lower && is_letter(c.code) ? lower_case(c.code) : c.code;
    tokens.add(is_letter(letter) ? letter : U' ');
    text.remove_prefix(c.bytes);
  }
  tokens.add('$');
  return tokens;
}

/// MurmurHash 2 in 64 bits.
uint64_t murmur(const char* at, size_t size, uint64_t seed) {
  constexpr uint64_t kFactor = 0xc6a4a7935bd1e995;
  const auto mix = [](uint64_t v) { return v ^ (v >> 47); };
  uint64_t hash = seed ^ (size * kFactor);
  for (; size >= 8; at += 8, size -= 8) {
    uint64_t word = 0;
    std::memcpy(&word, at, 8);
    hash = (hash ^ mix(word * kFactor) * kFactor) * kFactor;
  }
  if (size > 0) {
    uint64_t word = 0;
    std::memcpy(&word, at, size);
    hash = (hash ^ word) * kFactor;
  }
  return mix(mix(hash) * kFactor);
}

Status run(const Params& p, Run& n) {
  TRY_SET(const Strings input, Strings::open(n.in(0)));
  const Tokens tokens = tokenize(p, n, input[0]);
  TRY(n.resize(n.out(0), Shape{1, int32_t(p.lengths.size()), tokens.count}));
  int32_t* out = n.out_data<int32_t>(0);
  for (size_t k = 0; k < p.lengths.size(); ++k) {
    for (int32_t start = 0; start < tokens.count; ++start) {
      const int64_t end = std::max<int64_t>(start, int64_t{start} + p.lengths[k]);
      const int32_t from = tokens.starts[start];
      const int32_t to = tokens.starts[std::min<int64_t>(end, tokens.count)];
      const uint64_t hash = murmur(tokens.text + from, size_t(to - from), p.seed);
      *out++ = int32_t(hash % uint64_t(p.vocabularies[k])) + 1;
    }
  }
  return ok();
}

}  // namespace

extern constinit const OpDef ngram_hash = define_op<Params, parse, infer>(
    {.name = "NGramHash", .code = 32}, {{Type::string, bind<Params, run>}});

}  // namespace samara::ops
