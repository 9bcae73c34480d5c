// What was picked: while a PickLog lives, the variants that its thread picks are noted in it, for
// reports of which kernel an operator would use.
#pragma once

#include <array>
#include <string_view>

namespace samara::kernels {

class PickLog {
 public:
  using Names = std::array<std::string_view, 3>;  // empty ones last

  explicit PickLog(Names& names) : names_(names), before_(current_) { current_ = this; }
  ~PickLog() { current_ = before_; }
  PickLog(const PickLog&) = delete;
  PickLog& operator=(const PickLog&) = delete;

  static void note(std::string_view name) {
    if (!current_) return;
    for (std::string_view& place : current_->names_) {
      if (place.empty()) place = name;
      if (place == name) return;
    }
  }

 private:
  Names& names_;
  PickLog* before_;
  static inline constinit thread_local PickLog* current_ = nullptr;
};

}  // namespace samara::kernels
