#include "fleet/io/server/beast/wire.h"

#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <type_traits>

namespace samara::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;

constexpr size_t kPiece = 256 << 10;

template <class Stream>
class StreamWire : public Wire, public std::enable_shared_from_this<StreamWire<Stream>> {
  static constexpr bool kPlain = std::is_same_v<Stream, tcp::socket>;

 public:
  template <class... More>
  StreamWire(std::chrono::milliseconds stall, tcp::socket socket, More&... more)
      : stream_(std::move(socket), more...), timer_(stream_.get_executor()), stall_(stall) {
    error_code ignored;
    tcp_socket().set_option(tcp::no_delay(true), ignored);
    tcp_socket().native_non_blocking(true, ignored);
    const auto peer = tcp_socket().remote_endpoint(ignored);
    if (!ignored) peer_ = peer.address().to_string();
    // An IPv4 client of an IPv6 socket is the same client as of an IPv4 socket.
    if (peer_.starts_with("::ffff:")) peer_.erase(0, 7);
  }

  void open(Done done) override {
    if constexpr (kPlain) {
      done(true, 0);
    } else {
      stream_.async_handshake(asio::ssl::stream_base::server, of(std::move(done)));
    }
  }

  void wait(Done done) override {
    if constexpr (kPlain) {
      stream_.async_wait(tcp::socket::wait_read,
                         [self = this->shared_from_this(),
                          done = std::move(done)](error_code error) { done(!error, 0); });
    } else {
      // Readable bytes may already lie decrypted, so the first one is read.
      stream_.async_read_some(asio::buffer(&first_, 1),
                              [self = this->shared_from_this(), this, done = std::move(done)](
                                  error_code error, size_t) {
                                has_first_ = !error;
                                done(!error, 0);
                              });
    }
  }

  void read(std::span<char> into, Done done) override {
    if (has_first_) {
      has_first_ = false;
      into[0] = first_;
      return post([done = std::move(done)] { done(true, 1); });
    }
    stream_.async_read_some(asio::buffer(into.data(), into.size()), of(std::move(done)));
  }

  void write(std::string_view text, Done done) override {
    deadline(stall_);
    stream_.async_write_some(asio::buffer(text.data(), std::min(text.size(), kPiece)),
                             [self = this->shared_from_this(), this, text, done = std::move(done)](
                                 error_code error, size_t n) {
                               if (error || n >= text.size()) {
                                 deadline({});
                                 return done(!error, 0);
                               }
                               write(text.substr(n), std::move(done));
                             });
  }

  void send(FilePart part, Done done) override {
    if constexpr (kPlain) {
      send_by_kernel(std::move(part), std::move(done));
    } else {
      send_by_copy(std::move(part), std::move(done));
    }
  }

  void finish(Done done) override {
    const auto end = [self = this->shared_from_this(), this, done = std::move(done)](error_code) {
      error_code ignored;
      tcp_socket().shutdown(tcp::socket::shutdown_send, ignored);
      done(true, 0);
    };
    deadline(std::chrono::seconds(2));
    if constexpr (kPlain) {
      end({});
    } else {
      stream_.async_shutdown(end);
    }
  }

  void close() override {
    timer_.cancel();
    error_code ignored;
    tcp_socket().close(ignored);
  }

  // The timer is left running when the deadline moves away, and looks where it is when it fires: a
  // request that comes and goes quickly costs no timer.
  void deadline(std::chrono::milliseconds time) override {
    deadline_ = time.count() == 0 ? Clock::time_point::max() : Clock::now() + time;
    if (deadline_ < armed_) arm();
  }

  bool timed_out() const override { return timed_out_; }
  void post(std::function<void()> work) override {
    asio::post(stream_.get_executor(), std::move(work));
  }
  std::string peer() const override { return peer_; }

 private:
  auto& tcp_socket() {
    if constexpr (kPlain) {
      return stream_;
    } else {
      return stream_.next_layer();
    }
  }

  auto of(Done done) {
    return [self = this->shared_from_this(), done = std::move(done)](
               error_code error, size_t n = 0) { done(!error, n); };
  }

  void arm() {
    armed_ = deadline_;
    if (armed_ == Clock::time_point::max()) return;
    timer_.expires_at(armed_);
    timer_.async_wait([weak = this->weak_from_this(), this](const error_code& error) {
      const auto self = weak.lock();
      if (!self || error) return;
      if (Clock::now() < deadline_) return arm();
      timed_out_ = true;
      close();
    });
  }

  void send_by_kernel(FilePart part, Done done) {
    // So much at once and no more, that one quick reader does not hold up the others.
    for (int turns = 0; part.size > 0 && turns < 8; ++turns) {
      off_t at = static_cast<off_t>(part.offset);
      const ssize_t n = ::sendfile(tcp_socket().native_handle(), part.file->fd(), &at,
                                   std::min<uint64_t>(part.size, kPiece));
      if (n > 0) {
        part.offset += static_cast<uint64_t>(n);
        part.size -= static_cast<uint64_t>(n);
      } else if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
        break;
      } else {
        return done(false, 0);  // a file that became shorter, too: the client sees the cut
      }
    }
    if (part.size == 0) {
      deadline({});
      return done(true, 0);
    }
    deadline(stall_);
    tcp_socket().async_wait(tcp::socket::wait_write,
                            [self = this->shared_from_this(), this, part = std::move(part),
                             done = std::move(done)](error_code error) mutable {
                              if (error) return done(false, 0);
                              send_by_kernel(std::move(part), std::move(done));
                            });
  }

  void send_by_copy(FilePart part, Done done) {
    if (part.size == 0) {
      piece_ = {};
      return done(true, 0);
    }
    piece_.resize(std::min<uint64_t>(part.size, 64 << 10));
    if (!part.file->read(part.offset, std::as_writable_bytes(std::span(piece_))).ok())
      return done(false, 0);
    part.offset += piece_.size();
    part.size -= piece_.size();
    write(piece_, [this, part = std::move(part), done = std::move(done)](bool ok, size_t) mutable {
      if (!ok) return done(false, 0);
      send_by_copy(std::move(part), std::move(done));
    });
  }

  Stream stream_;
  asio::steady_timer timer_;
  std::chrono::milliseconds stall_;
  Clock::time_point deadline_ = Clock::time_point::max(), armed_ = deadline_;
  bool timed_out_ = false;
  bool has_first_ = false;
  char first_ = 0;
  std::string piece_;
  std::string peer_;
};

}  // namespace

std::shared_ptr<Wire> make_wire(tcp::socket socket, asio::ssl::context* tls,
                                std::chrono::milliseconds stall) {
  if (!tls) return std::make_shared<StreamWire<tcp::socket>>(stall, std::move(socket));
  return std::make_shared<StreamWire<asio::ssl::stream<tcp::socket>>>(stall, std::move(socket),
                                                                      *tls);
}

}  // namespace samara::server
