// Finds what a newer schema has and ours has not, by walking a model along the tables that flatc
// writes about the schema itself (--reflect-names).
#include "workshop/edit/unknown_fields.h"

#include "base/text.h"
#include "base/try.h"
#include "engine/schema/generated/tflite_reflect_generated.h"

namespace samara::edit {
namespace {

using flatbuffers::Table;
using flatbuffers::TypeTable;
using flatbuffers::uoffset_t;
using flatbuffers::voffset_t;

Status check(const Table& table, const TypeTable& type, const char* name);

/// Where the offset at `field` leads.
const uint8_t* follow(const uint8_t* field) {
  return field + flatbuffers::ReadScalar<uoffset_t>(field);
}

Status check_union(const TypeTable& members, uint8_t member, const uint8_t* at, const char* name) {
  if (member >= members.num_elems)
    return Error(Code::unsupported, cat("'", name, "' is of kind ", int(member),
                                        ", which is newer than the schema of this build"));
  const int ref = members.type_codes[member].sequence_ref;
  if (ref < 0) return ok();
  return check(*reinterpret_cast<const Table*>(at), *members.type_refs[ref](),
               members.names[member]);
}

Status check_field(const Table& table, const TypeTable& type, size_t i) {
  const auto& code = type.type_codes[i];
  const uint8_t* const field = table.GetAddressOf(voffset_t(4 + 2 * i));
  if (!field || code.base_type != flatbuffers::ET_SEQUENCE || code.sequence_ref < 0) return ok();
  const TypeTable& inner = *type.type_refs[code.sequence_ref]();
  if (inner.st == flatbuffers::ST_UNION) {
    // The field before tells which member it is.
    const auto member = table.GetField<uint8_t>(voffset_t(4 + 2 * (i - 1)), 0);
    return check_union(inner, member, follow(field), type.names[i]);
  }
  if (inner.st != flatbuffers::ST_TABLE) return ok();
  if (!code.is_repeating)
    return check(*reinterpret_cast<const Table*>(follow(field)), inner, type.names[i]);
  const auto* const list =
      reinterpret_cast<const flatbuffers::Vector<flatbuffers::Offset<Table>>*>(follow(field));
  for (uoffset_t k = 0; k < list->size(); ++k)
    TRY(check(*list->Get(k), inner, type.names[i]).in([&] { return cat(type.names[i], " ", k); }));
  return ok();
}

Status check(const Table& table, const TypeTable& type, const char* name) {
  const uint8_t* const vtable = table.GetVTable();
  const size_t fields = (flatbuffers::ReadScalar<voffset_t>(vtable) - 4u) / 2;
  for (size_t i = type.num_elems; i < fields; ++i)
    if (flatbuffers::ReadScalar<voffset_t>(vtable + 4 + 2 * i) != 0)
      return Error(Code::unsupported, cat("'", name, "' has field ", i,
                                          ", which is newer than the schema of this build"));
  for (size_t i = 0; i < type.num_elems; ++i) TRY(check_field(table, type, i));
  return ok();
}

}  // namespace

Status check_no_unknown_fields(std::span<const std::byte> model) {
  return check(*flatbuffers::GetRoot<Table>(model.data()), *fb::ModelTypeTable(), "model");
}

}  // namespace samara::edit
