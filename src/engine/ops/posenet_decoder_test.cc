#include <flatbuffers/flexbuffers.h>

#include <array>
#include <cmath>

#include "testing/op_test.h"

namespace samara::testing::posenet_decoder_test {

constexpr int kSide = 9, kKeypoints = 17;

OpCase poses(int most, float threshold = 0.5f, float radius = 8, int stride = 4) {
  flexbuffers::Builder b;
  b.Map([&] {
    b.Int("max_detections", most);
    b.Float("score_threshold", threshold);
    b.Int("stride", stride);
    b.Float("nms_radius", radius);
  });
  b.Finish();
  return OpCase{.op = "PosenetDecoderOp", .custom = true, .custom_options = b.GetBuffer()};
}

/// Maps in which people stand at places (y, x) of the grid: every keypoint of one has its peak there,
/// no edge leads elsewhere.
struct Scene {
  std::vector<float> heat = std::vector<float>(kSide * kSide * kKeypoints, -20);
  std::vector<float> shorts = std::vector<float>(kSide * kSide * 34);
  std::vector<float> mids = std::vector<float>(kSide * kSide * 64);
  void person(int y, int x, float logit) {
    for (int k = 0; k < kKeypoints; ++k) heat[size_t((y * kSide + x) * kKeypoints + k)] = logit;
  }
  OpCase into(OpCase c) const {
    c.in(f32({1, kSide, kSide, 17}, heat)).in(f32({1, kSide, kSide, 34}, shorts));
    c.in(f32({1, kSide, kSide, 64}, mids));
    return c;
  }
};
float sigmoid(float x) { return 1 / (1 + std::exp(-x)); }

/// Expected outputs: each person's keypoints at one place.
struct Person {
  float y, x, score;
};
OpCase& expect(OpCase& c, int most, const std::vector<Person>& people) {
  std::vector<float> at(size_t(most) * 34), scores(size_t(most) * 17),
      poses(static_cast<size_t>(most));
  for (size_t i = 0; i < people.size(); ++i) {
    for (size_t k = 0; k < 17; ++k) {
      at[(i * 17 + k) * 2] = people[i].y;
      at[(i * 17 + k) * 2 + 1] = people[i].x;
      scores[i * 17 + k] = people[i].score;
    }
    poses[i] = people[i].score;
  }
  c.out(f32({1, most, 17, 2}, at)).out(f32({1, most, 17}, scores));
  return c.out(f32({1, most}, poses)).out(f32({1}, {float(people.size())}));
}

OP_TEST(posenet_decoder, finds_people_the_surest_first) {
  Scene s;
  s.person(2, 1, 3);
  s.person(7, 6, 5);
  OpCase c = s.into(poses(4));
  run_everywhere(expect(c, 4, {{28, 24, sigmoid(5)}, {8, 4, sigmoid(3)}}));
}
OP_TEST(posenet_decoder, gives_at_most_as_many_as_are_wanted) {
  Scene s;
  s.person(2, 1, 3);
  s.person(7, 6, 5);
  OpCase c = s.into(poses(1));
  run_everywhere(expect(c, 1, {{28, 24, sigmoid(5)}}));
  OpCase none = s.into(poses(2, 0.999f));
  run_everywhere(expect(none, 2, {}));
}
OP_TEST(posenet_decoder, suppresses_who_is_too_near) {
  Scene s;
  s.person(2, 2, 5);
  s.person(4, 2, 3);  // 8 pixels away
  OpCase near = s.into(poses(2));
  run_everywhere(expect(near, 2, {{8, 8, sigmoid(5)}}));
  OpCase far = s.into(poses(2, 0.5f, 7.9f));
  run_everywhere(expect(far, 2, {{8, 8, sigmoid(5)}, {16, 8, sigmoid(3)}}));
}
/// A left eye alone has a peak. All edges lead one place down and back up; the nose of the eye is
/// above it, and found by the edge back, of which that is the first.
OP_TEST(posenet_decoder, follows_edges_and_refines) {
  Scene s;
  s.person(4, 4, 1);
  const auto place = [](int y, int x) { return size_t(y * kSide + x); };
  s.heat[place(4, 4) * 17 + 1] = 6;
  for (int y = 0; y < kSide; ++y)
    for (int x = 0; x < kSide; ++x) {
      s.mids[place(y, x) * 64 + 32] = -4;      // left eye to nose: y, one place up
      s.mids[place(y, x) * 64 + 32 + 16] = 8;  // x, two to the right
    }
  s.heat[place(3, 6) * 17] = 4;
  s.shorts[place(3, 6) * 34] = 1;  // pixels: a quarter of a place down at each step, less and less
  OpCase c = s.into(poses(1, 0.1f, 100));
  std::vector<float> at(34), scores(17, sigmoid(1));
  for (size_t k = 0; k < 17; ++k) at[2 * k] = at[2 * k + 1] = 16;
  // Of a step, what is bilinear at (y, 6): (1 - dy) / 4.
  float dy = 0;
  for (int i = 0; i < 5; ++i) dy += (1 - dy) * 0.25f;
  at[0] = (3 + dy) * 4;
  at[1] = 24;
  scores[0] = sigmoid((1 - dy) * 4 + dy * -20);
  scores[1] = sigmoid(6);
  // What hangs on the nose but not on the eye goes on from there: edges elsewhere lead nowhere.
  std::array<bool, 17> of_nose{};
  for (const size_t k : {2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}) of_nose[k] = true;
  for (size_t k = 0; k < 17; ++k) {
    if (!of_nose[k]) continue;
    at[2 * k] = at[0];
    at[2 * k + 1] = at[1];
    scores[k] = sigmoid(-20);
  }
  float sum = 0;
  for (const float score : scores) sum += score;
  c.out(f32({1, 1, 17, 2}, at)).out(f32({1, 1, 17}, scores));
  c.out(f32({1, 1}, {sum / 17})).out(f32({1}, {1}));
  run_everywhere(c);
}
OP_TEST(posenet_decoder, takes_bytes) {
  Scene s;
  s.person(2, 1, 3);
  const auto bytes = [](const std::vector<float>& values, int depth) {
    std::vector<uint8_t> q;
    for (const float v : values) q.push_back(uint8_t(std::max(0.0f, v * 10 + 200)));
    return u8({1, kSide, kSide, depth}, q).q(0.1f, 200);
  };
  OpCase c = poses(1);
  c.in(bytes(s.heat, 17)).in(bytes(s.shorts, 34)).in(bytes(s.mids, 64));
  run_everywhere(expect(c, 1, {{8, 4, sigmoid(3)}}));
}
OP_TEST(posenet_decoder, stands_what_is_no_number) {
  Scene s;
  s.person(2, 1, 3);
  s.heat[5] = NAN;
  for (float& v : s.mids) v = NAN;
  for (float& v : s.shorts) v = INFINITY;
  OpCase c = s.into(poses(3));
  for (const Literal& l : {f32({1, 3, 17, 2}), f32({1, 3, 17}), f32({1, 3}), f32({1})}) c.out(l);
  run_everywhere(c);
}
OP_TEST(posenet_decoder, refuses_what_does_not_fit) {
  const auto refused = [](OpCase c, int h, int depth, const char* text) {
    c.in(f32({1, 3, 3, depth})).in(f32({1, h, 3, 34})).in(f32({1, 3, 3, 64}));
    expect_error(expect(c, 1, {}), Code::invalid_model, text);
  };
  refused(poses(1), 4, 17, "has shape [1, 4, 3, 34] instead of [1, 3, 3, 34]");
  refused(poses(1), 3, 16, "instead of [1, 3, 3, 17]");
  refused(poses(0), 3, 17, "max_detections is 0");
  refused(poses(1, 0.5f, 8, 0), 3, 17, "stride is 0");
  OpCase empty = poses(1);
  empty.custom_options = {1};
  refused(empty, 3, 17, "no custom options");
}

}  // namespace samara::testing::posenet_decoder_test
