// samara compare: where the numbers of two models, of two numerics profiles, or of a model and a
// folder of arrays part, tensor by tensor.
#include "cli/compare/compare.h"

#include <cstdio>
#include <filesystem>

#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/shared/inputs.h"
#include "cli/shared/model.h"
#include "fleet/io/json/json.h"

namespace samara::cli::commands {
namespace {

using json::Json;

struct Options {
  ModelFlags model;
  std::string a, b, numerics_b;
  InputFlags inputs;
  double tolerance = 0;
  bool histogram = false, json = false;
};

void declare(Args& args, Options& o) {
  const std::string what = "a .tflite file, or a folder that run --dump-tensors wrote";
  args.positional("A", o.a, what + "; what B is measured by");
  args.positional("B", o.b, what + "; A once more where it is left out", false);
  args.choice("--numerics-b", o.numerics_b, {"reference", "xnnpack"},
              "how integers round in B, if not as --numerics tells for both");
  declare_input_flags(args, o.inputs);
  args.option("--tolerance", o.tolerance,
              "largest error that is no difference, as a part of the range of A's tensor; with 0 "
              "every unequal element is one");
  args.option("--histogram", o.histogram, "show how the errors of each tensor are spread");
  args.option("--json", o.json, "print the result as JSON");
  declare_model_flags(args, o.model);
}

/// One of the two: a model with its session, or a folder.
struct Side {
  std::string path, numerics;
  std::unique_ptr<Session> session;  // null for a folder

