// Boxes of detections, and how much two of them cover one another.
#pragma once

#include <algorithm>

namespace samara::ops {

struct Box {
  float ymin, xmin, ymax, xmax;
};

/// The share of the covered area that both cover; 0 where one is empty.
inline float overlap(const Box& a, const Box& b) {
  const float area_a = (a.ymax - a.ymin) * (a.xmax - a.xmin);
  const float area_b = (b.ymax - b.ymin) * (b.xmax - b.xmin);
  if (area_a <= 0 || area_b <= 0) return 0;
  const float height = std::min(a.ymax, b.ymax) - std::max(a.ymin, b.ymin);
  const float width = std::min(a.xmax, b.xmax) - std::max(a.xmin, b.xmin);
  const float both = std::max(height, 0.0f) * std::max(width, 0.0f);
  return both / (area_a + area_b - both);
}

}  // namespace samara::ops
