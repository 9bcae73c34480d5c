#include "fleet/io/server/beast/wire.h"

#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>

namespace samara::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;

constexpr size_t kPiece = 256 << 10;
constexpr size_t kDropped = 64 << 10;
constexpr size_t kRecord = 16 << 10;  // the most that TLS has in one

/// Puts the time until its end on an address's account.
class Bill {
 public:
  explicit Bill(std::shared_ptr<Share> share)
      : share_(std::move(share)), begin_(share_ ? thread_time() : Duration(0)) {}
  ~Bill() {
    if (share_) share_->took(thread_time() - begin_, Clock::now());
  }
  Bill(const Bill&) = delete;
  Bill& operator=(const Bill&) = delete;

 private:
  const std::shared_ptr<Share> share_;
  const Duration begin_;
};

class PlainWire : public Wire, public std::enable_shared_from_this<PlainWire> {
 public:
  PlainWire(std::chrono::milliseconds stall, tcp::socket socket, std::string peer)
      : socket_(std::move(socket)),
        timer_(socket_.get_executor()),
        stall_(stall),
        peer_(std::move(peer)) {
    error_code ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
    socket_.native_non_blocking(true, ignored);
  }

  void open(Done done) override { done(true, 0); }

  void wait(Done done) override {
    socket_.async_wait(tcp::socket::wait_read,
                       [self = shared_from_this(), this, done = std::move(done)](error_code error) {
                         const Bill bill(share_);
                         done(!error, 0);
                       });
  }

  void read(std::span<char> into, Done done) override {
    socket_.async_read_some(
        asio::buffer(into.data(), into.size()),
        [self = shared_from_this(), this, done = std::move(done)](error_code error, size_t n) {
          const Bill bill(share_);
          done(!error, n);
        });
  }

  void discard(Done done) override {
    socket_.async_wait(tcp::socket::wait_read, [self = shared_from_this(), this,
                                                done = std::move(done)](error_code error) {
      const Bill bill(share_);
      const ssize_t n = error ? 0 : ::recv(socket_.native_handle(), nullptr, kDropped, MSG_TRUNC);
      done(n > 0 || (n < 0 && errno == EAGAIN), n > 0 ? static_cast<size_t>(n) : 0);
    });
  }

  void write(std::string_view text, Done done) override {
    deadline(stall_);
    socket_.async_write_some(asio::buffer(text.data(), std::min(text.size(), kPiece)),
                             [self = shared_from_this(), this, text, done = std::move(done)](
                                 error_code error, size_t n) {
                               const Bill bill(share_);
                               if (error || n >= text.size()) {
                                 deadline({});
                                 return done(!error, 0);
                               }
                               write(text.substr(n), std::move(done));
                             });
  }

