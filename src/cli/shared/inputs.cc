#include "cli/shared/inputs.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <numeric>
#include <random>
#include <sstream>

#include "base/checked.h"
#include "base/file.h"
#include "base/text.h"
#include "base/try.h"
#include "cli/shared/values.h"
#include "engine/schema/zip_directory.h"
#include "samara/files/inflate.h"

namespace samara::cli {
namespace {

/// Uniform bits of a fixed generator: std's distributions differ between libraries.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15u + 0x1234567) {}
  // splitmix64, Steele et al. 2014.
  uint64_t next() {
    uint64_t z = state_ += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
  }
  /// In [-1, 1).
  float unit() { return float(int64_t(next()) >> 40) * 0x1p-23f; }

 private:
  uint64_t state_;
};

template <class T>
void store(std::byte* at, size_t i, T value) {
  std::memcpy(at + i * sizeof(T), &value, sizeof(T));
}

/// float to IEEE half for |x| < 2: enough for random inputs.
uint16_t half(float x) {
  if (x == 0) return 0;
  uint32_t bits = 0;
  std::memcpy(&bits, &x, sizeof bits);
  const int exponent = int(bits >> 23 & 0xff) - 127 + 15;
  if (exponent <= 0) return uint16_t(bits >> 16 & 0x8000);
  return uint16_t((bits >> 16 & 0x8000) | uint32_t(exponent) << 10 | (bits >> 13 & 0x3ff));
}

/// Floats in [-1, 1), whole 8-bit range and 16-bit range for quantized types, wider integers in
/// 0..99 (they are mostly indices and counts), booleans.
void fill_random(const graph::Tensor& t, uint64_t seed) {
  Random random(seed);
  const size_t n = size_t(t.shape.elements());
  switch (t.type) {
    case Type::f32:
      for (size_t i = 0; i < n; ++i) store(t.data, i, random.unit());
      return;
    case Type::c64:
      for (size_t i = 0; i < 2 * n; ++i) store(t.data, i, random.unit());
      return;
    case Type::f64:
      for (size_t i = 0; i < n; ++i) store(t.data, i, double(random.unit()));
      return;
    case Type::f16:
      for (size_t i = 0; i < n; ++i) store(t.data, i, half(random.unit()));
      return;
    case Type::bf16:
      for (size_t i = 0; i < n; ++i) {
        const float x = random.unit();
        uint32_t bits = 0;
        std::memcpy(&bits, &x, sizeof bits);
        store(t.data, i, uint16_t(bits >> 16));
      }
      return;
    case Type::boolean:
      for (size_t i = 0; i < n; ++i) store(t.data, i, uint8_t(random.next() >> 63));
      return;
    case Type::i32:
    case Type::u32:
      for (size_t i = 0; i < n; ++i) store(t.data, i, uint32_t(random.next() % 100));
      return;
    case Type::i64:
    case Type::u64:
      for (size_t i = 0; i < n; ++i) store(t.data, i, uint64_t(random.next() % 100));
      return;
    default:
      for (size_t i = 0; i < t.bytes; ++i) store(t.data, i, uint8_t(random.next() >> 56));
  }
}

Result<size_t> position(const Session& session, const std::string& name) {
  auto found = session.input_index(name);
  if (found.ok()) return found;
  size_t index = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), index);
  if (error != std::errc() || end != name.data() + name.size()) return found;
  if (index >= session.inputs()) {
    return Error(Code::not_found,
                 cat("there is no input ", index, ": the model has ", session.inputs()));
  }
  return index;
}

Result<std::shared_ptr<const Array>> array_of(const Source& source) {
  if (source.array || source.text == "zeros" || source.text.starts_with("random")) {
    return source.array;
  }
  TRY_SET(const auto bytes, read_file(source.text));
  auto array = parse_npy(std::as_bytes(std::span(bytes))).in([&] { return "file " + source.text; });
  if (!array.ok()) return std::move(array).error();
  return std::shared_ptr<const Array>(std::make_shared<Array>(std::move(*array)));
}

struct Member {
  std::string name;
  Array array;
};

