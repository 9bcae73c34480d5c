// Model to bytes: the flatbuffer, then constants that it cannot hold, then associated files.
#include <algorithm>

#include "base/text.h"
#include "base/try.h"
#include "workshop/edit/model.h"
#include "workshop/edit/zip.h"

namespace samara::edit {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;

constexpr uint64_t kAlignment = 16;

/// A vector of packed tables; none for an empty one.
template <class T, class List, class Pack>
Offset<flatbuffers::Vector<Offset<T>>> tables(FlatBufferBuilder& to, const List& list, Pack pack) {
  if (list.empty()) return 0;
  std::vector<Offset<T>> packed;
  packed.reserve(list.size());
  for (const auto& item : list) packed.push_back(pack(*item));
  return to.CreateVector(packed);
}
template <class T, class List>
Offset<flatbuffers::Vector<Offset<T>>> tables(FlatBufferBuilder& to, const List& list) {
  return tables<T>(to, list, [&](const auto& item) { return T::Pack(to, &item); });
}

/// The flatbuffer. `data_at`: where the constants behind it begin; 0: they lie within.
void build(const fb::ModelT& m, uint64_t data_at, FlatBufferBuilder& to) {
  const auto buffer = [&](const fb::BufferT& b) {
    // Where there is no data, whoever set offset and size knows what lies there.
    if (b.data.empty()) return fb::CreateBuffer(to, 0, b.offset, b.size);
    if (data_at == 0) return fb::CreateBufferDirect(to, &b.data);
    const Offset<fb::Buffer> out = fb::CreateBuffer(to, 0, data_at, b.data.size());
    data_at += (b.data.size() + kAlignment - 1) / kAlignment * kAlignment;
    return out;
  };
  const auto codes = tables<fb::OperatorCode>(to, m.operator_codes);
  const auto subgraphs = tables<fb::SubGraph>(to, m.subgraphs);
  const auto description = m.description.empty() ? 0 : to.CreateString(m.description);
  const auto buffers = tables<fb::Buffer>(to, m.buffers, buffer);
  const auto metadata_buffer = m.metadata_buffer.empty() ? 0 : to.CreateVector(m.metadata_buffer);
  const auto metadata = tables<fb::Metadata>(to, m.metadata);
  const auto signatures = tables<fb::SignatureDef>(to, m.signature_defs);
  const auto groups = tables<fb::ExternalBufferGroup>(to, m.external_buffer_groups);
  const auto external = tables<fb::ExternalBuffer>(to, m.external_buffers);
  fb::FinishModelBuffer(
      to, fb::CreateModel(to, m.version, codes, subgraphs, description, buffers, metadata_buffer,
                          metadata, signatures, groups, external));
}

uint64_t constant_bytes(const fb::ModelT& m) {
  uint64_t sum = 0;
  for (const auto& buffer : m.buffers) sum += buffer->data.size();
  return sum;
}

/// Bytes of lists that operators may make as long as they like; all else is small beside them.
uint64_t option_bytes(const fb::ModelT& m) {
  uint64_t sum = 0;
  for (const auto& graph : m.subgraphs)
    for (const auto& op : graph->operators) sum += op->custom_options.size();
  return sum;
}

std::vector<std::byte> taken(const FlatBufferBuilder& from) {
  const auto* const data = reinterpret_cast<const std::byte*>(from.GetBufferPointer());
  return {data, data + from.GetSize()};
}

/// The flatbuffer with the constants behind it.
std::vector<std::byte> with_data_behind(const fb::ModelT& m) {
  // An offset's value does not change the size: a first build, with any, tells where they begin.
  FlatBufferBuilder trial, whole;
  build(m, kAlignment, trial);
  const uint64_t start = (trial.GetSize() + kAlignment - 1) / kAlignment * kAlignment;
  build(m, start, whole);
  std::vector<std::byte> out = taken(whole);
  for (const auto& buffer : m.buffers) {
    if (buffer->data.empty()) continue;
    out.resize((out.size() + kAlignment - 1) / kAlignment * kAlignment);
    const auto bytes = std::as_bytes(std::span(buffer->data));
    out.insert(out.end(), bytes.begin(), bytes.end());
  }
  return out;
}

}  // namespace

Result<std::vector<std::byte>> write(const fb::ModelT& m, const WriteOptions& options) {
  constexpr uint64_t kMostInline = uint64_t{3} << 29;  // what is left of 2 GiB is for structure
  const uint64_t within = std::min(options.most_inline, kMostInline);
  const uint64_t constants = constant_bytes(m), others = option_bytes(m);
  const bool behind = constants > within;
  if (others + (behind ? 0 : constants) > kMostInline)
    return Error(Code::resource_exhausted,
                 cat("custom options of ", others, " bytes do not fit a flatbuffer"));
  if (behind) return with_data_behind(m);
  FlatBufferBuilder builder;
  build(m, 0, builder);
  return taken(builder);
}

Result<std::vector<std::byte>> write(const Model& model, const WriteOptions& options) {
  TRY_SET(std::vector<std::byte> out, write(model.parts, options));
  TRY(append_zip(model.files, out));
  return out;
}

}  // namespace samara::edit
