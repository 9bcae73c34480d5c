// The listening socket, the threads, and the end of it all.
#include <sched.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cerrno>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "base/text.h"
#include "base/try.h"
#include "fleet/io/server/beast/connection.h"

namespace samara::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;

constexpr int kMostWaiting = 4096;
constexpr size_t kCallers = 1000;
constexpr int kAccepted = 16;

/// An IPv4 client of an IPv6 socket is the same client as of an IPv4 socket.
std::string address_of(const tcp::endpoint& peer) {
  const auto address = peer.address();
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address.to_string();
  return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
}

/// Lets the threads of the network go before this one: what takes long keeps no poll waiting.
void step_back() {
#ifdef __linux__
  thread_local const bool done =
      setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + 5) == 0;
  (void)done;
#endif
}

/// Asks for short turns on the processor, which come the sooner: what this thread does for one client is
/// short, and it is not to wait for the end of a worker's turn. Linux has that since 6.12; before, who
/// has slept goes first anyway.
void take_short_turns() {
#ifdef __linux__
  struct {
    uint32_t size = 48, policy = SCHED_OTHER;
    uint64_t flags = 0;
    int32_t nice = getpriority(PRIO_PROCESS, 0);
    uint32_t priority = 0;
    uint64_t runtime = 200'000, deadline = 0, period = 0;  // ns
  } const wanted;
  static_assert(sizeof wanted == 48);
  if (sched_getscheduler(0) == SCHED_OTHER) (void)syscall(SYS_sched_setattr, 0, &wanted, 0);
#endif
}

class Listener : public Server {
 public:
  Listener(const Options& options, Handler handler)
      : greedy_(options.greedy_part * options.threads),
        io_(options.threads),
        acceptor_(asio::make_strand(io_)),
        timer_(acceptor_.get_executor()),
        pool_(options.workers) {
    shared_.options = options;
    shared_.handler = std::move(handler);
    shared_.work = [this](std::function<void()> work) {
      if (waiting_.fetch_add(1) >= kMostWaiting) {
        --waiting_;
        return false;
      }
      asio::post(pool_, [this, work = std::move(work)] {
        step_back();
        work();
        --waiting_;
      });
      return true;
    };
  }
  ~Listener() override { pool_.join(); }

