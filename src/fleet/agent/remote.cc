#include "fleet/agent/remote.h"

#include <utility>

#include "base/text.h"
#include "base/try.h"
#include "base/url.h"
#include "fleet/agent/json_tensor.h"
#include "fleet/io/json/json.h"

namespace samara::agent {
namespace {

using json::Json;

/// The protocol's name for a type; empty: none that JSON can carry.
std::string_view datatype(Type type) {
  switch (type) {
    case Type::f32:
      return "FP32";
    case Type::i8:
      return "INT8";
    case Type::u8:
      return "UINT8";
    case Type::i16:
      return "INT16";
    case Type::i32:
      return "INT32";
    case Type::i64:
      return "INT64";
    case Type::boolean:
      return "BOOL";
    default:
      return {};
  }
}

Result<uint64_t> elements(const TensorForm& form) {
  uint64_t out = 1;
  for (const int32_t n : form.shape)
    if (n < 0 || __builtin_mul_overflow(out, static_cast<uint64_t>(n), &out))
      return Error(Code::invalid_argument, cat("tensor '", form.name, "' has no complete shape"));
  return out;
}

Result<Json> input_of(const TensorForm& form, const std::vector<std::byte>& bytes) {
  const std::string_view type = datatype(form.type);
  if (type.empty())
    return Error(Code::unsupported, cat("tensors of type ", name(form.type), " cannot be sent"));
  TRY_SET(const uint64_t count, elements(form));
  TRY_SET(Json data,
          values_of(bytes, form.type).in([&] { return cat("input '", form.name, "'"); }));
  if (data.as_array()->size() != count)
    return Error(Code::invalid_argument, cat("input '", form.name, "' has ", bytes.size(),
                                             " bytes, which are not its ", count, " values"));
  return Json::object({{"name", form.name},
                       {"shape", Json::list(form.shape)},
                       {"datatype", type},
                       {"data", std::move(data)}});
}

Error wrong(std::string what) { return Error(Code::data_loss, std::move(what)); }

Result<std::vector<std::byte>> output_of(const TensorForm& form, const Json& outputs) {
  const Json* found = nullptr;
  for (const Json& one : *outputs.as_array()) {
    const Json* title = one.find("name");
    if (title && title->as_string() && *title->as_string() == form.name) found = &one;
  }
  if (!found) return wrong(cat("the answer has no output '", form.name, "'"));
  const Json* type = found->find("datatype");
  const Json* data = found->find("data");
  if (!type || !type->as_string() || *type->as_string() != datatype(form.type) || !data ||
      !data->is_array())
    return wrong(cat("output '", form.name, "' is no list of ", datatype(form.type)));
  TRY_SET(const uint64_t count, elements(form));
  std::vector<std::byte> out;
  const bool whole = append_values(*data, form.type, out).ok();
  if (!whole || out.size() / (static_cast<size_t>(bits(form.type)) / 8) != count)
    return wrong(cat("output '", form.name, "' has not its ", count, " values"));
  return out;
}

Result<Tensors> read_answer(const Remote& remote, const std::string& body) {
  const auto parsed = json::parse(body);
  if (!parsed.ok()) return wrong(cat("the answer is not JSON: ", parsed.error().message()));
  const Json* outputs = parsed->find("outputs");
  if (!outputs || !outputs->is_array()) return wrong("the answer has no list of outputs");
  Tensors out;
  for (const TensorForm& form : remote.outputs) {
    TRY_SET(auto bytes, output_of(form, *outputs));
    out.push_back(std::move(bytes));
  }
  return out;
}

Result<std::string> write_question(const Remote& remote, const Tensors& inputs) {
  if (inputs.size() != remote.inputs.size())
    return Error(
        Code::invalid_argument,
        cat(inputs.size(), " inputs are given, the endpoint takes ", remote.inputs.size()));
  Json list = Json::array();
  for (size_t i = 0; i < inputs.size(); ++i) {
    TRY_SET(Json input, input_of(remote.inputs[i], inputs[i]));
    list.push(std::move(input));
  }
  return Json::object({{"inputs", std::move(list)}}).dump();
}

Result<Tensors> ask(const Remote& remote, const Tensors& inputs) {
  if (!remote.url.starts_with("https://") && !(remote.plain && remote.url.starts_with("http://")))
    return Error(Code::permission_denied, cat(shown_url(remote.url), " is no https address"));
  TRY_SET(std::string question, write_question(remote, inputs));
  http::Request request;
  request.method = "POST";
  request.url = remote.url;
  request.headers = remote.headers;
  request.headers.push_back({"Content-Type", "application/json"});
  request.body = std::move(question);
  request.most_bytes = remote.most_bytes;
  TRY_SET(const http::Response response, remote.send(request));
  const int status = response.head.status;
  if (status == 200) return read_answer(remote, response.body);
  return Error(status == 401 || status == 403 ? Code::permission_denied : Code::unavailable,
               cat(shown_url(remote.url), " answers ", status));
}

/// One client for all threads, made at the first request.
struct Line {
  std::mutex mutex;
  std::unique_ptr<http::Client> client;
};

}  // namespace

Result<Remote> remote_of(const Model& model, std::string url, std::string_view signature) {
  TRY_SET(const SignatureInfo* info, model.signature(signature));
  Remote out;
  out.url = std::move(url);
  for (const TensorInfo& t : info->inputs)
    out.inputs.push_back({std::string(t.name), t.type, t.shape});
  for (const TensorInfo& t : info->outputs)
    out.outputs.push_back({std::string(t.name), t.type, t.shape});
  return out;
}

Answering on_remote(Remote remote) {
  if (!remote.send) {
    const http::Settings settings = {.proxy = remote.proxy,
                                     .ca_file = remote.ca_file,
                                     .connect_timeout_ms = remote.most_ms,
                                     .total_timeout_ms = remote.most_ms,
                                     .most_redirects = 0};
    remote.send = [line = std::make_shared<Line>(),
                   settings](const http::Request& request) -> Result<http::Response> {
      const std::lock_guard lock(line->mutex);
      if (!line->client) {
        TRY_SET(line->client, http::Client::create(settings));
      }
      return line->client->send(request);
    };
  }
  return [remote = std::move(remote)](const Tensors& inputs) -> Result<Reply> {
    TRY_SET(Tensors outputs,
            ask(remote, inputs).in([&] { return cat("endpoint ", shown_url(remote.url)); }));
    return Reply{std::move(outputs), remote.outputs};
  };
}

}  // namespace samara::agent
