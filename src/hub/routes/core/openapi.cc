// The route table as an OpenAPI 3.0 document.
#include <algorithm>

#include "hub/routes/core/route.h"
#include "samara/version.h"

namespace samara::hub {
namespace {

Json list_of_texts() {
  return Json::object({{"type", "array"}, {"items", Json::object({{"type", "string"}})}});
}

Json target_schema() {
  return Json::object(
      {{"type", "object"},
       {"properties",
        Json::object({{"app", Json::object({{"type", "string"}})},
                      {"app_versions",
                       Json::object({{"type", "string"}, {"description", "e.g. >=2.1 <3.0.0"}})},
                      {"os", list_of_texts()},
                      {"abi", list_of_texts()},
                      {"device_class", list_of_texts()},
                      {"least_memory", Json::object({{"type", "integer"}, {"minimum", 0}})}})}});
}

Json schema(Format format) {
  Json out = Json::object({{"type", "string"}});
  switch (format) {
    case Format::count:
      return Json::object(
          {{"type", "integer"}, {"minimum", 0}, {"maximum", int64_t{999'999'999'999'999}}});
    case Format::truth:
      return Json::object({{"type", "boolean"}});
    case Format::names:
      return Json::object({{"type", "array"}, {"items", schema(Format::name)}, {"maxItems", 100}});
    case Format::labels:
      return Json::object(
          {{"type", "object"}, {"additionalProperties", Json::object({{"type", "string"}})}});
    case Format::target:
      return target_schema();
    case Format::any:
      return Json::object();
    case Format::text:
      return out.set("maxLength", 2000);
    case Format::password:
      return out.set("minLength", int64_t{kLeastPassword}).set("maxLength", 1000);
    default:
      return out.set("pattern", pattern(format));
  }
}

Json parameter(std::string_view name, std::string_view where, const Json& schema, bool required,
               std::string_view help) {
  return Json::object({{"name", name},
                       {"in", where},
                       {"required", required},
                       {"description", help},
                       {"schema", schema}});
}

constexpr std::pair<std::string_view, std::string_view> kExamples[] = {
    {"project", "default"},     {"model", "digits"},    {"version", "1.0.0"},
    {"channel", "stable"},      {"alias", "demo"},      {"name", "digits"},
    {"bucket", "models"},       {"object", "a.tflite"}, {"number", "1"},
    {"file", "timestamp.json"}, {"folder", "channels"}, {"of", "stable"},
    {"reference", "1.0.0"},     {"user", "alice"},      {"organisation", "default"},
};

Json parameters(const Route& route) {
  Json out = Json::array();
  for (size_t at = 0; (at = route.path.find('{', at)) != route.path.npos;) {
    const size_t end = route.path.find('}', at);
    const std::string_view name = route.path.substr(at + 1, end - at - 1);
    Json one = parameter(name, "path", schema(path_format(name)), true, name);
    for (const auto& [of, example] : kExamples) {
      if (of == name) one.set("example", example);
    }
    out.push(std::move(one));
    at = end;
  }
  for (const Field& f : route.query)
    out.push(parameter(f.name, "query", schema(f.format), f.required, f.help));
  for (const Field& f : route.headers)
    out.push(parameter(f.name, "header", schema(f.format), f.required, f.help));
  return out;
}

Json body(const Route& route) {
  Json content = Json::object();
  if (route.sink) {
    content.set(
        route.takes,
        Json::object({{"schema", Json::object({{"type", "string"}, {"format", "binary"}})}}));
  } else {
    Json properties = Json::object(), required = Json::array();
    for (const Field& f : route.body) {
      properties.set(f.name, schema(f.format).set("description", f.help));
      if (f.required) required.push(f.name);
    }
    Json object = Json::object({{"type", "object"},
                                {"properties", std::move(properties)},
                                {"additionalProperties", false}});
    if (!required.as_array()->empty()) object.set("required", std::move(required));
    content.set("application/json", Json::object({{"schema", std::move(object)}}));
  }
  return Json::object({{"required", true}, {"content", std::move(content)}});
}

Json answers(const Route& route) {
  const Json error = Json::object(
      {{"description", "an error, and what to do about it"},
       {"content",
        Json::object(
            {{"application/json",
              Json::object(
                  {{"schema", route.errors
                                  ? Json::object()
                                  : Json::object({{"$ref", "#/components/schemas/Error"}})}})}})}});
  Json success = Json::object({{"description", route.summary}});
  if (route.success != 204 && !route.content.empty()) {
    success.set("content",
                Json::object({{route.content.data(), Json::object({{"schema", Json::object()}})}}));
  }
  Json out = Json::object({{std::to_string(route.success), std::move(success)}});
  if (route.method == "GET") out.set("304", Json::object({{"description", "what you have holds"}}));
  return out.set("default", error);
}

std::string operation_id(const Route& route) {
  std::string id(route.method);
  std::transform(id.begin(), id.end(), id.begin(), [](char c) { return char(c | 0x20); });
  for (const char c : route.path) id += c == '/' || c == '.' || c == '-' || c == ':' ? '_' : c;
  std::erase_if(id, [](char c) { return c == '{' || c == '}'; });
  return id;
}

Json operation(const Route& route) {
  Json out = Json::object({{"operationId", operation_id(route)},
                           {"summary", route.summary},
                           {"parameters", parameters(route)}});
  if (route.sink || !route.body.empty()) out.set("requestBody", body(route));
  out.set("responses", answers(route));
  if (route.rule.open()) return out.set("security", Json::array());
  Json security = Json::array({Json::object({{"token", Json::array()}})});
  if (route.basic) security.push(Json::object({{"password", Json::array()}}));
  if (route.api_key) {
    security.push(Json::object({{"api_key", Json::array()}}));
    security.push(Json::object({{"key", Json::array()}}));
  }
  // Read by the rights matrix of the tests, and by people.
  out.set("security", std::move(security));
  if (route.rule.of_session()) return out.set("x-samara-session", true);
  if (route.rule.public_too()) out.set("x-samara-public-projects", true);
  return out.set("x-samara-role", name(route.rule.role()))
      .set("x-samara-hub-wide", route.rule.hub());
}

Json security_schemes() {
  const auto api_key = [](const char* where, const char* name) {
    return Json::object({{"type", "apiKey"}, {"in", where}, {"name", name}});
  };
  return Json::object({{"token", Json::object({{"type", "http"}, {"scheme", "bearer"}})},
                       {"password", Json::object({{"type", "http"}, {"scheme", "basic"}})},
                       {"api_key", api_key("header", "x-goog-api-key")},
                       {"key", api_key("query", "key")}});
}

}  // namespace

Json openapi(std::span<const Route* const> routes) {
  Json paths = Json::object();
  for (const Route* route : routes) {
    std::string method(route->method);
    std::transform(method.begin(), method.end(), method.begin(),
                   [](char c) { return char(c | 0x20); });
    const Json* before = paths.find(route->path);
    Json path = before ? *before : Json::object();
    path.set(method, operation(*route));
    paths.set(route->path, std::move(path));
  }
  const Json text = Json::object({{"type", "string"}});
  const Json error = Json::object(
      {{"type", "object"},
       {"required", Json::array({"error"})},
       {"properties",
        Json::object(
            {{"error", Json::object({{"type", "object"},
                                     {"required", Json::array({"code", "status", "message"})},
                                     {"properties",
                                      Json::object({{"code", Json::object({{"type", "integer"}})},
                                                    {"status", text},
                                                    {"message", text}})}})}})}});
  return Json::object({{"openapi", "3.0.3"},
                       {"info", Json::object({{"title", "Samara hub"}, {"version", kVersion}})},
                       {"paths", std::move(paths)},
                       {"components", Json::object({{"schemas", Json::object({{"Error", error}})},
                                                    {"securitySchemes", security_schemes()}})}});
}

}  // namespace samara::hub
