#include "engine/graph/flexbuffers/options_test.h"
#include "samara/runtime/session.h"
#include "testing/op_test.h"

namespace samara::testing::update_kv_cache_test {

std::vector<uint8_t> cache_of(int64_t most, int64_t layer = 0) {
  return flex([=](auto& b) {
    b.Int("kv_cache_max", most);
    b.Int("num_layers", 2);
    b.Int("layer_index", layer);
  });
}

OpCase update(int64_t most, int64_t position, std::vector<float> entries) {
  OpCase c{.op = "odml.update_kv_cache",
           .custom = true,
           .custom_options = cache_of(most),
           .stateful = true};
  const auto count = int32_t(entries.size());
  std::vector<int64_t> positions;
  for (int32_t i = 0; i < count; ++i) positions.push_back(position + i);
  c.in(i64({count}, positions)).in(f32({1, count, 1, 1}, entries));
  for (float& e : entries) e = -e;
  return std::move(c.in(f32({1, count, 1, 1}, entries)));
}

OP_TEST(update_kv_cache, begins_with_zeros) {
  OpCase c = update(4, 1, {5, 6});
  run_everywhere(c.out(f32({1, 4, 1, 1}, {0, 5, 6, 0})).out(f32({1, 4, 1, 1}, {0, -5, -6, 0})));
  c = update(2, 9, {5});  // so far ahead that nothing old would be left
  run_everywhere(c.out(f32({1, 2, 1, 1}, {0, 5})).out(f32({1, 2, 1, 1}, {0, -5})));
  c = update(3, 3, {5, 6});  // beyond the end: the oldest make room
  run_everywhere(c.out(f32({1, 3, 1, 1}, {0, 5, 6})).out(f32({1, 3, 1, 1}, {0, -5, -6})));
}

OP_TEST(update_kv_cache, keeps_entries_from_run_to_run) {
  ModelBuilder m;
  const auto all = f32({1, 3, 1, 1});
  const int at = m.input(i64({1})), entry = m.input(f32({1, 1, 1, 1}));
  std::vector<int> outs;
  for (int layer = 0; layer < 2; ++layer) {
    const int keys = m.tensor(all), values = m.tensor(all);
    m.custom("odml.update_kv_cache", {at, entry, entry}, {keys, values}, cache_of(3, layer));
    outs.push_back(keys);
  }
  for (const int out : outs) m.output(out);
  const auto bytes = m.bytes();
  const auto model = Model::load(std::span<const std::byte>(bytes));
  ASSERT_TRUE(model.ok()) << model.error().text();
  const auto session = Session::create(*model);
  ASSERT_TRUE(session.ok()) << session.error().text();
  const std::vector<std::vector<float>> wanted{{1, 0, 0}, {1, 2, 0}, {1, 2, 3}, {2, 3, 4}};
  for (int64_t step = 0; step < 8; ++step) {
    const int64_t run = step % 4;
    if (step == 4) {
      ASSERT_TRUE((*session)->reset_variables().ok());
    }
    const int64_t position[] = {run};
    const float value[] = {float(run + 1)};
    ASSERT_TRUE((*session)->set_input(0, std::as_bytes(std::span(position))).ok());
    ASSERT_TRUE((*session)->set_input(1, std::as_bytes(std::span(value))).ok());
    const Status ran = (*session)->run();
    ASSERT_TRUE(ran.ok()) << ran.error().text();
    for (size_t out = 0; out < 2; ++out) {
      const auto* got = reinterpret_cast<const float*>((*session)->output(out).data);
      EXPECT_EQ(std::vector<float>(got, got + 3), wanted[size_t(run)]) << run;
    }
  }
}

OP_TEST(update_kv_cache, refuses_what_does_not_fit) {
  const auto refuses = [](OpCase c, const char* text) {
    c.out(f32({1, 2, 1, 1})).out(f32({1, 2, 1, 1}));
    expect_error(c, Code::invalid_model, text);
  };
  refuses(update(2, 0, {1, 2, 3}), "3 positions for a cache of 2");
  OpCase c = update(2, 0, {1});
  c.inputs[2] = f32({1, 2, 1, 1});
  refuses(c, "do not fit");
  c = update(2, 0, {1});
  c.custom_options = cache_of(2, 2);
  refuses(c, "beyond num_layers");
  c = update(2, -1, {1});
  c.out(f32({1, 2, 1, 1})).out(f32({1, 2, 1, 1}));
  expect_error(c, Code::invalid_argument, "position -1");
}

}  // namespace samara::testing::update_kv_cache_test
