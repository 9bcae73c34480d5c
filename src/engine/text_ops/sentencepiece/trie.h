// A double array trie as the Darts library lays it out, in a model that nobody has checked: a node's
// low byte is its label, bit 8 says that an entry ends here, the rest leads to its children. A node
// with the highest bit set is an entry's value.
#pragma once

#include <string_view>

#include "engine/schema/generated/sentencepiece_generated.h"

namespace samara::text_ops {

class Trie {
 public:
  explicit Trie(const fb::sentencepiece::Trie* trie) : nodes_(trie ? trie->nodes() : nullptr) {}
  bool empty() const { return nodes_ == nullptr || nodes_->size() == 0; }

  /// Calls found(value, bytes) for each entry that the text begins with, short ones first. Gives the
  /// bytes that were looked at.
  template <class Found>
  size_t walk(std::string_view text, const Found& found) const {
    if (empty()) return 0;
    uint32_t at = offset(node(0));
    for (size_t i = 0; i < text.size(); ++i) {
      const auto byte = uint8_t(text[i]);
      at ^= byte;
      if (at >= nodes_->size() || (node(at) & 0x800000ff) != byte) return i;
      const bool ends_here = node(at) & 0x100;
      at ^= offset(node(at));
      if (at >= nodes_->size()) return i;
      if (ends_here) found(int32_t(node(at) & 0x7fffffff), i + 1);
    }
    return text.size();
  }

 private:
  uint32_t node(uint32_t i) const { return nodes_->Get(i); }
  static uint32_t offset(uint32_t node) { return (node >> 10) << ((node & 0x200) >> 6); }

  const flatbuffers::Vector<uint32_t>* nodes_;
};

}  // namespace samara::text_ops
