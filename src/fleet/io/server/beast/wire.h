// Wire: one TCP or TLS connection as the rest of this folder sees it, so that what speaks HTTP is
// compiled once and not once a kind of stream. All calls and callbacks run on the connection's strand
// but for post().
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "fleet/io/server/server.h"
#include "fleet/io/server/share.h"

namespace boost::asio::ssl {
class context;
}

namespace samara::server {

class Wire {
 public:
  /// False at the connection's end, whoever ended it.
  using Done = std::function<void(bool ok, size_t bytes)>;
  virtual ~Wire() = default;
  virtual void open(Done done) = 0;  // TLS: the handshake
  virtual void wait(Done done) = 0;  // until there is something to read
  virtual void read(std::span<char> into, Done done) = 0;
  /// All of it; the text must live until then. Ends when nothing moves for the stall time.
  virtual void write(std::string_view text, Done done) = 0;
  virtual void send(FilePart part, Done done) = 0;
  /// Says that nothing more will be sent.
  virtual void finish(Done done) = 0;
  /// Takes what has come and drops it, unread and without a copy.
  virtual void discard(Done done) = 0;
  virtual void close() = 0;
  /// Closes the wire after that time; zero: never.
  virtual void deadline(std::chrono::milliseconds time) = 0;
  virtual bool timed_out() const = 0;
  /// Calls back after that time.
  virtual void pause(std::chrono::nanoseconds time, std::function<void()> next) = 0;
  virtual void post(std::function<void()> work) = 0;
  virtual std::string peer() const = 0;
  /// Whose time the callbacks take. Before any other call.
  virtual void charge(std::shared_ptr<Share> share) = 0;
};

/// `peer`: its address. `tls` null: plain.
std::shared_ptr<Wire> make_wire(boost::asio::ip::tcp::socket socket, std::string peer,
                                boost::asio::ssl::context* tls, std::chrono::milliseconds stall);

}  // namespace samara::server
