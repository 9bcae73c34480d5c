#include "hub/jobs/judge.h"

#include <csignal>

#include "base/process.h"
#include "base/text.h"
#include "base/try.h"

namespace samara::hub {
namespace {

using json::Json;

const std::string& string_of(const Json* json) {
  static const std::string none;
  const std::string* text = json ? json->as_string() : nullptr;
  return text ? *text : none;
}

std::string member(const Json& json, std::string_view name) { return string_of(json.find(name)); }

const Json::Array& list(const Json& json, std::string_view name) {
  static const Json::Array none;
  const Json* found = json.find(name);
  const Json::Array* items = found ? found->as_array() : nullptr;
  return items ? *items : none;
}

/// What inspect says on stderr, without its first word and without our path.
std::string reason_of(std::string text, const std::string& path) {
  if (text.starts_with("error: ")) text.erase(0, 7);
  for (size_t at; (at = text.find("\n  in model " + path)) != text.npos;)
    text.erase(at, 12 + path.size());
  for (size_t at; (at = text.find(path)) != text.npos;) text.replace(at, path.size(), "the model");
  // Frames and the code, on lines of their own, become one sentence.
  for (size_t at; (at = text.find('\n')) != text.npos;)
    text.replace(at, text.find_first_not_of(" \n", at) - at, at + 1 == text.size() ? "" : " ");
  if (text.size() > 2000) text.resize(2000);
  return text;
}

Error not_judged(std::string_view why) {
  return Error(Code::unavailable, cat("the model was not judged, try again: ", why));
}

/// What kept the program from judging and is not the model's fault; "": nothing did.
std::string own_trouble(const ProcessResult& done) {
  const int signal = done.exit_code - 128;
  // Killed from outside, as for want of memory; a disk that does not give what is mapped.
  if (signal == SIGKILL || signal == SIGTERM || signal == SIGBUS)
    return cat("the program that judges was ended by signal ", signal);
  if (done.exit_code == 0) {
    const auto report = json::parse(done.out);
    return report.ok() && report->is_object() ? "" : "the program that judges gave no report";
  }
  if (signal > 0) return "";
  for (const Code code : {Code::io, Code::unavailable, Code::permission_denied})
    if (done.err.ends_with(cat("(", name(code), ")\n"))) return done.err;
  return done.err.empty() ? cat("the program that judges ended with ", done.exit_code) : "";
}

Json without_plan(const Json& report) {
  Json out = Json::object();
  for (const auto& [name, value] : *report.as_object()) {
    if (name != "path" && name != "plan") out.set(name, value);
  }
  // Of the plan the figures stay that tell a device whether the model fits into its memory.
  if (const Json* plan = report.find("plan")) {
    for (const char* figure : {"arena_bytes", "constant_bytes", "packed_bytes"}) {
      if (const Json* value = plan->find(figure)) out.set(figure, *value);
    }
  }
  return out;
}

/// One line for an input or output: "image: int8 [1, 32, 32, 3]".
std::string tensor_text(const Json& tensor) {
  std::string text = cat(member(tensor, "name"), ": ", member(tensor, "type"));
  for (const char* shape : {"shape_signature", "shape"}) {
    if (const Json* dims = tensor.find(shape)) return cat(text, " ", dims->dump());
  }
  return text;
}

const Json* find_named(const Json::Array& items, std::string_view key, const std::string& name) {
  for (const Json& item : items) {
    if (member(item, key) == name) return &item;
  }
  return nullptr;
}

void compare_tensors(const std::string& where, const Json::Array& before, const Json::Array& after,
                     std::vector<std::string>& out) {
  for (const Json& old : before) {
    const std::string name = member(old, "name");
    const Json* now = find_named(after, "name", name);
    if (!now) {
      out.push_back(cat(where, " '", name, "' is gone"));
    } else if (tensor_text(old) != tensor_text(*now)) {
      out.push_back(cat(where, " ", tensor_text(old), " became ", tensor_text(*now)));
    }
  }
  for (const Json& now : after) {
    if (!find_named(before, "name", member(now, "name")))
      out.push_back(cat(where, " '", member(now, "name"), "' is new"));
  }
}

}  // namespace

Status Judge::take_turn(bool patient) {
  std::unique_lock lock(mutex_);
  if (!patient && running_ >= options_.at_once && waiting_ >= options_.waiting)
    return Error(Code::unavailable, "several models are being judged already");
  waiting_ += !patient;
  free_.wait(lock, [this] { return running_ < options_.at_once || stopping_; });
  waiting_ -= !patient;
  if (stopping_) return not_judged("the hub is stopping");
  ++running_;
  return ok();
}

Result<Verdict> Judge::judge(const std::string& path, bool patient) {
  TRY(take_turn(patient));
  ProcessLimits limits;
  limits.time = options_.time;
  limits.memory = options_.memory;
  limits.give_up = &stopping_;
  // Mapped, since files of the hub only ever grow: a model may be larger than the memory.
  auto done = run_limited({options_.program, "inspect", path, "--plan", "--signatures",
                           "--metadata", "--json", "--threads", "1", "--map-weights"},
                          limits);
  {
    const std::lock_guard lock(mutex_);
    --running_;
  }
  free_.notify_one();
  if (!done.ok() && done.error().code() == Code::not_found)
    return std::move(done).error().in("judging a model");
  if (!done.ok()) return not_judged(done.error().message());
  if (stopping_ && !done->over.empty()) return not_judged("the hub is stopping");
  Verdict verdict;
  if (!done->over.empty()) {
    verdict.reason = "judging it " + done->over;
    return verdict;
  }
  if (const std::string trouble = own_trouble(*done); !trouble.empty()) return not_judged(trouble);
  if (done->exit_code >= 128) {
    verdict.reason = cat("judging it ended with signal ", done->exit_code - 128,
                         ": it needs more memory or time than the hub gives, or it is hostile");
    return verdict;
  }
  if (auto report = json::parse(done->out); report.ok() && report->is_object())
    verdict.report = without_plan(*report);
  verdict.fit = done->exit_code == 0;
  if (!verdict.fit) verdict.reason = reason_of(done->err, path);
  return verdict;
}

void Judge::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  free_.notify_all();
}

std::vector<std::string> differences(const Json& before, const Json& after) {
  std::vector<std::string> out;
  for (const Json& old : list(before, "signatures")) {
    const std::string key = member(old, "key");
    const Json* now = find_named(list(after, "signatures"), "key", key);
    if (!now) {
      out.push_back(cat("signature '", key, "' is gone"));
      continue;
    }
    const std::string where = cat("signature '", key, "': ");
    compare_tensors(where + "input", list(old, "inputs"), list(*now, "inputs"), out);
    compare_tensors(where + "output", list(old, "outputs"), list(*now, "outputs"), out);
  }
  for (const Json& old : list(before, "associated_files")) {
    const std::string file = member(old, "name");
    const Json* now = find_named(list(after, "associated_files"), "name", file);
    if (!now) {
      out.push_back(cat("the associated file '", file, "' is gone"));
    } else if (member(old, "sha256") != member(*now, "sha256")) {
      out.push_back(cat("the associated file '", file, "' (labels, vocabulary) is another"));
    }
  }
  return out;
}

}  // namespace samara::hub
