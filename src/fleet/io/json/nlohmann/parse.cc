// Reading of JSON: the library's event reader builds our Json. It keeps its own stack on the heap,
// so the depth limit protects those who walk the value, not this reader.
#include <algorithm>
#include <exception>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "fleet/io/json/json.h"

namespace samara::json {
namespace {

using Library = nlohmann::json;

class Builder : public nlohmann::json_sax<Library> {
 public:
  explicit Builder(const ParseLimits& limits) : limits_(limits) {}

  bool null() override { return put(Json()); }
  bool boolean(bool value) override { return put(Json(value)); }
  bool number_integer(int64_t value) override { return put(Json(value)); }
  bool number_unsigned(uint64_t value) override { return put(Json(value)); }
  bool number_float(double value, const std::string&) override { return put(Json(value)); }
  bool string(std::string& value) override { return put(Json(std::move(value))); }
  bool binary(Library::binary_t&) override { return false; }  // not in texts
  bool start_object(size_t) override { return open(true); }
  bool start_array(size_t) override { return open(false); }
  bool key(std::string& name) override {
    open_.back().members.emplace_back(std::move(name), Json());
    return true;
  }
  bool end_array() override {
    Json value = Json::array_of(std::move(open_.back().items));
    open_.pop_back();
    return put(std::move(value));
  }
  bool end_object() override {
    if (const std::string twice = repeated(open_.back().members); !twice.empty())
      return fail(Code::invalid_argument, cat("the member ", twice, " stands twice in one object"));
    Json value = Json::object_of(std::move(open_.back().members));
    open_.pop_back();
    return put(std::move(value));
  }
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception& e) override {
    // "[json.exception.parse_error.101] parse error at line 1, column 2: ..."
    std::string_view what = e.what();
    if (const size_t at = what.find("] "); at != what.npos) what.remove_prefix(at + 2);
    return fail(Code::invalid_argument, cat("not JSON: ", what));
  }

  Result<Json> take() && {
    if (error_) return std::move(*error_);
    return std::move(root_);
  }

 private:
  struct Open {
    bool object = false;
    Json::Array items;
    Json::Object members;
  };

  bool fail(Code code, std::string message) {
    if (!error_) error_.emplace(code, std::move(message));
    return false;
  }
  bool count() {
    if (++values_ <= limits_.values) return true;
    return fail(Code::resource_exhausted, cat("more than ", limits_.values, " values"));
  }
  bool open(bool object) {
    if (open_.size() == limits_.depth)
      return fail(Code::resource_exhausted, cat("nested deeper than ", limits_.depth));
    open_.push_back({.object = object, .items = {}, .members = {}});
    return true;
  }
  /// Gives a finished value to the array or object it stands in.
  bool put(Json value) {
    if (!count()) return false;
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (open_.back().object) {
      open_.back().members.back().second = std::move(value);
    } else {
      open_.back().items.push_back(std::move(value));
    }
    return true;
  }
  /// A name that two members share, quoted; "" if none.
  static std::string repeated(const Json::Object& members) {
    std::vector<std::string_view> names;
    names.reserve(members.size());
    for (const Json::Member& m : members) names.push_back(m.first);
    std::sort(names.begin(), names.end());
    const auto at = std::adjacent_find(names.begin(), names.end());
    return at == names.end() ? "" : Json(*at).dump();
  }

  const ParseLimits limits_;
  std::vector<Open> open_;
  Json root_;
  size_t values_ = 0;
  std::optional<Error> error_;
};

}  // namespace

Result<Json> parse(std::string_view text, const ParseLimits& limits) {
  if (text.size() > limits.bytes)
    return Error(Code::resource_exhausted,
                 cat(text.size(), " bytes of JSON, more than the limit of ", limits.bytes));
  try {
    Builder builder(limits);
    Library::sax_parse(text.begin(), text.end(), &builder);
    return std::move(builder).take();
  } catch (const std::exception& e) {
    return Error(Code::internal, cat("while reading JSON: ", e.what()));
  }
}

}  // namespace samara::json