/// The arrays of an .npz, which is a zip of .npy files.
Result<std::vector<Member>> parse_npz(std::span<const std::byte> bytes) {
  constexpr uint64_t kMost = uint64_t{1} << 32;
  const auto read_at = [&](uint64_t offset, std::span<std::byte> out) -> Status {
    if (!in_range(offset, out.size(), bytes.size())) {
      return Error(Code::data_loss, "the archive is cut short");
    }
    if (!out.empty()) std::memcpy(out.data(), bytes.data() + offset, out.size());
    return ok();
  };
  TRY_SET(const auto entries, schema::read_zip_directory(bytes.size(), read_at));
  std::vector<Member> members;
  for (const schema::ZipEntry& entry : entries) {
    if (entry.size > kMost)
      return Error(Code::resource_exhausted, cat(entry.name, " is too large"));
    std::vector<std::byte> content(entry.size);
    TRY(schema::read_zip_entry(entry, read_at, &files::inflate_hook(), content));
    auto array = parse_npy(content).in([&] { return "member " + entry.name; });
    if (!array.ok()) return std::move(array).error();
    members.push_back({entry.name, std::move(*array)});
  }
  return members;
}

/// The sets of an .npz: member SET/NAME.npy is input NAME of set SET; without SET, of the set "0".
Result<InputSets> packed_sets(const std::string& bytes) {
  InputSets sets;
  const auto set_named = [&](const std::string& name) -> InputSet& {
    for (auto& [key, set] : sets)
      if (key == name) return set;
    return sets.emplace_back(name, InputSet()).second;
  };
  TRY_SET(auto members, parse_npz(std::as_bytes(std::span(bytes))));
  for (Member& member : members) {
    std::string name = member.name;
    if (name.ends_with(".npy")) name.resize(name.size() - 4);
    const size_t slash = name.find('/');
    const bool many = slash != std::string::npos && slash > 0;
    // The set's name becomes a folder's.
    if (name.starts_with(".") || name.find('\0') != std::string::npos)
      return Error(Code::invalid_argument,
                   cat("member '", member.name, "': a set's name must not begin with a dot"));
    set_named(many ? name.substr(0, slash) : "0")[many ? name.substr(slash + 1) : name] = {
        member.name, std::make_shared<Array>(std::move(member.array))};
  }
  return sets;
}

/// A set a line, as words of --input; their names are 0, 1 ...
Result<InputSets> listed_sets(const std::string& text) {
  InputSets sets;
  std::istringstream lines(text);
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    std::istringstream words(line);
    std::vector<std::string> texts;
    for (std::string word; words >> word;) texts.push_back(word);
    if (texts.empty() || texts[0].starts_with('#')) continue;
    TRY_SET(auto set, parse_inputs(texts).in([&] { return cat("line ", number); }));
    sets.emplace_back(std::to_string(sets.size()), std::move(set));
  }
  return sets;
}

Result<uint64_t> seed_of(const std::string& text) {
  if (text == "random") return uint64_t{0};
  uint64_t seed = 0;
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data() + std::strlen("random:"), end, seed);
  if (!text.starts_with("random:") || error != std::errc() || at != end) {
    return Error(Code::invalid_argument, cat("'", text, "' is not random:SEED"));
  }
  return seed;
}

Status fill(Session& session, size_t i, const Source& source, const Array* array) {
  const graph::Tensor& t = session.input(i);
  if (t.type == Type::string) {
    if (array || source.text == "zeros") {
      return Error(Code::invalid_argument, "a string input takes no array");
    }
    return ok();  // strings are empty until they are set
  }
  if (array) {
    if (array->type != t.type) {
      return Error(Code::invalid_argument,
                   cat("the array is ", name(array->type), ", the input takes ", name(t.type)));
    }
    return session.set_input(i, std::span<const std::byte>(array->data));
  }
  TRY_SET(const auto memory, session.input_data(i));
  std::memset(memory.data(), 0, memory.size());
  if (source.text == "zeros") return ok();
  TRY_SET(const uint64_t seed, seed_of(source.text));
  fill_random(session.input(i), seed + i * 7919);
  return ok();
}

std::string frame_of(const Session& session, size_t i) {
  return cat("input ", i, " '", session.signature().inputs[i].name, "'");
}

