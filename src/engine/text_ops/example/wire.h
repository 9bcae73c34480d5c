// Wire: the fields of a protobuf message, one after another. Nothing of the bytes is trusted.
#pragma once

#include <cstdint>
#include <string_view>

namespace samara::text_ops {

class Wire {
 public:
  enum Kind : uint8_t { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };
  struct Field {
    uint64_t number = 0;
    Kind kind = varint;
    uint64_t value = 0;     // of all kinds but bytes
    std::string_view text;  // of bytes
  };

  explicit Wire(std::string_view message) : rest_(message) {}
  /// The next field; false at the end, and where what follows is no field.
  bool next(Field& field);
  /// The next number of a packed list.
  bool next_varint(uint64_t& value);
  bool next_fixed32(uint64_t& value) { return take(4, value); }
  /// Whether all that was read was sound.
  bool sound() const { return sound_; }

 private:
  bool take(size_t size, uint64_t& value);
  bool fail() { return sound_ = false; }

  std::string_view rest_;
  bool sound_ = true;
};

}  // namespace samara::text_ops
