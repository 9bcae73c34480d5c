#include "engine/tflite_abi/builtin_data.h"

#include <gtest/gtest.h>

#include <cstring>

#include "engine/schema/generated/tflite_generated.h"
#include "tensorflow/lite/core/c/builtin_op_data.h"
#include "tensorflow/lite/core/c/common.h"

namespace samara::tflite_abi {
namespace {

TfLiteCastParams cast_params(int from, int to) {
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(fb::CreateCastOptions(builder, fb::TensorType(from), fb::TensorType(to)));
  schema::OperatorCode code;
  code.builtin = fb::BuiltinOperator_CAST;
  schema::Operator op;
  op.options_type = fb::BuiltinOptions_CastOptions;
  op.options = flatbuffers::GetRoot<fb::CastOptions>(builder.GetBufferPointer());
  const BuiltinData data = builtin_data(code, op);
  TfLiteCastParams out = {kTfLiteNoType, kTfLiteNoType};
  EXPECT_TRUE(data);
  if (data) std::memcpy(&out, data.get(), sizeof out);
  return out;
}

TEST(BuiltinData, TypesOfOptionsAreThoseOfC) {
  const TfLiteCastParams p = cast_params(fb::TensorType_INT8, fb::TensorType_FLOAT16);
  EXPECT_EQ(p.in_data_type, kTfLiteInt8);
  EXPECT_EQ(p.out_data_type, kTfLiteFloat16);
}

TEST(BuiltinData, UnknownTypesAreNone) {
  for (const int unknown : {-128, -1, fb::TensorType_MAX + 1, 127}) {
    const TfLiteCastParams p = cast_params(unknown, unknown);
    EXPECT_EQ(p.in_data_type, kTfLiteNoType) << unknown;
    EXPECT_EQ(p.out_data_type, kTfLiteNoType) << unknown;
  }
}

}  // namespace
}  // namespace samara::tflite_abi
