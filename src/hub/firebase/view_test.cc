// What Firebase's clients see of a model, the filter of their lists, and which version a file becomes.
#include "hub/firebase/view.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "hub/firebase/admit.h"

namespace samara::hub {
namespace {

using json::Json;

View some_view() {
  View view;
  view.listing = {
      {7, "digits", 1'000'000}, "numbers", std::vector<std::string>{"a", "b-c"}, "", 5, 0};
  view.published = true;
  view.updated_at = "2026-01-01T00:00:00.000Z";
  view.version.emplace();
  view.version->manifest.model = "digits";
  view.version->manifest.version = "1.2.0";
  view.version->manifest.sha256 = std::string(64, 'a');
  view.version->manifest.size = 5'000'000'000;
  return view;
}

std::string text(const Json& json, std::string_view name) {
  const Json* found = json.find(name);
  return found && found->as_string() ? *found->as_string() : "";
}

TEST(view, reads_as_their_clients_want_it) {
  View view = some_view();
  const Json json = to_json(view, "default");
  EXPECT_EQ(text(json, "name"), "projects/default/models/7");
  EXPECT_EQ(text(json, "displayName"), "numbers");
  EXPECT_EQ(text(json, "createTime"), "1970-01-12T13:46:40.000Z");
  EXPECT_EQ(json.find("tfliteModel")->dump(),
            R"({"gcsTfliteUri":"gs://samara/digits/1.2.0.tflite","sizeBytes":"5000000000"})");
  EXPECT_EQ(json.find("activeOperations"), nullptr);
  view.listing.operation = 3;
  const Json locked = to_json(view, "default");
  EXPECT_EQ(text((*locked.find("activeOperations")->as_array())[0], "name"),
            "projects/default/operations/3");
  EXPECT_NE(text(locked, "etag"), text(json, "etag"));
  view.version.reset();
  EXPECT_EQ(to_json(view, "default").find("tfliteModel"), nullptr);
}

TEST(filter, holds_and_does_not) {
  const View view = some_view();
  for (const char* filter :
       {"", "displayName='numbers'", "displayName = \"numbers\"", "displayName:num*", "tags:a",
        "tags: 'b-c'", "tags:a AND tags:b-c  AND displayName=numbers", "state.published = true",
        "display_name = numbers"})
    EXPECT_TRUE(*matches(filter, view)) << filter;
  for (const char* filter : {"displayName='digits'", "displayName='num*'", "displayName:umb*",
                             "tags:c", "tags:a AND tags:c", "state.published=false"})
    EXPECT_FALSE(*matches(filter, view)) << filter;
  for (const char* filter :
       {"x", "tags=a", "tags:", "size:1", "displayName='x", "tags:a tags:b", "tags:a OR tags:b",
        "tags:a AND", "AND", ":", "='x'", "state.published=1", "tags:''a"})
    EXPECT_FALSE(matches(filter, view).ok()) << filter;
  std::string many = "tags:a";
  for (int i = 0; i < 20; ++i) many += " AND tags:a";
  EXPECT_FALSE(matches(many, view).ok());
}

TEST(next_version, follows_what_callers_notice) {
  const auto report = [](const char* type) {
    return cat(R"({"signatures":[{"key":"main","inputs":[{"name":"x","type":")", type,
               R"("}],"outputs":[]}]})");
  };
  EXPECT_EQ(*next_version({}, *json::parse(report("int8"))), "1.0.0");
  StoredVersion newest;
  newest.manifest.version = "2.3.4-rc.1";
  newest.report = report("int8");
  EXPECT_EQ(*next_version({newest}, *json::parse(report("int8"))), "2.4.0");
  EXPECT_EQ(*next_version({newest}, *json::parse(report("float32"))), "3.0.0");
}

}  // namespace
}  // namespace samara::hub
