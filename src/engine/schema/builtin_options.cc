// Which table holds the options of which operator. The table is named as the operator is, but for
// those that share one (pooling, reductions, random numbers ...).
#include "engine/schema/builtin_options.h"

#include <array>
#include <utility>

#include "engine/schema/generated/tflite_generated.h"

namespace samara::schema {
namespace {

constexpr int kCodes = fb::BuiltinOperator_MAX + 1;

constexpr std::pair<int, int> kFirst[] = {
    {fb::BuiltinOperator_ADD, fb::BuiltinOptions_AddOptions},
    {fb::BuiltinOperator_AVERAGE_POOL_2D, fb::BuiltinOptions_Pool2DOptions},
    {fb::BuiltinOperator_CONCATENATION, fb::BuiltinOptions_ConcatenationOptions},
    {fb::BuiltinOperator_CONV_2D, fb::BuiltinOptions_Conv2DOptions},
    {fb::BuiltinOperator_DEPTHWISE_CONV_2D, fb::BuiltinOptions_DepthwiseConv2DOptions},
    {fb::BuiltinOperator_DEPTH_TO_SPACE, fb::BuiltinOptions_DepthToSpaceOptions},
    {fb::BuiltinOperator_DEQUANTIZE, fb::BuiltinOptions_DequantizeOptions},
    {fb::BuiltinOperator_FULLY_CONNECTED, fb::BuiltinOptions_FullyConnectedOptions},
    {fb::BuiltinOperator_L2_NORMALIZATION, fb::BuiltinOptions_L2NormOptions},
    {fb::BuiltinOperator_L2_POOL_2D, fb::BuiltinOptions_Pool2DOptions},
    {fb::BuiltinOperator_LOCAL_RESPONSE_NORMALIZATION,
     fb::BuiltinOptions_LocalResponseNormalizationOptions},
    {fb::BuiltinOperator_LSH_PROJECTION, fb::BuiltinOptions_LSHProjectionOptions},
    {fb::BuiltinOperator_LSTM, fb::BuiltinOptions_LSTMOptions},
    {fb::BuiltinOperator_MAX_POOL_2D, fb::BuiltinOptions_Pool2DOptions},
    {fb::BuiltinOperator_MUL, fb::BuiltinOptions_MulOptions},
    {fb::BuiltinOperator_RESHAPE, fb::BuiltinOptions_ReshapeOptions},
    {fb::BuiltinOperator_RESIZE_BILINEAR, fb::BuiltinOptions_ResizeBilinearOptions},
    {fb::BuiltinOperator_RNN, fb::BuiltinOptions_RNNOptions},
    {fb::BuiltinOperator_SOFTMAX, fb::BuiltinOptions_SoftmaxOptions},
    {fb::BuiltinOperator_SPACE_TO_DEPTH, fb::BuiltinOptions_SpaceToDepthOptions},
    {fb::BuiltinOperator_SVDF, fb::BuiltinOptions_SVDFOptions},
    {fb::BuiltinOperator_CONCAT_EMBEDDINGS, fb::BuiltinOptions_ConcatEmbeddingsOptions},
    {fb::BuiltinOperator_SKIP_GRAM, fb::BuiltinOptions_SkipGramOptions},
    {fb::BuiltinOperator_CALL, fb::BuiltinOptions_CallOptions},
    {fb::BuiltinOperator_EMBEDDING_LOOKUP_SPARSE, fb::BuiltinOptions_EmbeddingLookupSparseOptions},
    {fb::BuiltinOperator_PAD, fb::BuiltinOptions_PadOptions},
    {fb::BuiltinOperator_UNIDIRECTIONAL_SEQUENCE_RNN, fb::BuiltinOptions_SequenceRNNOptions},
    {fb::BuiltinOperator_GATHER, fb::BuiltinOptions_GatherOptions},
    {fb::BuiltinOperator_BATCH_TO_SPACE_ND, fb::BuiltinOptions_BatchToSpaceNDOptions},
    {fb::BuiltinOperator_SPACE_TO_BATCH_ND, fb::BuiltinOptions_SpaceToBatchNDOptions},
    {fb::BuiltinOperator_TRANSPOSE, fb::BuiltinOptions_TransposeOptions},
    {fb::BuiltinOperator_MEAN, fb::BuiltinOptions_ReducerOptions},
    {fb::BuiltinOperator_SUB, fb::BuiltinOptions_SubOptions},
    {fb::BuiltinOperator_DIV, fb::BuiltinOptions_DivOptions},
    {fb::BuiltinOperator_SQUEEZE, fb::BuiltinOptions_SqueezeOptions},
    {fb::BuiltinOperator_UNIDIRECTIONAL_SEQUENCE_LSTM,
     fb::BuiltinOptions_UnidirectionalSequenceLSTMOptions},
    {fb::BuiltinOperator_STRIDED_SLICE, fb::BuiltinOptions_StridedSliceOptions},
    {fb::BuiltinOperator_BIDIRECTIONAL_SEQUENCE_RNN,
     fb::BuiltinOptions_BidirectionalSequenceRNNOptions},
    {fb::BuiltinOperator_EXP, fb::BuiltinOptions_ExpOptions},
    {fb::BuiltinOperator_TOPK_V2, fb::BuiltinOptions_TopKV2Options},
    {fb::BuiltinOperator_SPLIT, fb::BuiltinOptions_SplitOptions},
    {fb::BuiltinOperator_LOG_SOFTMAX, fb::BuiltinOptions_LogSoftmaxOptions},
    {fb::BuiltinOperator_BIDIRECTIONAL_SEQUENCE_LSTM,
     fb::BuiltinOptions_BidirectionalSequenceLSTMOptions},
    {fb::BuiltinOperator_CAST, fb::BuiltinOptions_CastOptions},
    {fb::BuiltinOperator_MAXIMUM, fb::BuiltinOptions_MaximumMinimumOptions},
    {fb::BuiltinOperator_ARG_MAX, fb::BuiltinOptions_ArgMaxOptions},
    {fb::BuiltinOperator_MINIMUM, fb::BuiltinOptions_MaximumMinimumOptions},
    {fb::BuiltinOperator_LESS, fb::BuiltinOptions_LessOptions},
    {fb::BuiltinOperator_NEG, fb::BuiltinOptions_NegOptions},
    {fb::BuiltinOperator_PADV2, fb::BuiltinOptions_PadV2Options},
    {fb::BuiltinOperator_GREATER, fb::BuiltinOptions_GreaterOptions},
    {fb::BuiltinOperator_GREATER_EQUAL, fb::BuiltinOptions_GreaterEqualOptions},
    {fb::BuiltinOperator_LESS_EQUAL, fb::BuiltinOptions_LessEqualOptions},
    {fb::BuiltinOperator_SELECT, fb::BuiltinOptions_SelectOptions},
    {fb::BuiltinOperator_SLICE, fb::BuiltinOptions_SliceOptions},
    {fb::BuiltinOperator_TRANSPOSE_CONV, fb::BuiltinOptions_TransposeConvOptions},
    {fb::BuiltinOperator_SPARSE_TO_DENSE, fb::BuiltinOptions_SparseToDenseOptions},
    {fb::BuiltinOperator_TILE, fb::BuiltinOptions_TileOptions},
    {fb::BuiltinOperator_EXPAND_DIMS, fb::BuiltinOptions_ExpandDimsOptions},
    {fb::BuiltinOperator_EQUAL, fb::BuiltinOptions_EqualOptions},
    {fb::BuiltinOperator_NOT_EQUAL, fb::BuiltinOptions_NotEqualOptions},
    {fb::BuiltinOperator_SUM, fb::BuiltinOptions_ReducerOptions},
    {fb::BuiltinOperator_SHAPE, fb::BuiltinOptions_ShapeOptions},
    {fb::BuiltinOperator_POW, fb::BuiltinOptions_PowOptions},
    {fb::BuiltinOperator_ARG_MIN, fb::BuiltinOptions_ArgMinOptions},
    {fb::BuiltinOperator_FAKE_QUANT, fb::BuiltinOptions_FakeQuantOptions},
    {fb::BuiltinOperator_REDUCE_PROD, fb::BuiltinOptions_ReducerOptions},
    {fb::BuiltinOperator_REDUCE_MAX, fb::BuiltinOptions_ReducerOptions},
    {fb::BuiltinOperator_PACK, fb::BuiltinOptions_PackOptions},
    {fb::BuiltinOperator_LOGICAL_OR, fb::BuiltinOptions_LogicalOrOptions},
    {fb::BuiltinOperator_ONE_HOT, fb::BuiltinOptions_OneHotOptions},
    {fb::BuiltinOperator_LOGICAL_AND, fb::BuiltinOptions_LogicalAndOptions},
    {fb::BuiltinOperator_LOGICAL_NOT, fb::BuiltinOptions_LogicalNotOptions},
    {fb::BuiltinOperator_UNPACK, fb::BuiltinOptions_UnpackOptions},
    {fb::BuiltinOperator_REDUCE_MIN, fb::BuiltinOptions_ReducerOptions},
    {fb::BuiltinOperator_FLOOR_DIV, fb::BuiltinOptions_FloorDivOptions},
    {fb::BuiltinOperator_REDUCE_ANY, fb::BuiltinOptions_ReducerOptions},
    {fb::BuiltinOperator_SQUARE, fb::BuiltinOptions_SquareOptions},
    {fb::BuiltinOperator_ZEROS_LIKE, fb::BuiltinOptions_ZerosLikeOptions},
    {fb::BuiltinOperator_FILL, fb::BuiltinOptions_FillOptions},
    {fb::BuiltinOperator_FLOOR_MOD, fb::BuiltinOptions_FloorModOptions},
    {fb::BuiltinOperator_RANGE, fb::BuiltinOptions_RangeOptions},
    {fb::BuiltinOperator_RESIZE_NEAREST_NEIGHBOR, fb::BuiltinOptions_ResizeNearestNeighborOptions},
    {fb::BuiltinOperator_LEAKY_RELU, fb::BuiltinOptions_LeakyReluOptions},
    {fb::BuiltinOperator_SQUARED_DIFFERENCE, fb::BuiltinOptions_SquaredDifferenceOptions},
    {fb::BuiltinOperator_MIRROR_PAD, fb::BuiltinOptions_MirrorPadOptions},
    {fb::BuiltinOperator_ABS, fb::BuiltinOptions_AbsOptions},
    {fb::BuiltinOperator_SPLIT_V, fb::BuiltinOptions_SplitVOptions},
    {fb::BuiltinOperator_UNIQUE, fb::BuiltinOptions_UniqueOptions},
    {fb::BuiltinOperator_REVERSE_V2, fb::BuiltinOptions_ReverseV2Options},
    {fb::BuiltinOperator_ADD_N, fb::BuiltinOptions_AddNOptions},
    {fb::BuiltinOperator_GATHER_ND, fb::BuiltinOptions_GatherNdOptions},
    {fb::BuiltinOperator_COS, fb::BuiltinOptions_CosOptions},
    {fb::BuiltinOperator_WHERE, fb::BuiltinOptions_WhereOptions},
    {fb::BuiltinOperator_RANK, fb::BuiltinOptions_RankOptions},
    {fb::BuiltinOperator_REVERSE_SEQUENCE, fb::BuiltinOptions_ReverseSequenceOptions},
    {fb::BuiltinOperator_MATRIX_DIAG, fb::BuiltinOptions_MatrixDiagOptions},
    {fb::BuiltinOperator_QUANTIZE, fb::BuiltinOptions_QuantizeOptions},
    {fb::BuiltinOperator_MATRIX_SET_DIAG, fb::BuiltinOptions_MatrixSetDiagOptions},
    {fb::BuiltinOperator_HARD_SWISH, fb::BuiltinOptions_HardSwishOptions},
    {fb::BuiltinOperator_IF, fb::BuiltinOptions_IfOptions},
    {fb::BuiltinOperator_WHILE, fb::BuiltinOptions_WhileOptions},
    {fb::BuiltinOperator_NON_MAX_SUPPRESSION_V4, fb::BuiltinOptions_NonMaxSuppressionV4Options},
    {fb::BuiltinOperator_NON_MAX_SUPPRESSION_V5, fb::BuiltinOptions_NonMaxSuppressionV5Options},
    {fb::BuiltinOperator_SCATTER_ND, fb::BuiltinOptions_ScatterNdOptions},
    {fb::BuiltinOperator_SELECT_V2, fb::BuiltinOptions_SelectV2Options},
    {fb::BuiltinOperator_DENSIFY, fb::BuiltinOptions_DensifyOptions},
    {fb::BuiltinOperator_SEGMENT_SUM, fb::BuiltinOptions_SegmentSumOptions},
    {fb::BuiltinOperator_BATCH_MATMUL, fb::BuiltinOptions_BatchMatMulOptions},
    {fb::BuiltinOperator_CUMSUM, fb::BuiltinOptions_CumsumOptions},
    {fb::BuiltinOperator_CALL_ONCE, fb::BuiltinOptions_CallOnceOptions},
    {fb::BuiltinOperator_BROADCAST_TO, fb::BuiltinOptions_BroadcastToOptions},
    {fb::BuiltinOperator_RFFT2D, fb::BuiltinOptions_Rfft2dOptions},
    {fb::BuiltinOperator_CONV_3D, fb::BuiltinOptions_Conv3DOptions},
    {fb::BuiltinOperator_HASHTABLE, fb::BuiltinOptions_HashtableOptions},
    {fb::BuiltinOperator_HASHTABLE_FIND, fb::BuiltinOptions_HashtableFindOptions},
    {fb::BuiltinOperator_HASHTABLE_IMPORT, fb::BuiltinOptions_HashtableImportOptions},
    {fb::BuiltinOperator_HASHTABLE_SIZE, fb::BuiltinOptions_HashtableSizeOptions},
    {fb::BuiltinOperator_REDUCE_ALL, fb::BuiltinOptions_ReducerOptions},
    {fb::BuiltinOperator_CONV_3D_TRANSPOSE, fb::BuiltinOptions_Conv3DOptions},
    {fb::BuiltinOperator_VAR_HANDLE, fb::BuiltinOptions_VarHandleOptions},
    {fb::BuiltinOperator_READ_VARIABLE, fb::BuiltinOptions_ReadVariableOptions},
    {fb::BuiltinOperator_ASSIGN_VARIABLE, fb::BuiltinOptions_AssignVariableOptions},
    {fb::BuiltinOperator_RANDOM_STANDARD_NORMAL, fb::BuiltinOptions_RandomOptions},
    {fb::BuiltinOperator_BUCKETIZE, fb::BuiltinOptions_BucketizeOptions},
    {fb::BuiltinOperator_RANDOM_UNIFORM, fb::BuiltinOptions_RandomOptions},
    {fb::BuiltinOperator_MULTINOMIAL, fb::BuiltinOptions_RandomOptions},
    {fb::BuiltinOperator_GELU, fb::BuiltinOptions_GeluOptions},
    {fb::BuiltinOperator_DYNAMIC_UPDATE_SLICE, fb::BuiltinOptions_DynamicUpdateSliceOptions},
    {fb::BuiltinOperator_UNSORTED_SEGMENT_PROD, fb::BuiltinOptions_UnsortedSegmentProdOptions},
    {fb::BuiltinOperator_UNSORTED_SEGMENT_MAX, fb::BuiltinOptions_UnsortedSegmentMaxOptions},
    {fb::BuiltinOperator_UNSORTED_SEGMENT_SUM, fb::BuiltinOptions_UnsortedSegmentSumOptions},
    {fb::BuiltinOperator_ATAN2, fb::BuiltinOptions_ATan2Options},
    {fb::BuiltinOperator_UNSORTED_SEGMENT_MIN, fb::BuiltinOptions_UnsortedSegmentMinOptions},
    {fb::BuiltinOperator_SIGN, fb::BuiltinOptions_SignOptions},
    {fb::BuiltinOperator_BITCAST, fb::BuiltinOptions_BitcastOptions},
    {fb::BuiltinOperator_BITWISE_XOR, fb::BuiltinOptions_BitwiseXorOptions},
    {fb::BuiltinOperator_RIGHT_SHIFT, fb::BuiltinOptions_RightShiftOptions},
};

constexpr std::pair<int, int> kSecond[] = {
    {fb::BuiltinOperator_STABLEHLO_CONCATENATE, fb::BuiltinOptions2_StablehloConcatenateOptions},
    {fb::BuiltinOperator_STABLEHLO_BROADCAST_IN_DIM,
     fb::BuiltinOptions2_StablehloBroadcastInDimOptions},
    {fb::BuiltinOperator_STABLEHLO_CONVOLUTION, fb::BuiltinOptions2_StablehloConvolutionOptions},
    {fb::BuiltinOperator_STABLEHLO_SLICE, fb::BuiltinOptions2_StablehloSliceOptions},
    {fb::BuiltinOperator_STABLEHLO_CUSTOM_CALL, fb::BuiltinOptions2_StablehloCustomCallOptions},
    {fb::BuiltinOperator_STABLEHLO_REDUCE, fb::BuiltinOptions2_StablehloReduceOptions},
    {fb::BuiltinOperator_STABLEHLO_SCATTER, fb::BuiltinOptions2_StablehloScatterOptions},
    {fb::BuiltinOperator_STABLEHLO_COMPARE, fb::BuiltinOptions2_StablehloCompareOptions},
    {fb::BuiltinOperator_STABLEHLO_DYNAMIC_SLICE, fb::BuiltinOptions2_StablehloDynamicSliceOptions},
    {fb::BuiltinOperator_STABLEHLO_PAD, fb::BuiltinOptions2_StablehloPadOptions},
    {fb::BuiltinOperator_STABLEHLO_IOTA, fb::BuiltinOptions2_StablehloIotaOptions},
    {fb::BuiltinOperator_STABLEHLO_DOT_GENERAL, fb::BuiltinOptions2_StablehloDotGeneralOptions},
    {fb::BuiltinOperator_STABLEHLO_REDUCE_WINDOW, fb::BuiltinOptions2_StablehloReduceWindowOptions},
    {fb::BuiltinOperator_STABLEHLO_SORT, fb::BuiltinOptions2_StablehloSortOptions},
    {fb::BuiltinOperator_STABLEHLO_WHILE, fb::BuiltinOptions2_StablehloWhileOptions},
    {fb::BuiltinOperator_STABLEHLO_GATHER, fb::BuiltinOptions2_StablehloGatherOptions},
    {fb::BuiltinOperator_STABLEHLO_TRANSPOSE, fb::BuiltinOptions2_StablehloTransposeOptions},
    {fb::BuiltinOperator_DILATE, fb::BuiltinOptions2_DilateOptions},
    {fb::BuiltinOperator_STABLEHLO_RNG_BIT_GENERATOR,
     fb::BuiltinOptions2_StablehloRngBitGeneratorOptions},
    {fb::BuiltinOperator_REDUCE_WINDOW, fb::BuiltinOptions2_ReduceWindowOptions},
    {fb::BuiltinOperator_STABLEHLO_COMPOSITE, fb::BuiltinOptions2_StableHLOCompositeOptions},
    {fb::BuiltinOperator_STABLEHLO_SHIFT_LEFT, fb::BuiltinOptions2_StablehloShiftLeftOptions},
    {fb::BuiltinOperator_STABLEHLO_CASE, fb::BuiltinOptions2_StablehloCaseOptions},
};

constexpr std::array<OptionsMembers, kCodes> members_by_code() {
  std::array<OptionsMembers, kCodes> out{};
  for (const auto& [code, member] : kFirst) out[code].first = static_cast<uint8_t>(member);
  for (const auto& [code, member] : kSecond) out[code].second = static_cast<uint8_t>(member);
  return out;
}
constexpr auto kMembers = members_by_code();

/// The options as T; without options, T's defaults hold: subgraph 0.
template <class T, class F>
void with(const Operator& op, std::vector<int32_t>& out, F&& add) {
  if (op.options) {
    add(*static_cast<const T*>(op.options));
  } else {
    out.push_back(0);
  }
}

void append(const flatbuffers::Vector<int32_t>* indices, std::vector<int32_t>& out) {
  if (indices) out.insert(out.end(), indices->begin(), indices->end());
}

}  // namespace

std::string_view builtin_name(int builtin) {
  if (builtin < 0 || builtin >= kCodes) return {};
  return fb::EnumNameBuiltinOperator(static_cast<fb::BuiltinOperator>(builtin));
}

OptionsMembers builtin_options(int builtin) {
  return builtin < 0 || builtin >= kCodes ? OptionsMembers{} : kMembers[builtin];
}

std::vector<int32_t> called_subgraphs(int builtin, const Operator& op) {
  std::vector<int32_t> out;
  const auto add = [&](auto... indices) { (out.push_back(static_cast<int32_t>(indices)), ...); };
  switch (builtin) {
    case fb::BuiltinOperator_CALL:
      with<fb::CallOptions>(op, out, [&](auto& o) { add(o.subgraph()); });
      break;
    case fb::BuiltinOperator_IF:
      with<fb::IfOptions>(op, out,
                          [&](auto& o) { add(o.then_subgraph_index(), o.else_subgraph_index()); });
      break;
    case fb::BuiltinOperator_WHILE:
      with<fb::WhileOptions>(
          op, out, [&](auto& o) { add(o.cond_subgraph_index(), o.body_subgraph_index()); });
      break;
    case fb::BuiltinOperator_CALL_ONCE:
      with<fb::CallOnceOptions>(op, out, [&](auto& o) { add(o.init_subgraph_index()); });
      break;
    case fb::BuiltinOperator_STABLEHLO_WHILE:
      with<fb::StablehloWhileOptions>(
          op, out, [&](auto& o) { add(o.cond_subgraph_index(), o.body_subgraph_index()); });
      break;
    case fb::BuiltinOperator_STABLEHLO_REDUCE:
      with<fb::StablehloReduceOptions>(op, out, [&](auto& o) { add(o.body_subgraph_index()); });
      break;
    case fb::BuiltinOperator_STABLEHLO_REDUCE_WINDOW:
      with<fb::StablehloReduceWindowOptions>(op, out,
                                             [&](auto& o) { add(o.body_subgraph_index()); });
      break;
    case fb::BuiltinOperator_STABLEHLO_SCATTER:
      with<fb::StablehloScatterOptions>(
          op, out, [&](auto& o) { add(o.update_computation_subgraph_index()); });
      break;
    case fb::BuiltinOperator_STABLEHLO_SORT:
      with<fb::StablehloSortOptions>(op, out, [&](auto& o) { add(o.comparator_subgraph_index()); });
      break;
    case fb::BuiltinOperator_STABLEHLO_COMPOSITE:
      with<fb::StableHLOCompositeOptions>(op, out,
                                          [&](auto& o) { add(o.decomposition_subgraph_index()); });
      break;
    case fb::BuiltinOperator_STABLEHLO_CASE:
      if (op.options)
        append(static_cast<const fb::StablehloCaseOptions*>(op.options)->branch_subgraph_indices(),
               out);
      break;
    case fb::BuiltinOperator_STABLEHLO_CUSTOM_CALL:
      if (op.options)
        append(
            static_cast<const fb::StablehloCustomCallOptions*>(op.options)->called_computations(),
            out);
      break;
    default:
      break;
  }
  return out;
}

}  // namespace samara::schema
