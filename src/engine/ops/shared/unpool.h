// Max unpooling: values go to the places that max pooling found them in; all others are 0. Two
// operators of this name differ in how they count places, and are told apart by the indices' type:
//   float32  place in the window, y * filter width + x; the output is filter times as large
//   int32    place in the image, (y * width + x) * channels + channel
// The options of both are a TfLitePoolParams.
// Rules from: MediaPipe util/tflite/operations/max_unpooling.cc; LiteRT
// tflite/kernels/perception/max_unpooling_2d.cc, which writes wherever an index says: here one out
// of range is an error. MediaPipe leaves such values out.
#pragma once

#include "engine/ops/shared/raw_options.h"

namespace samara::ops {

Status infer_unpool(const RawPool& p, Infer& n);
Status run_unpool_by_window(const RawPool& p, Run& n);
Status run_unpool_by_image(const RawPool& p, Run& n);

constexpr OpDef define_unpool(const char* name) {
  return define_op<RawPool, raw_pool, infer_unpool>(
      {.name = name}, {{{Type::f32, Type::f32}, bind<RawPool, run_unpool_by_window>},
                       {{Type::f32, Type::i32}, bind<RawPool, run_unpool_by_image>}});
}

}  // namespace samara::ops
