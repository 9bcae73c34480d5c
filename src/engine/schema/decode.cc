// Model, subgraphs, operators, signatures and metadata; tensors are in decode_tensor.cc.
#include "engine/schema/decode.h"

#include <algorithm>
#include <set>

#include "base/checked.h"
#include "base/utf8.h"
#include "engine/schema/builtin_options.h"

namespace samara::schema {
namespace {

template <class T>
size_t size_of(const flatbuffers::Vector<T>* vector) {
  return vector ? vector->size() : 0;
}

Status verify(std::span<const std::byte> bytes) {
  if (bytes.size() < 8)
    return Error(Code::invalid_model, cat("has ", bytes.size(), " bytes, too few for a model"));
  const auto* data = reinterpret_cast<const uint8_t*>(bytes.data());
  if (!fb::ModelBufferHasIdentifier(data))
    return Error(Code::invalid_model, "is not a .tflite file: TFL3 is missing at byte 4");
  flatbuffers::Verifier::Options limits;
  // A table takes 4 bytes at least, and so does each reference to one.
  limits.max_tables =
      static_cast<flatbuffers::uoffset_t>(std::clamp<size_t>(bytes.size() / 4, 64, 64 << 20));
  flatbuffers::Verifier verifier(data, bytes.size(), limits);
  if (!fb::VerifyModelBuffer(verifier))
    return Error(Code::invalid_model,
                 "is damaged or truncated: an offset or a length leads outside the file");
  return ok();
}

}  // namespace

std::string label(std::string_view what, size_t index, std::string_view name) {
  std::string out = cat(what, " ", index);
  if (name.empty()) return out;
  constexpr size_t kMost = 120;
  return cat(out, " '", name.size() <= kMost ? name : repair_utf8(name.substr(0, kMost)), "'");
}

std::string label(const Contents& contents, size_t index, const Operator& op) {
  std::string_view name = contents.codes[op.code].name;
  return cat("operator ", index, " ", repair_utf8(name.substr(0, 120)));
}

Result<Contents> decode(Storage& storage, ExternalFiles& external, const Limits& limits) {
  TRY(verify(storage.structure()));
  const fb::Model* model = fb::GetModel(storage.structure().data());
  return Decoder(*model, storage, external, limits).run();
}

Result<Contents> Decoder::run() {
  out_.version = model_.version();
  if (out_.version != 3)
    return Error(Code::invalid_model, cat("has schema version ", out_.version, ", not 3"));
  TRY_SET(out_.description, text(model_.description()));
  const size_t graphs = size_of(model_.subgraphs());
  if (graphs == 0) return Error(Code::invalid_model, "has no subgraph");
  if (graphs > limits_.subgraphs)
    return Error(Code::resource_exhausted,
                 cat("has ", graphs, " subgraphs, more than ", limits_.subgraphs));
  TRY(spend(size_of(model_.operator_codes()) * sizeof(OperatorCode)));
  for (size_t i = 0; i < size_of(model_.operator_codes()); ++i) {
    TRY_SET(OperatorCode next,
            code(*model_.operator_codes()->Get(i)).in([&] { return cat("operator code ", i); }));
    out_.codes.push_back(next);
  }
  for (size_t i = 0; i < size_of(model_.external_buffers()); ++i) {
    const fb::ExternalBuffer* external = model_.external_buffers()->Get(i);
    if (!external_by_id_.emplace(external->id(), external).second)
      return Error(Code::invalid_model, cat("has two external buffers ", external->id()));
  }
  for (size_t i = 0; i < graphs; ++i) {
    const fb::SubGraph& graph = *model_.subgraphs()->Get(i);
    const auto frame = [&] {
      return label("subgraph", i, graph.name() ? repair_utf8(graph.name()->string_view()) : "");
    };
    TRY_SET(Subgraph next, subgraph(graph).in(frame));
    TRY(check_order(out_, next).in(frame));
    out_.subgraphs.push_back(std::move(next));
  }
  TRY(check_calls(out_, limits_));
  std::set<std::string_view> keys;
  for (size_t i = 0; i < size_of(model_.signature_defs()); ++i) {
    TRY_SET(Signature next,
            signature(*model_.signature_defs()->Get(i)).in([&] { return cat("signature ", i); }));
    if (!keys.insert(next.key).second)
      return Error(Code::invalid_model, cat("has two signatures '", next.key, "'"));
    out_.signatures.push_back(std::move(next));
  }
  TRY(metadata());
  return std::move(out_);
}

Result<OperatorCode> Decoder::code(const fb::OperatorCode& code) {
  OperatorCode out;
  // Codes above 126 do not fit the old field, which then holds 127; older files have only it.
  out.builtin = std::max<int>(code.builtin_code(), code.deprecated_builtin_code());
  out.version = code.version();
  if (out.builtin < 0) return Error(Code::invalid_model, cat("is negative: ", out.builtin));
  if (out.version < 1) return Error(Code::invalid_model, cat("has version ", out.version));
  out.name = builtin_name(out.builtin);
  if (out.builtin == fb::BuiltinOperator_CUSTOM) {
    TRY_SET(out.name, text(code.custom_code()));
    if (out.name.empty()) return Error(Code::invalid_model, "is custom and has no name");
  } else if (out.name.empty()) {
    out.name = out_.texts.emplace_back(cat("BUILTIN_", out.builtin));
  }
  return out;
}

Result<Subgraph> Decoder::subgraph(const fb::SubGraph& graph) {
  Subgraph out;
  TRY_SET(out.name, text(graph.name()));
  const size_t tensors = size_of(graph.tensors()), operators = size_of(graph.operators());
  tensors_ += tensors;
  operators_ += operators;
  if (tensors_ > limits_.tensors)
    return Error(Code::resource_exhausted, cat("more than ", limits_.tensors, " tensors"));
  if (operators_ > limits_.operators)
    return Error(Code::resource_exhausted, cat("more than ", limits_.operators, " operators"));
  out.tensors.reserve(tensors);
  for (size_t i = 0; i < tensors; ++i) {
    const fb::Tensor& from = *graph.tensors()->Get(i);
    TRY_SET(Tensor next, tensor(from, tensors).in([&] {
      return label("tensor", i, from.name() ? repair_utf8(from.name()->string_view()) : "");
    }));
    out.tensors.push_back(std::move(next));
  }
  TRY_SET(out.inputs, indices(graph.inputs(), tensors, false, "input"));
  TRY_SET(out.outputs, indices(graph.outputs(), tensors, false, "output"));
  out.operators.reserve(operators);
  for (size_t i = 0; i < operators; ++i) {
    const fb::Operator& from = *graph.operators()->Get(i);
    TRY_SET(Operator next, operator_of(from, out).in([&] {
      return from.opcode_index() < out_.codes.size()
                 ? cat("operator ", i, " ", out_.codes[from.opcode_index()].name.substr(0, 120))
                 : cat("operator ", i);
    }));
    out.operators.push_back(std::move(next));
  }
  return out;
}

Result<std::vector<int32_t>> Decoder::indices(const flatbuffers::Vector<int32_t>* from,
                                              size_t tensors, bool may_be_absent,
                                              std::string_view what) {
  TRY_SET(auto out, list<int32_t>(from));
  for (size_t i = 0; i < out.size(); ++i) {
    if (out[i] == kNone && may_be_absent) continue;
    if (out[i] < 0 || static_cast<size_t>(out[i]) >= tensors)
      return Error(Code::invalid_model, cat(what, " ", i, " is tensor ", out[i], " of ", tensors));
  }
  return out;
}

Result<Operator> Decoder::operator_of(const fb::Operator& op, const Subgraph& graph) {
  Operator out;
  out.code = op.opcode_index();
  if (out.code >= out_.codes.size())
    return Error(Code::invalid_model,
                 cat("has operator code ", out.code, " of ", out_.codes.size()));
  const size_t tensors = graph.tensors.size();
  TRY_SET(out.inputs, indices(op.inputs(), tensors, true, "input"));
  TRY_SET(out.outputs, indices(op.outputs(), tensors, false, "output"));
  TRY_SET(out.intermediates, indices(op.intermediates(), tensors, true, "intermediate"));
  const int builtin = out_.codes[out.code].builtin;
  TRY(options(op, builtin, out));
  TRY(spend(called_subgraphs(builtin, out).size() * sizeof(int32_t)));
  // Files beyond 2 GiB keep long custom options outside the flatbuffer.
  if (op.custom_options()) {
    out.custom = std::as_bytes(std::span(op.custom_options()->data(), op.custom_options()->size()));
  } else if (op.large_custom_options_offset() > 1) {
    TRY_SET(const auto bytes,
            storage_.weights({op.large_custom_options_offset(), op.large_custom_options_size()}));
    TRY_SET(out.custom, keep(bytes));
  }
  return out;
}

Status Decoder::options(const fb::Operator& op, int builtin, Operator& out) {
  const auto first = static_cast<uint8_t>(op.builtin_options_type());
  const auto second = static_cast<uint8_t>(op.builtin_options_2_type());
  const OptionsMembers wanted = builtin_options(builtin);
  const bool known = !builtin_name(builtin).empty();
  if (known && first != 0 && first != wanted.first)
    return Error(Code::invalid_model,
                 cat("has options of another operator (", static_cast<int>(first), ")"));
  if (known && second != 0 && second != wanted.second)
    return Error(Code::invalid_model, cat("has options of another operator (second table ",
                                          static_cast<int>(second), ")"));
  if (!known) return ok();  // a newer operator, whose options only a newer schema can verify
  // What a union of type NONE points to has not been verified.
  if (first != 0 && op.builtin_options()) {
    out.options_type = first;
    out.options = op.builtin_options();
  } else if (second != 0 && op.builtin_options_2()) {
    out.options2_type = second;
    out.options = op.builtin_options_2();
  }
  return ok();
}

Result<Signature> Decoder::signature(const fb::SignatureDef& signature) {
  Signature out;
  TRY_SET(out.key, text(signature.signature_key()));
  out.subgraph = signature.subgraph_index();
  if (out.subgraph >= out_.subgraphs.size())
    return Error(Code::invalid_model, cat("'", out.key, "' is of subgraph ", out.subgraph, " of ",
                                          out_.subgraphs.size()));
  const Subgraph& graph = out_.subgraphs[out.subgraph];
  TRY_SET(out.inputs, entries(signature.inputs(), graph.inputs).in([&] {
    return cat("inputs of '", out.key, "'");
  }));
  TRY_SET(out.outputs, entries(signature.outputs(), graph.outputs).in([&] {
    return cat("outputs of '", out.key, "'");
  }));
  return out;
}

Result<std::vector<Signature::Entry>> Decoder::entries(
    const flatbuffers::Vector<flatbuffers::Offset<fb::TensorMap>>* maps,
    const std::vector<int32_t>& allowed) {
  std::vector<Signature::Entry> out;
  TRY(spend(size_of(maps) * sizeof(Signature::Entry) + allowed.size() * sizeof(int32_t)));
  const std::set<int32_t> tensors(allowed.begin(), allowed.end());
  std::set<std::string_view> names;
  for (size_t i = 0; i < size_of(maps); ++i) {
    const fb::TensorMap& map = *maps->Get(i);
    Signature::Entry entry;
    TRY_SET(entry.name, text(map.name()));
    const auto index = narrow<int32_t>(map.tensor_index());
    if (!index || !tensors.contains(*index))
      return Error(Code::invalid_model, cat("'", entry.name, "' is tensor ", map.tensor_index(),
                                            ", which the subgraph does not have there"));
    if (!names.insert(entry.name).second)
      return Error(Code::invalid_model, cat("has '", entry.name, "' twice"));
    entry.tensor = *index;
    out.push_back(entry);
  }
  return out;
}

Status Decoder::metadata() {
  TRY(spend(size_of(model_.metadata()) * sizeof(MetadataEntry)));
  for (size_t i = 0; i < size_of(model_.metadata()); ++i) {
    const fb::Metadata& from = *model_.metadata()->Get(i);
    MetadataEntry entry;
    TRY_SET(entry.name, text(from.name()));
    const auto frame = [&] { return label("metadata", i, entry.name); };
    TRY_SET(const auto bytes, buffer(from.buffer()).in(frame));
    TRY_SET(entry.data, keep(bytes).in(frame));
    out_.metadata.push_back(entry);
  }
  return ok();
}

Result<std::string_view> Decoder::text(const flatbuffers::String* text) {
  if (!text) return std::string_view{};
  TRY(spend(text->size()));
  const std::string_view view = text->string_view();
  if (is_utf8(view)) return view;
  return std::string_view(out_.texts.emplace_back(repair_utf8(view)));
}

Status Decoder::take(uint64_t bytes, uint64_t& budget) {
  if (bytes > budget)
    return Error(Code::resource_exhausted,
                 "refers to the same bytes so often that it does not fit in memory");
  budget -= bytes;
  return ok();
}

}  // namespace samara::schema