  Status open() {
    const Options& o = shared_.options;
    if (o.certificate.empty() != o.key.empty())
      return Error(Code::invalid_argument, "TLS needs a certificate and its key, both");
    if (!o.certificate.empty()) TRY(load_certificate());
    error_code error;
    const auto address = asio::ip::make_address(o.address, error);
    if (error) return Error(Code::invalid_argument, cat(o.address, " is not an address"));
    const tcp::endpoint at(address, o.port);
    const auto frame = [&] { return cat("listening at ", o.address, ":", o.port); };
    acceptor_.open(at.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(at, error);
    if (!error) acceptor_.listen(4096, error);
    if (!error) acceptor_.native_non_blocking(true, error);
    if (error) return Error(Code::unavailable, error.message()).in(frame());
    port_ = acceptor_.local_endpoint(error).port();
    accept();
    return ok();
  }

  uint16_t port() const override { return port_; }

  Status run() override {
    std::vector<std::thread> threads;
    const auto serve = [this] {
      take_short_turns();
      io_.run();
    };
    for (int i = 1; i < shared_.options.threads; ++i) threads.emplace_back(serve);
    serve();
    for (std::thread& thread : threads) thread.join();
    pool_.join();
    return ok();
  }

  void stop() override {
    asio::post(acceptor_.get_executor(), [this] {
      if (shared_.stopping.exchange(true)) return;
      error_code ignored;
      acceptor_.close(ignored);
      std::vector<std::shared_ptr<Connection>> all;
      {
        const std::lock_guard lock(mutex_);
        for (const auto& [_, weak] : connections_) {
          if (auto connection = weak.lock()) all.push_back(std::move(connection));
        }
        if (connections_.empty()) return;
        timer_.expires_after(shared_.options.grace);
        timer_.async_wait([this](error_code error) {
          if (!error) io_.stop();
        });
      }
      for (const auto& connection : all) connection->stop();
    });
  }

  Counters counters() const override {
    return {shared_.connections, shared_.accepted, shared_.refused, shared_.timeouts,
            shared_.malformed};
  }

 private:
  Status load_certificate() {
    tls_ = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
    error_code error;
    tls_->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                          asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
                          asio::ssl::context::no_tlsv1_1,
                      error);
    SSL_CTX_set_mode(tls_->native_handle(), SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(tls_->native_handle(), SSL_SESS_CACHE_OFF);
    tls_->use_certificate_chain_file(shared_.options.certificate, error);
    if (error)
      return Error(Code::invalid_argument, error.message())
          .in("certificate " + shared_.options.certificate);
    // Without a callback of ours OpenSSL would ask at the terminal.
    bool asked = false;
    tls_->set_password_callback(
        [&](size_t, asio::ssl::context::password_purpose) {
          asked = true;
          return shared_.options.key_passphrase;
        },
        error);
    tls_->use_private_key_file(shared_.options.key, asio::ssl::context::pem, error);
    shared_.options.key_passphrase.clear();
    if (error && asked)
      return Error(Code::invalid_argument, "the passphrase does not open it, or none was given")
          .in("key " + shared_.options.key);
    if (error)
      return Error(Code::invalid_argument, error.message()).in("key " + shared_.options.key);
    shared_.secure = true;
    return ok();
  }

  void accept() {
    acceptor_.async_wait(tcp::acceptor::wait_read, [this](error_code error) {
      if (shared_.stopping) return;
      // So many and no more, that those who are served already are not kept waiting.
      for (int turns = 0; !error && turns < kAccepted; ++turns) error = accept_one();
      if (!error || error == asio::error::would_block) return accept();
      // No descriptors or no memory left: some may come free.
      timer_.expires_after(std::chrono::milliseconds(50));
      timer_.async_wait([this](error_code cancelled) {
        if (!cancelled) accept();
      });
    });
  }

  error_code accept_one() {
    tcp::endpoint peer;
    socklen_t size = static_cast<socklen_t>(peer.capacity());
    const int fd =
        ::accept4(acceptor_.native_handle(), peer.data(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0 && (errno == EINTR || errno == ECONNABORTED)) return {};
    if (fd < 0) return {errno, boost::system::system_category()};
    peer.resize(size);
    ++shared_.accepted;
    const auto caller =
        shared_.connections < shared_.options.connections ? admit(address_of(peer)) : nullptr;
    if (caller) {
      take(fd, peer, caller);
    } else {
      ++shared_.refused;
      ::close(fd);
    }
    return {};
  }

  /// Counts one more of that address; null: it has as many as one may have.
  std::shared_ptr<Caller> admit(const std::string& address) {
    const auto& proxies = shared_.options.proxies;
    const bool proxy = std::find(proxies.begin(), proxies.end(), address) != proxies.end();
    const std::string key = proxy ? address : network_of(address);
    const std::lock_guard lock(mutex_);
    auto& caller = callers_[key];
    if (!caller) caller = std::make_shared<Caller>(key, proxy, greedy_, shared_.options.own_part);
    const bool full = caller->connections >= shared_.options.of_address;
    if (!proxy && (full || caller->share.refused(Clock::now()))) return nullptr;
    ++caller->connections;
    const auto taken = caller;
    if (callers_.size() > most_callers_) forget_callers();
    return taken;
  }

  /// Who is gone, and has taken nothing lately, is as one who never came.
  void forget_callers() {
    const auto now = Clock::now();
    std::erase_if(callers_, [&](const auto& entry) {
      return entry.second->connections == 0 && entry.second->share.settled(now);
    });
    most_callers_ = 2 * callers_.size() + kCallers;
  }

  void leave(uint64_t id, Caller& caller) {
    const std::lock_guard lock(mutex_);
    --shared_.connections;
    connections_.erase(id);
    --caller.connections;
    if (shared_.stopping && connections_.empty())
      asio::post(acceptor_.get_executor(), [this] { timer_.cancel(); });
  }

  void take(int fd, const tcp::endpoint& peer, const std::shared_ptr<Caller>& caller) {
    // One thread is a strand by itself.
    const asio::any_io_executor executor = shared_.options.threads == 1
                                               ? asio::any_io_executor(io_.get_executor())
                                               : asio::make_strand(io_);
    tcp::socket socket(executor, peer.protocol(), fd);
    auto wire =
        make_wire(std::move(socket), address_of(peer), tls_.get(), shared_.options.stall_time);
    ++shared_.connections;
    const uint64_t id = next_++;
    auto connection =
        make_connection(wire, shared_, caller, [this, id, caller] { leave(id, *caller); });
    {
      const std::lock_guard lock(mutex_);
      connections_.emplace(id, connection);
    }
    wire->post([connection] { connection->start(); });
  }

  Shared shared_;
  std::atomic<int> waiting_{0};
  GreedyPart greedy_;
  asio::io_context io_;
  tcp::acceptor acceptor_;
  asio::steady_timer timer_;  // the pause after a failed accept; then the grace time
  std::unique_ptr<asio::ssl::context> tls_;
  uint16_t port_ = 0;
  std::mutex mutex_;
  uint64_t next_ = 0;
  std::unordered_map<uint64_t, std::weak_ptr<Connection>> connections_;
  std::unordered_map<std::string, std::shared_ptr<Caller>> callers_;  // who has been here lately
  size_t most_callers_ = kCallers;
  asio::thread_pool pool_;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::listen(const Options& options, Handler handler) {
  auto server = std::make_unique<Listener>(options, std::move(handler));
  TRY(server->open());
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace samara::server
