// Ending parallel work early: while a ScopedStop lives, the regions that its thread opens on any
// pool ask it before each chunk, and leave the rest of the range undone once it answers true.
// Whoever set it must then treat what was computed as incomplete.
#pragma once

#include "samara/base/function_ref.h"

namespace samara {

class ScopedStop {
 public:
  /// Asked from several threads at once; once true, it must stay true. Null: none, the regions are
  /// worked through whole.
  explicit ScopedStop(const FunctionRef<bool()>* asked) : before_(current_) { current_ = asked; }
  ~ScopedStop() { current_ = before_; }
  ScopedStop(const ScopedStop&) = delete;
  ScopedStop& operator=(const ScopedStop&) = delete;

  static const FunctionRef<bool()>* current() { return current_; }

 private:
  static inline constinit thread_local const FunctionRef<bool()>* current_ = nullptr;
  const FunctionRef<bool()>* before_;
};

}  // namespace samara
