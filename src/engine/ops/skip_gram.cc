// SKIP_GRAM: all runs of `ngram_size` words of a sentence (or up to so many) in which at most
// `max_skip_size` words are left out between neighbours. Builtin 30, version 1.
// Rules from: LiteRT tflite/kernels/skip_gram.cc: the tensor's first string alone counts, white space
// separates words, and a run comes before the shorter one that it begins with. As there, a word is
// lost that one white space precedes at the sentence's start.
#include <limits>
#include <vector>

#include "engine/graph/strings.h"

namespace samara::ops {
namespace {

struct Params {
  int32_t size = 0, skip = 0;
  bool all = false;
};

Result<Params> parse(const OpView& v) {
  const auto& o = v.options<fb::SkipGramOptions>();
  return Params{o.ngram_size(), o.max_skip_size(), o.include_all_ngrams()};
}

Status infer(const Params&, Infer& n) {
  TRY(n.arity(1, 1));
  TRY(n.has_type(n.in(0), {Type::string}));
  TRY(n.has_type(n.out(0), {Type::string}));
  if (n.in(0).shape.elements() == 0) return Error(Code::invalid_model, "the input has no string");
  return n.sized_by_run(n.out(0));
}

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  size_t start = 0;
  for (size_t i = 1; i < text.size(); ++i) {
    if (!is_space(text[i])) continue;
    if (i > start && !is_space(text[start])) words.push_back(text.substr(start, i - start));
    start = i + 1;
  }
  if (start < text.size()) words.push_back(text.substr(start));
  return words;
}

/// Calls body(words of a run, by number) for every run, in order, until it fails.
template <class Body>
Status for_runs(const Params& p, const Run& n, int32_t words, const Body& body) {
  if (p.size < 1 || words < p.size) return ok();
  std::vector<int32_t> run{0};
  int32_t next = 1;  // the word to try after the last of the run
  for (uint32_t step = 0;; ++step) {
    if (step % 4096 == 0) TRY(n.poll());
    const auto size = int32_t(run.size());
    const bool near = run.empty() || int64_t{next} - run.back() <= int64_t{p.skip} + 1;
    if (size < p.size && next < words && near) {
      run.push_back(next++);
      continue;
    }
    if (run.empty()) return ok();
    if (p.all || size == p.size) TRY(body(run));
    next = run.back() + 1;
    run.pop_back();
  }
}

Status run(const Params& p, Run& n) {
  TRY_SET(const Strings input, Strings::open(n.in(0)));
  const std::vector<std::string_view> words = words_of(input[0]);
  const auto words_count = int32_t(words.size());
  const Tensor& out = n.out(0);
  // Words make far more runs than memory holds: these are counted first, and not for long.
  int64_t count = 0, text = 0;
  TRY(for_runs(p, n, words_count, [&](const std::vector<int32_t>& run) -> Status {
    for (const int32_t w : run) text += int64_t(words[size_t(w)].size()) + 1;
    --text;
    if (4 * ++count + text < std::numeric_limits<int32_t>::max()) return ok();
    return Error(Code::resource_exhausted, cat("'", out.name, "' would be beyond 32-bit offsets"));
  }));
  TRY_SET(StringsWriter writer, StringsWriter::open(n, out, Shape{int32_t(count)}, text));
  return for_runs(p, n, words_count, [&](const std::vector<int32_t>& run) -> Status {
    for (size_t i = 0; i < run.size(); ++i) {
      if (i > 0) writer.add(" ");
      writer.add(words[size_t(run[i])]);
    }
    writer.end();
    return ok();
  });
}

}  // namespace

extern constinit const OpDef skip_gram = define_op<Params, parse, infer>(
    {.name = "SKIP_GRAM", .code = 30, .versions = {1, 1}}, {{Type::string, bind<Params, run>}});

}  // namespace samara::ops
