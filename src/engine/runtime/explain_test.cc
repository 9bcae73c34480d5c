// Session::explain(): one operator that cannot run hides no other.
#include <map>

#include "testing/probe_session.h"

namespace samara::testing {
namespace {

struct Verdicts {
  std::shared_ptr<const schema::ModelFile> file;  // names are views into it
  std::map<std::pair<int, int>, PlannedNode> nodes;
  const PlannedNode& at(int subgraph, int node) const { return nodes.at({subgraph, node}); }
};

Verdicts explain(const ModelBuilder& m) {
  const auto bytes = m.bytes();
  auto file = schema::ModelFile::from_bytes(bytes, true);
  EXPECT_TRUE(file.ok()) << file.error().text();
  const auto report = Session::explain(*file);
  EXPECT_TRUE(report.ok()) << report.error().text();
  Verdicts verdicts{*file, {}};
  for (const PlannedNode& n : report->nodes) verdicts.nodes[{n.subgraph, n.index}] = n;
  return verdicts;
}

TEST(Explain, judges_every_operator_whatever_becomes_of_the_others) {
  ModelBuilder m;
  const int x = m.input(f32({2}), "x");
  std::vector<int> t;
  for (int i = 0; i < 6; ++i) t.push_back(m.tensor(f32({2})));
  const int s = m.tensor(i16({2}));
  m.op("ABS", {x}, {t[0]});
  m.custom("Nobody", {t[0]}, {t[1]});
  m.custom("FlexErf", {x}, {t[2]});
  m.op("RELU", {x}, {t[3]}, {}, 99);
  m.op("FLOOR", {s}, {t[4]});
  m.op("ABS", {t[1]}, {t[5]});  // of a shape that nobody knows
  m.op("ADD", {x}, {m.tensor(f32({2}))});
  for (const int i : t) m.output(i);
  m.current().inputs.push_back(s);
  const Verdicts v = explain(m);
  ASSERT_EQ(v.nodes.size(), 7u);
  EXPECT_EQ(v.at(0, 0).refused, "");
  EXPECT_EQ(v.at(0, 5).refused, "");
  EXPECT_EQ(v.at(0, 1).op, "Nobody");
  const auto says = [&](int node, const std::string& part) {
    EXPECT_NE(v.at(0, node).refused.find(part), std::string::npos) << v.at(0, node).refused;
  };
  says(1, "custom operator 'Nobody' is not known");
  says(2, "TensorFlow's own operator Erf");
  says(3, "RELU version 99; this build runs 1 to");
  says(4, "int16");
  says(6, "2 inputs");
}

TEST(Explain, looks_into_subgraphs_that_nobody_calls) {
  ModelBuilder m;
  const int x = m.input(f32({2}), "x"), y = m.tensor(f32({2}), "y");
  m.op("ABS", {x}, {y});
  m.output(y);
  m.subgraph("lonely");
  const int a = m.input(f32({2}), "a"), b = m.tensor(f32({2}), "b"), c = m.tensor(f32({2}), "c");
  m.op("ABS", {a}, {b});
  m.custom("Nobody", {b}, {c});
  m.output(c);
  const Verdicts v = explain(m);
  ASSERT_EQ(v.nodes.size(), 3u);
  EXPECT_EQ(v.at(1, 0).refused, "");
  EXPECT_NE(v.at(1, 1).refused.find("Nobody"), std::string::npos);
}

TEST(Explain, names_what_concerns_no_single_operator) {
  EXPECT_FALSE(Session::explain(nullptr).ok());
  ModelBuilder m;
  m.output(m.input(f32({2}), "x"));
  const auto bytes = m.bytes();
  const auto file = schema::ModelFile::from_bytes(bytes, true);
  ASSERT_TRUE(file.ok());
  expect_fails(Session::explain(*file, {}, {.signature = "nobody"}), Code::not_found, "nobody");
}

TEST(Explain, a_model_that_it_refuses_in_part_is_still_not_loaded) {
  ModelBuilder m;
  const int x = m.input(f32({2}), "x"), y = m.tensor(f32({2}), "y");
  m.custom("Nobody", {x}, {y});
  m.output(y);
  expect_fails(Model::load(m.bytes()), Code::unsupported, "Nobody");
}

}  // namespace
}  // namespace samara::testing