/// Fills input i with the real values of another session's input, which has as many elements.
Status convert(Session& session, size_t i, const graph::Tensor& from) {
  const graph::Tensor& to = session.input(i);
  const Quantized quant(to.quant), from_quant(from.quant);
  if (from.type == to.type && quant == from_quant && bits(to.type) > 0)
    return session.set_input(i, std::span<const std::byte>(from.data, from.bytes));
  if (from.type == Type::string && to.type == Type::string)
    return ok();  // feed() leaves them empty
  const ReadNumber read = number_reader(from.type);
  const WriteNumber write = number_writer(to.type);
  if (!read || !write || numbers_per_element(from.type) != 1)
    return Error(Code::unsupported,
                 cat(name(from.type), " cannot be made ", name(to.type), " for the other model"));
  TRY_SET(const auto memory, session.input_data(i));
  for (size_t e = 0; e < size_t(to.shape.elements()); ++e) {
    const double real =
        from_quant.real(read(from.data, e), from_quant.channel(from.shape.dims(), e));
    write(memory.data(), e, quant.stored(real, quant.channel(to.shape.dims(), e)));
  }
  return ok();
}

}  // namespace

void declare_input_flags(Args& args, InputFlags& flags) {
  args.option("-i,--input", flags.inputs,
              "NAME_OR_INDEX=FILE.npy|random[:SEED]|zeros; an input not given is random:0");
  args.option("--input-sets", flags.input_sets,
              "run once for each set: an .npz with members SET/NAME, or a file with a set a line");
}

Result<InputSets> read_inputs(const InputFlags& flags) {
  TRY_SET(const InputSet common, parse_inputs(flags.inputs));
  if (flags.input_sets.empty()) return InputSets{{"", common}};
  TRY_SET(InputSets sets, read_input_sets(flags.input_sets));
  for (auto& [name, set] : sets) set.insert(common.begin(), common.end());
  return sets;
}

std::string frame_of_set(const InputFlags& flags, const std::string& set,
                         const std::string& otherwise) {
  return set.empty() ? otherwise : cat("input set ", set, " of ", flags.input_sets);
}

Result<InputSet> parse_inputs(const std::vector<std::string>& texts) {
  InputSet set;
  for (const std::string& text : texts) {
    const size_t equals = text.rfind('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
      return Error(Code::invalid_argument,
                   cat("'", text, "' is not NAME_OR_INDEX=FILE.npy|random[:SEED]|zeros"));
    }
    set[text.substr(0, equals)] = {text.substr(equals + 1), nullptr};
  }
  return set;
}

Result<InputSets> read_input_sets(const std::string& path) {
  TRY_SET(const std::string bytes, read_file(path));
  TRY_SET(auto sets, (path.ends_with(".npz") ? packed_sets(bytes) : listed_sets(bytes)).in([&] {
    return "file " + path;
  }));
  if (sets.empty()) return Error(Code::invalid_argument, cat(path, " holds no inputs"));
  return sets;
}

Status feed(Session& session, const InputSet& set) {
  std::vector<Source> sources(session.inputs());
  for (const auto& [name, source] : set) {
    TRY_SET(const size_t i, position(session, name));
    sources[i] = source;
  }
  std::vector<std::shared_ptr<const Array>> arrays(sources.size());
  for (size_t i = 0; i < sources.size(); ++i) {
    TRY_SET(arrays[i], array_of(sources[i]));
    if (arrays[i]) {
      TRY(session.resize(i, arrays[i]->shape).in([&] { return frame_of(session, i); }));
    }
  }
  TRY(session.plan());
  for (size_t i = 0; i < sources.size(); ++i) {
    TRY(fill(session, i, sources[i], arrays[i].get()).in([&] { return frame_of(session, i); }));
  }
  return ok();
}

Status feed_as(Session& session, const Session& other) {
  if (session.inputs() != other.inputs())
    return Error(Code::invalid_argument,
                 cat("has ", session.inputs(), " inputs, the other model has ", other.inputs()));
  std::vector<size_t> place(session.inputs());  // in `other`
  bool named = true;
  for (size_t i = 0; i < place.size() && named; ++i) {
    const auto found = other.input_index(session.signature().inputs[i].name);
    named = found.ok();
    if (named) place[i] = *found;
  }
  if (!named) std::iota(place.begin(), place.end(), size_t{0});
  for (size_t i = 0; i < place.size(); ++i)
    TRY(session.resize(i, other.input(place[i]).shape.dims()).in([&] {
      return frame_of(session, i);
    }));
  TRY(session.plan());
  for (size_t i = 0; i < place.size(); ++i)
    TRY(convert(session, i, other.input(place[i])).in([&] { return frame_of(session, i); }));
  return ok();
}

}  // namespace samara::cli