  void send(FilePart part, Done done) override {
    // So much at once and no more, that one quick reader does not hold up the others.
    for (int turns = 0; part.size > 0 && turns < 8; ++turns) {
      off_t at = static_cast<off_t>(part.offset);
      const ssize_t n = ::sendfile(socket_.native_handle(), part.file->fd(), &at,
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
    socket_.async_wait(tcp::socket::wait_write,
                       [self = shared_from_this(), this, part = std::move(part),
                        done = std::move(done)](error_code error) mutable {
                         const Bill bill(share_);
                         if (error) return done(false, 0);
                         send(std::move(part), std::move(done));
                       });
  }

  void finish(Done done) override {
    deadline(std::chrono::seconds(2));
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    done(true, 0);
  }

  void close() override {
    timer_.cancel();
    error_code ignored;
    socket_.close(ignored);
  }

  // The timer is left running when the deadline moves away, and looks where it is when it fires: a
  // request that comes and goes quickly costs no timer.
  void deadline(std::chrono::milliseconds time) override {
    deadline_ = time.count() == 0 ? Clock::time_point::max() : Clock::now() + time;
    if (deadline_ < armed_) arm();
  }

  bool timed_out() const override { return timed_out_; }

  void pause(std::chrono::nanoseconds time, std::function<void()> next) override {
    const auto timer = std::make_shared<asio::steady_timer>(socket_.get_executor(), time);
    timer->async_wait([self = shared_from_this(), this, timer, next = std::move(next)](error_code) {
      const Bill bill(share_);
      next();
    });
  }

  void post(std::function<void()> work) override {
    asio::post(socket_.get_executor(), [self = shared_from_this(), this, work = std::move(work)] {
      const Bill bill(share_);
      work();
    });
  }
  std::string peer() const override { return peer_; }
  void charge(std::shared_ptr<Share> share) override { share_ = std::move(share); }

 private:
  void arm() {
    armed_ = deadline_;
    if (armed_ == Clock::time_point::max()) return;
    timer_.expires_at(armed_);
    timer_.async_wait([weak = weak_from_this(), this](const error_code& error) {
      const auto self = weak.lock();
      if (!self || error) return;
      if (Clock::now() < deadline_) return arm();
      timed_out_ = true;
      close();
    });
  }

 protected:
  tcp::socket socket_;
  std::shared_ptr<Share> share_;

 private:
  asio::steady_timer timer_;

 protected:
  std::chrono::milliseconds stall_;

 private:
  Clock::time_point deadline_ = Clock::time_point::max(), armed_ = deadline_;
  bool timed_out_ = false;
  const std::string peer_;
};

/// TLS by OpenSSL on the socket itself: what Asio's own stream would add, some 60 KiB of buffers a
/// connection, is more than all else that an idle device costs.
class TlsWire : public PlainWire {
 public:
  TlsWire(std::chrono::milliseconds stall, tcp::socket socket, std::string peer, SSL_CTX* context)
      : PlainWire(stall, std::move(socket), std::move(peer)), ssl_(SSL_new(context)) {
    if (ssl_ && SSL_set_fd(ssl_, socket_.native_handle()) == 1) return;
    SSL_free(ssl_);
    ssl_ = nullptr;
  }
  ~TlsWire() override { SSL_free(ssl_); }

  void open(Done done) override {
    perform([this] { return SSL_accept(ssl_); }, std::move(done));
  }

  /// Until a byte lies decrypted: what has come of a record is none yet.
  void wait(Done done) override {
    perform(
        [this] {
          char byte = 0;
          return SSL_peek(ssl_, &byte, 1);
        },
        std::move(done));
  }

  void read(std::span<char> into, Done done) override {
    const int most = static_cast<int>(std::min(into.size(), kRecord));
    perform([this, into, most] { return SSL_read(ssl_, into.data(), most); }, std::move(done));
  }

  void write(std::string_view text, Done done) override {
    deadline(stall_);
    const int most = static_cast<int>(std::min(text.size(), kRecord));
    perform([this, text, most] { return SSL_write(ssl_, text.data(), most); },
            [this, text, done = std::move(done)](bool good, size_t n) {
              if (!good || n >= text.size()) {
                deadline({});
                return done(good, 0);
              }
              write(text.substr(n), std::move(done));
            });
  }

  void send(FilePart part, Done done) override {
    if (part.size == 0) {
      piece_ = {};
      return done(true, 0);
    }
    piece_.resize(std::min<uint64_t>(part.size, kRecord));
    if (!part.file->read(part.offset, std::as_writable_bytes(std::span(piece_))).ok())
      return done(false, 0);
    part.offset += piece_.size();
    part.size -= piece_.size();
    write(piece_, [this, part = std::move(part), done = std::move(done)](bool good, size_t) {
      if (!good) return done(false, 0);
      send(part, done);
    });
  }

  void finish(Done done) override {
    if (socket_.is_open() && ssl_) {
      ERR_clear_error();
      SSL_shutdown(ssl_);
    }
    PlainWire::finish(std::move(done));
  }

 private:
  /// Does the step once the socket lets it, as often as OpenSSL asks for that. Never calls back before it
  /// has returned, so that however much has come already, nothing nests.
  void perform(std::function<int()> step, Done done) {
    // Of a closed socket the number may be another's by now.
    if (!ssl_ || !socket_.is_open()) return complete(std::move(done), false, 0);
    ERR_clear_error();
    const int n = step();
    if (n > 0) return complete(std::move(done), true, static_cast<size_t>(n));
    const int wants = SSL_get_error(ssl_, n);
    if (wants != SSL_ERROR_WANT_READ && wants != SSL_ERROR_WANT_WRITE)
      return complete(std::move(done), false, 0);
    socket_.async_wait(
        wants == SSL_ERROR_WANT_READ ? tcp::socket::wait_read : tcp::socket::wait_write,
        [self = shared_from_this(), this, step = std::move(step),
         done = std::move(done)](error_code error) mutable {
          const Bill bill(share_);
          if (error) return done(false, 0);
          perform(std::move(step), std::move(done));
        });
  }

  void complete(Done done, bool good, size_t n) {
    post([self = shared_from_this(), done = std::move(done), good, n] { done(good, n); });
  }

  SSL* ssl_;
  std::string piece_;
};

}  // namespace

std::shared_ptr<Wire> make_wire(tcp::socket socket, std::string peer, asio::ssl::context* tls,
                                std::chrono::milliseconds stall) {
  if (!tls) return std::make_shared<PlainWire>(stall, std::move(socket), std::move(peer));
  return std::make_shared<TlsWire>(stall, std::move(socket), std::move(peer), tls->native_handle());
}

}  // namespace samara::server
