// Secret: text that is wiped from memory when it is given up. It lives on the heap at one address,
// so that moving it leaves no copy behind, and it can be printed by nobody by accident.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace samara::crypto {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view text) : Secret(text.size()) {
    if (size_ > 0) std::memcpy(text_.get(), text.data(), size_);
  }
  /// So many zero bytes, to be filled through data().
  explicit Secret(size_t size) : text_(std::make_unique<char[]>(size)), size_(size) {}
  Secret(Secret&& other) noexcept
      : text_(std::move(other.text_)), size_(std::exchange(other.size_, 0)) {}
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      wipe();
      text_ = std::move(other.text_);
      size_ = std::exchange(other.size_, 0);
    }
    return *this;
  }
  ~Secret() { wipe(); }

  std::string_view view() const { return {text_.get(), size_}; }
  char* data() { return text_.get(); }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  /// Cuts it to its first `size` bytes; the rest is wiped.
  void shrink(size_t size) {
    if (size >= size_) return;
    explicit_bzero(text_.get() + size, size_ - size);
    size_ = size;
  }

 private:
  void wipe() {
    if (text_) explicit_bzero(text_.get(), size_);
  }
  std::unique_ptr<char[]> text_;
  size_t size_ = 0;
};

/// Wipes a buffer that held a secret on its way.
inline void wipe(void* at, size_t size) { explicit_bzero(at, size); }

}  // namespace samara::crypto