  std::string text() const {
    return session ? cat("model ", path, " (", numerics, ")") : "folder " + path;
  }
  Json json() const {
    Json out = Json::object({{"path", path}});
    return session ? out.set("numerics", numerics) : out;
  }
};

Result<Side> open_side(const std::string& path, ModelFlags flags) {
  Side side{path, flags.numerics, nullptr};
  std::error_code none;
  if (std::filesystem::is_directory(path, none)) return side;
  flags.model = path;
  TRY_SET(auto model, load_model(flags));
  TRY_SET(side.session, Session::create(std::move(model), session_options(flags)).in([&] {
    return "model " + path;
  }));
  return side;
}

Result<Recording> record(Side& side, const std::string& set) {
  if (!side.session) return read_recording(set.empty() ? side.path : cat(side.path, "/", set));
  Recorder recorder;
  RunOptions options;
  options.observer = &recorder;
  TRY(side.session->run(options));
  TRY(side.session->reset_variables());
  return recorder.finish();
}

/// What one set of inputs shows.
struct Comparison {
  Recording a, b;
  std::vector<Pair> pairs;
  std::vector<Difference> differences;  // of the pairs; empty ones where a side is missing
  size_t compared = 0, equal = 0, within = 0;
  const Pair* first = nullptr;  // pair beyond the tolerance
};

Result<Comparison> compare(Side& a, Side& b, const Options& o, const std::string& set,
                           const InputSet& inputs) {
  const auto frame = [&](const Side& side) {
    return [&] { return frame_of_set(o.inputs, set, side.text()); };
  };
  if (a.session) TRY(feed(*a.session, inputs).in(frame(a)));
  if (b.session)
    TRY((a.session ? feed_as(*b.session, *a.session) : feed(*b.session, inputs)).in(frame(b)));
  Comparison c;
  TRY_SET(c.a, record(a, set).in(frame(a)));
  TRY_SET(c.b, record(b, set).in(frame(b)));
  c.pairs = match(c.a, c.b);
  for (const Pair& pair : c.pairs) {
    Difference& d = c.differences.emplace_back();
    if (!pair.a || !pair.b) continue;
    d = difference(*pair.a, *pair.b);
    ++c.compared;
    if (d.same()) {
      ++c.equal;
    } else if (d.within(o.tolerance)) {
      ++c.within;
    } else if (!c.first) {
      c.first = &pair;
    }
  }
  if (c.compared == 0)
    return Error(Code::invalid_argument,
                 cat("no tensor of ", a.text(), " has a counterpart in ", b.text()));
  return c;
}

Json bins_of(const Difference& d) {
  Json bins = Json::array();
  const double width = 2 * d.largest / double(Difference::kBins);
  for (size_t i = 0; i < Difference::kBins; ++i) {
    if (d.histogram[i] == 0) continue;
    bins.push(Json::object({{"from", double(i) * width - d.largest},
                            {"to", double(i + 1) * width - d.largest},
                            {"count", d.histogram[i]}}));
  }
  return bins;
}

Json side_of(const Recorded& r) {
  Json out = Json::object({{"name", r.name}, {"subgraph", r.subgraph}, {"index", r.index}});
  out.set("node", r.node).set("operator", r.op);
  return out.set("type", name(r.type)).set("shape", Json::list(r.shape));
}

Json pair_json(const Pair& pair, const Difference& d, double tolerance) {
  Json out = Json::object({{"a", side_of(*pair.a)}, {"b", side_of(*pair.b)}});
  out.set("by", pair.a->name == pair.b->name ? "name" : "position");
  out.set("verdict", d.same() ? "equal" : d.within(tolerance) ? "within" : "different");
  if (!d.incomparable.empty()) return out.set("incomparable", d.incomparable);
  out.set("values", d.real ? "real" : "stored").set("elements", d.numbers);
  out.set("unequal", d.unequal);
  out.set("unequal_fraction", d.numbers ? double(d.unequal) / double(d.numbers) : 0.0);
  out.set("max_error", d.max_error).set("range", d.range).set("relative_error", d.relative());
  out.set("snr_db", d.snr_db);
  if (d.unequal > 0) {
    const std::string at = place_of(pair.a->shape, d.worst / numbers_per_element(pair.a->type));
    out.set("worst", Json::object({{"at", at}, {"a", d.worst_a}, {"b", d.worst_b}}));
  }
  return out.set("histogram", bins_of(d));
}

std::string head_of(const Recorded& r) {
  return cat(r.subgraph, ":", r.node, " ", r.op, " '", r.name, "' ", name(r.type), " ",
             std::span(r.shape));
}

std::string short_number(double x) {
  char text[40];
  std::snprintf(text, sizeof text, "%.6g", x);
  return text;
}

std::string body_of(const Pair& pair, const Difference& d) {
  if (!d.incomparable.empty()) return d.incomparable;
  if (d.same()) return "equal";
  const std::string at = place_of(pair.a->shape, d.worst / numbers_per_element(pair.a->type));
  return cat(d.unequal, " of ", d.numbers, " unequal, largest error ", short_number(d.max_error),
             d.real ? " (real values), " : ", ", short_number(d.relative() * 100),
             "% of the range, SNR ", short_number(d.snr_db), " dB, worst ", at, ": ",
             short_number(d.worst_a), " and ", short_number(d.worst_b));
}

void print(const Side& side_a, const Side& side_b, const Comparison& c, const Options& o,
           const std::string& set) {
  std::string text = cat("A  ", side_a.text(), "\nB  ", side_b.text(), "\n");
  if (!set.empty()) text += cat("set ", set, "\n");
  size_t only_a = 0, only_b = 0;
  for (size_t i = 0; i < c.pairs.size(); ++i) {
    const auto& [a, b] = c.pairs[i];
    if (!a || !b) {
      text += cat("  ", head_of(a ? *a : *b), ": only in ", a ? "A" : "B", "\n");
      ++(a ? only_a : only_b);
      continue;
    }
    text += cat("  ", head_of(*a), a->name == b->name ? "" : cat(" with '", b->name, "'"), ": ",
                body_of(c.pairs[i], c.differences[i]), "\n");
    if (!o.histogram || c.differences[i].same()) continue;
    const Json bins = bins_of(c.differences[i]);
    for (const Json& bin : *bins.as_array())
      text += cat("      ", short_number(*bin.find("from")->as_number()), " to ",
                  short_number(*bin.find("to")->as_number()), ": ",
                  *bin.find("count")->as_integer(), "\n");
  }
  text += cat(c.compared, " tensors compared: ", c.equal, " equal, ", c.within,
              " within the tolerance, ", c.compared - c.equal - c.within, " different; ", only_a,
              " only in A, ", only_b, " only in B\n");
  text += c.first ? cat("numbers part first at ", head_of(*c.first->a), "\n")
                  : std::string("numbers do not part\n");
  std::fputs(text.c_str(), stdout);
}

Json set_json(const Comparison& c, const Options& o, const std::string& set) {
  Json tensors = Json::array(), only_a = Json::array(), only_b = Json::array();
  Json first;
  for (size_t i = 0; i < c.pairs.size(); ++i) {
    const Pair& pair = c.pairs[i];
    if (&pair == c.first) first = tensors.as_array()->size();
    if (!pair.b) {
      only_a.push(side_of(*pair.a));
    } else if (!pair.a) {
      only_b.push(side_of(*pair.b));
    } else {
      tensors.push(pair_json(pair, c.differences[i], o.tolerance));
    }
  }
  Json out =
      Json::object({{"set", set}, {"equal", c.first == nullptr}, {"first", std::move(first)}});
  out.set("tensors", std::move(tensors)).set("only_a", std::move(only_a));
  return out.set("only_b", std::move(only_b));
}

Result<int> execute(const Args& args, Options& o) {
  if (o.tolerance < 0 || o.tolerance != o.tolerance) {
    std::fprintf(stderr, "samara compare: --tolerance is 0 or more\n");
    return kUsage;
  }
  if (o.b.empty() && !args.given("--numerics-b")) {
    std::fprintf(stderr, "samara compare: with what? Give B, or --numerics-b\n");
    return kUsage;
  }
  TRY_SET(const InputSets sets, read_inputs(o.inputs));
  TRY_SET(Side a, open_side(o.a, o.model));
  if (args.given("--numerics-b")) o.model.numerics = o.numerics_b;
  TRY_SET(Side b, open_side(o.b.empty() ? o.a : o.b, o.model));
  bool equal = true;
  Json list = Json::array();
  for (const auto& [name, inputs] : sets) {
    TRY_SET(const Comparison c, compare(a, b, o, name, inputs));
    equal = equal && !c.first;
    if (o.json) {
      list.push(set_json(c, o, name));
    } else {
      print(a, b, c, o, name);
    }
  }
  if (o.json) {
    Json out = Json::object({{"a", a.json()}, {"b", b.json()}, {"tolerance", o.tolerance}});
    out.set("equal", equal).set("sets", std::move(list));
    std::printf("%s\n", out.dump(2).c_str());
  }
  return equal ? 0 : kFailed;
}

}  // namespace

extern const Command compare = define_command<Options, declare, execute>(
    "compare", "show where the numbers of two models, or of a model and a folder, part");

}  // namespace samara::cli::commands
