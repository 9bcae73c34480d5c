// Golden inputs in the model and signed with it, and what they refuse.
#include "fleet/agent/golden.h"

#include "fleet/agent/agent_test.h"
#include "testing/model_package.h"

namespace samara::agent {
namespace {

using testing::f32;

/// y = x + (1, 2), with files in its archive.
std::string add_model(const std::vector<std::pair<std::string, std::string>>& files,
                      std::vector<float> added = {1, 2}) {
  testing::ModelBuilder m;
  const int x = m.input(f32({2}, {}), "x");
  const int y = m.tensor(f32({2}, {}), "y");
  m.op("ADD", {x, m.constant(f32({2}, std::move(added)))}, {y});
  m.output(y);
  const auto bytes = testing::package(m, {}, files);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string cases(const std::string& inputs, const std::string& outputs,
                  const std::string& bounds = "") {
  return cat(R"({"cases": [{"inputs": )", inputs, R"(, "outputs": )", outputs, "}]", bounds, "}");
}

class GoldenTest : public ModelManagerTest {
 protected:
  /// What the check of a model with these golden inputs says; "ok" if nothing.
  std::string check(const std::string& golden, const std::string& signed_with = "") {
    std::vector<std::pair<std::string, std::string>> files = {
        {"out.bin", std::string("\0\0\200\077\0\0\0\100", 8)}};  // 1, 2
    if (!golden.empty()) files.emplace_back(std::string(kGoldenFile), golden);
    const std::string path = options.folder + "/model.tflite";
    EXPECT_TRUE(write_file(path, add_model(files)).ok());
    const auto checked = check_model(path, {.golden_text = signed_with});
    return checked.ok() ? "ok" : checked.error().brief();
  }
};

TEST_F(GoldenTest, outputs_as_shipped_are_taken) {
  EXPECT_EQ(check(cases("[[3, 4]]", "[[4, 6]]")), "ok");
  EXPECT_EQ(check(cases("[[[0], [0]]]", R"([{"file": "out.bin"}])")), "ok");
  EXPECT_EQ(check(cases("[[3, 4]]", "[[4.4, 6]]", R"(, "tolerance": 0.5, "most_ms": 60000)")),
            "ok");
  EXPECT_EQ(check("", cases("[[3, 4]]", "[[4, 6]]")), "ok");
}

TEST_F(GoldenTest, other_outputs_are_refused_with_the_place) {
  const std::string other = check(cases("[[3, 4]]", "[[4, 7]]"));
  EXPECT_NE(other.find("value 1 is 6, the golden one 7"), std::string::npos) << other;
  EXPECT_NE(other.find("the model's own samara_golden.json"), std::string::npos) << other;
  const std::string theirs = check("", cases("[[3, 4]]", "[[0, 0]]"));
  EXPECT_NE(theirs.find("signed with it"), std::string::npos) << theirs;
}

TEST_F(GoldenTest, texts_that_are_not_of_the_form_are_refused) {
  const std::pair<std::string, std::string> kBad[] = {
      {"{", "not JSON"},
      {"{}", "'cases'"},
      {R"({"cases": []})", "'cases'"},
      {cases("[]", "[[1, 2]]"), "not a list of 1 tensors"},
      {cases("[[1, 2]]", "[7]"), "neither a list of values nor a file"},
      {cases("[[1, \"a\"]]", "[[1, 2]]"), "\"a\" is no float32"},
      {cases("[[1, 2, 3]]", "[[1, 2]]"), "bytes"},
      {cases("[[1, 2]]", R"([{"file": "none.bin"}])"), "none.bin"},
      {cases("[[1, 2]]", "[[2, 4]]", R"(, "tolerance": -1)"), "'tolerance'"},
      {cases("[[1, 2]]", "[[2, 4]]", R"(, "most_ms": "x")"), "'most_ms'"},
  };
  for (const auto& [text, why] : kBad) {
    const std::string said = check(text);
    EXPECT_NE(said.find(why), std::string::npos) << text << ": " << said;
  }
}

/// while (x < 1000) x = x + 0.
std::vector<std::byte> endless_model() {
  testing::ModelBuilder m;
  const int x = m.input(f32({}, {}), "x"), y = m.tensor(f32({}, {}), "y");
  m.op("WHILE", {x}, {y}, testing::options<fb::WhileOptionsT>([](auto& o) {
         o.cond_subgraph_index = 1;
         o.body_subgraph_index = 2;
       }));
  m.output(y);
  m.subgraph("condition");
  const int now = m.input(f32({}, {})), less = m.tensor(testing::boolean({}));
  m.op("LESS", {now, m.constant(f32({}, {1000}))}, {less});
  m.output(less);
  m.subgraph("body");
  const int before = m.input(f32({}, {})), after = m.tensor(f32({}, {}));
  m.op("ADD", {before, m.constant(f32({}, {0}))}, {after});
  m.output(after);
  return testing::package(m, {});
}

TEST_F(GoldenTest, a_run_that_hangs_is_ended_and_refuses_the_version) {
  const auto model = Model::load(endless_model());
  ASSERT_TRUE(model.ok()) << model.error().text();
  const auto checked =
      check_model(*model, {.golden_text = cases("[[0]]", "[[0]]"), .most_run_ms = 50});
  EXPECT_EQ(checked.error().code(), Code::deadline_exceeded) << checked.error().text();
}

TEST_F(GoldenTest, integers_must_be_ones_that_the_tensor_holds) {
  testing::ModelBuilder m;
  const int x = m.input(testing::i32({1}, {}), "x");
  const int y = m.tensor(testing::i32({1}, {}), "y");
  m.op("ADD", {x, m.constant(testing::i32({1}, {1}))}, {y});
  m.output(y);
  const auto model = Model::load(m.bytes()).value();
  EXPECT_EQ(read_golden(cases("[[2]]", "[[3]]"), *model)->at(0).inputs[0].size(), 4u);
  EXPECT_EQ(read_golden(cases("[[2.5]]", "[[3]]"), *model).error().code(), Code::invalid_model);
  EXPECT_FALSE(read_golden(cases("[[2147483648]]", "[[3]]"), *model).ok());
  EXPECT_EQ(read_golden(cases("[[2]]", "[[3]]"), *model, "none").error().code(), Code::not_found);
}

TEST_F(GoldenTest, a_version_that_computes_otherwise_here_never_comes_in_use) {
  publish("1", add_model({{std::string(kGoldenFile), cases("[[3, 4]]", "[[4, 6]]")}}));
  const auto manager = start();
  const auto live = manager->open("digits").value();
  EXPECT_EQ(live->now()->file.version, "1");
  publish("2", add_model({}, {5, 5}));
  catalog.entry.golden = cases("[[3, 4]]", "[[4, 6]]");
  ASSERT_TRUE(manager->update("digits").ok());
  EXPECT_EQ(live->now()->file.version, "1");
  EXPECT_NE(manager->explain("digits").find("the golden one"), std::string::npos);
  const auto slots = manager->store().slots("digits").value();
  ASSERT_EQ(slots.refused.size(), 1u) << "and is remembered";
  EXPECT_EQ(slots.refused[0].version, "2");
}

TEST_F(GoldenTest, what_was_signed_is_known_after_a_restart_between_download_and_check) {
  {
    const auto manager = start();
    ASSERT_TRUE(manager->get("digits").ok());
    const std::string content = add_model({}, {5, 5});
    Entry entry = entry_of("2", content);
    entry.golden = cases("[[3, 4]]", "[[4, 6]]");
    ASSERT_TRUE(bring(manager->store(), "digits", entry, content).ok());
    ASSERT_TRUE(manager->store().activate("digits").ok());
  }
  catalog.offline = true;
  const auto manager = start();
  EXPECT_EQ(manager->open("digits", Policy::local_model).value()->now()->file.version, "1");
}

}  // namespace
}  // namespace samara::agent
