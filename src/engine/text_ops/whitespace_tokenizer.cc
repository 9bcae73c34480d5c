// tftext:WhitespaceTokenizer: the words of texts. One output: padded with empty strings to the words
// of the longest text, one dimension more than the input. Else ragged: all words, and the row splits
// of every dimension. Custom operator, version 1.
//
// Rules from: tflite-support custom_ops/kernel/whitespace_tokenizer.cc, whose spaces are those of
// Plan 9's libutf. A text ends at its first byte that is no UTF-8, and at U+FFFD.
#include <algorithm>

#include "base/utf8.h"
#include "engine/graph/strings.h"
#include "engine/text_ops/op.h"

namespace samara::text_ops {
namespace {

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(1, n.outputs()));
  TRY(n.has_type(n.in(0), {Type::string}));
  TRY(n.has_type(n.out(0), {Type::string}));
  TRY(n.sized_by_run(n.out(0)));
  const Shape& texts = n.in(0).shape;
  const int wanted = n.outputs() == 1 ? 1 : texts.rank() + 1;
  if (n.outputs() != wanted || (wanted == 1 && texts.rank() == kMaxRank))
    return Error(Code::invalid_model,
                 cat("has ", n.outputs(), " outputs for texts of shape ", texts.text(),
                     "; 1 is padded, ", texts.rank() + 1, " are ragged"));
  int64_t rows = 1;
  for (int i = 1; i < n.outputs(); ++i) {
    TRY(n.has_type(n.out(i), {Type::i64}));
    rows *= texts[i - 1];
    if (rows >= INT32_MAX)
      return Error(Code::resource_exhausted,
                   cat("texts of shape ", texts.text(), " have more rows than a dimension"));
    TRY(n.set_shape(n.out(i), Shape{int32_t(rows) + 1}));
  }
  return ok();
}

bool is_space(char32_t c) {
  return (c >= 0x9 && c <= 0xd) || c == 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680 ||
         c == 0x180e || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
         c == 0x205f || c == 0x3000 || c == 0xfeff;
}

/// Calls word(w) for each word.
template <class Word>
void for_words(std::string_view text, const Word& word) {
  size_t start = 0, at = 0;
  while (at < text.size()) {
    const Utf8Character c = first_character(text.substr(at));
    if (c.code == kNoCharacter) break;
    if (is_space(c.code)) {
      if (at > start) word(text.substr(start, at - start));
      start = at + c.bytes;
    }
    at += c.bytes;
  }
  if (at > start) word(text.substr(start, at - start));
}

void write_splits(Run& n) {
  const Shape& texts = n.in(0).shape;
  for (int i = 1; i < texts.rank(); ++i) {
    const auto splits = n.view<int64_t>(n.out(i));
    for (size_t j = 0; j < splits.size(); ++j) splits[j] = int64_t(j) * texts[i];
  }
}

Status run(const NoParams&, Run& n) {
  TRY_SET(const Strings texts, Strings::open(n.in(0)));
  const int64_t count = n.in(0).shape.elements();
  int64_t words = 0, bytes = 0, most = 0;
  for (int64_t i = 0; i < count; ++i) {
    TRY(n.poll());
    int64_t here = 0;
    for_words(texts[i], [&](std::string_view word) {
      ++here;
      bytes += int64_t(word.size());
    });
    words += here;
    most = std::max(most, here);
  }
  const bool padded = n.outputs() == 1;
  Shape shape = padded ? n.in(0).shape : Shape{};
  shape.push(int32_t(padded ? most : words));
  TRY_SET(StringsWriter out, StringsWriter::open(n, n.out(0), shape, bytes));
  int64_t* const splits = padded ? nullptr : n.out_data<int64_t>(n.outputs() - 1);
  if (splits) {
    write_splits(n);
    splits[0] = 0;
  }
  int64_t written = 0;
  for (int64_t i = 0; i < count; ++i) {
    for_words(texts[i], [&](std::string_view word) {
      out.add(word);
      out.end();
      ++written;
    });
    if (splits) splits[i + 1] = written;
    for (; padded && written < (i + 1) * most; ++written) out.end();
  }
  return ok();
}

}  // namespace

extern constinit const OpDef whitespace_tokenizer = define_op<NoParams, parse_none, infer>(
    {.name = "tftext:WhitespaceTokenizer"}, {{Type::string, bind<NoParams, run>}});

}  // namespace samara::text_ops
