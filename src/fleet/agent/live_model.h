// LiveModel: a model that is open. It is replaced between two inferences; what runs on the old one
// finishes there.
//
// So that a swap costs a stream of inferences nothing, the sessions of the new model are planned and
// run once before it takes the old one's place, and the old one is never freed by a thread that
// infers: it lies among the retired until nobody uses it, and goes when its manager looks.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "fleet/delivery/store.h"
#include "samara/runtime/session.h"

namespace samara::agent {

class LiveModel {
 public:
  /// Sessions of one model that nobody uses now.
  class Sessions {
   public:
    std::unique_ptr<Session> take();
    void give_back(std::unique_ptr<Session> session);
    size_t idle() const;

   private:
    mutable std::mutex mutex_;
    std::vector<std::unique_ptr<Session>> idle_;
  };

  struct Loaded {
    Mapping memory = {};  // of a sealed file: what the model reads; goes after it
    std::shared_ptr<const Model> model;
    delivery::ModelFile file;
    std::optional<File> held;  // keeps the file from being cleaned up
    SessionOptions options = {};
    mutable Sessions sessions = {};
  };

  /// A session of one model, for one inference or a stream that must stay with one version.
  class Lease {
   public:
    Lease(std::shared_ptr<const Loaded> loaded, std::unique_ptr<Session> session)
        : loaded_(std::move(loaded)), session_(std::move(session)) {}
    Lease(Lease&&) = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (session_) loaded_->sessions.give_back(std::move(session_));
    }
    Session& session() const { return *session_; }
    const Loaded& loaded() const { return *loaded_; }

   private:
    std::shared_ptr<const Loaded> loaded_;
    std::unique_ptr<Session> session_;
  };

  /// The model to make the next inference with.
  /// Threads  any, as all that follow
  std::shared_ptr<const Loaded> now() const {
    const std::lock_guard lock(mutex_);
    return loaded_;
  }
  /// A session of the model that is in use now, ready where one was given back or prepared.
  ///
  /// Shapes   as its last user left them; variables at their initial values
  /// Errors   those of Session::create
  Result<Lease> lease();

  /// Makes the new model ready for as many streams as the old one served, and puts it in place.
  void put(std::shared_ptr<const Loaded> loaded);
  /// Frees what is retired and no longer used. False: something still is.
  bool free_retired();

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Loaded> loaded_;
  std::vector<std::shared_ptr<const Loaded>> retired_;
  size_t leased_ = 0;  // most sessions that were ever in use at once, and idle ones beside
};

}  // namespace samara::agent
