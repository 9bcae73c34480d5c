#include "fleet/io/server/beast/connection.h"

#include <algorithm>
#include <array>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <ctime>
#include <exception>
#include <limits>

#include "base/text.h"
#include "base/words.h"

namespace samara::server {
namespace {

namespace http = boost::beast::http;
namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
using boost::system::error_code;
using Step = std::function<std::optional<Response>()>;
using Next = std::function<void(std::optional<Response>)>;

constexpr size_t kHeaderPiece = 4 << 10;
constexpr size_t kBodyPiece = 64 << 10;
constexpr size_t kRelayPiece = 1 << 20;
constexpr uint64_t kLingerBytes = 1 << 20;
constexpr std::chrono::milliseconds kSlowDown{50};
constexpr std::chrono::milliseconds kUnread{500};
constexpr uint64_t kOwn = 4 << 10;  // bytes that each connection may hold whatever others do

const char* date() {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  thread_local std::time_t last = 0;
  thread_local char text[40];
  const std::time_t now = std::time(nullptr);
  if (now == last) return text;
  last = now;
  std::tm t = {};
  gmtime_r(&now, &t);
  std::snprintf(text, sizeof text, "%s, %02d %s %d %02d:%02d:%02d GMT", kDays[t.tm_wday], t.tm_mday,
                kMonths[t.tm_mon], 1900 + t.tm_year, t.tm_hour, t.tm_min, t.tm_sec);
  return text;
}

/// A header's value without what could end it.
void append_value(std::string& out, std::string_view value) {
  for (const char c : value) out += static_cast<unsigned char>(c) < ' ' || c == 0x7f ? ' ' : c;
}

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

bool has_content(int status) { return status >= 200 && status != 204 && status != 304; }

class Http : public Connection, public std::enable_shared_from_this<Http> {
  using Parser = http::request_parser<http::buffer_body>;

 public:
  Http(std::shared_ptr<Wire> wire, Shared& shared, std::shared_ptr<Caller> caller,
       std::function<void()> ended)
      : wire_(std::move(wire)),
        shared_(shared),
        caller_(std::move(caller)),
        ended_(std::move(ended)) {}

  void start() override {
    if (!caller_->proxy) wire_->charge({caller_, &caller_->share});
    wire_->deadline(shared_.options.header_time);
    // The handshake takes more time than all that follows.
    shared_.secure ? in_turn([this] { open(); }) : open();
  }

  void stop() override {
    wire_->post([self = shared_from_this(), this] {
      if (idle_) end();
    });
  }

 private:
  void open() {
    wire_->open([self = shared_from_this(), this](bool good, size_t) {
      if (!good) return end();
      idle(shared_.options.header_time);
    });
  }

  /// Goes on when it is this address's turn.
  void in_turn(std::function<void()> next) {
    if (caller_->proxy) return next();
    const auto waits = caller_->share.waits(Clock::now());
    if (!waits) {
      ++shared_.refused;
      return end();
    }
    if (*waits == Duration(0)) return next();
    wire_->pause(*waits, [self = shared_from_this(), next = std::move(next)] { next(); });
  }

  // Between requests nothing is held but the wire: 10,000 idle devices are cheap.
  void idle(std::chrono::milliseconds most) {
    exchange_.reset();
    parser_.reset();
    hold(0);
    if (!in_.empty()) return read_request();
    if (shared_.stopping) return end();
    in_ = {};
    out_ = {};
    sent_ = {};
    idle_ = true;
    wire_->deadline(most);
    wire_->wait([self = shared_from_this(), this](bool good, size_t) {
      idle_ = false;
      if (!good) return end();
      read_request();
    });
  }

  void read_request() {
    started_ = Clock::now();
    bytes_in_ = 0;
    kept_ = 0;
    parser_ = std::make_unique<Parser>();
    head_ = false;
    parser_->header_limit(static_cast<uint32_t>(shared_.options.header_limit));
    parser_->body_limit(std::numeric_limits<uint64_t>::max());  // ours is the exchange's
    wire_->deadline(shared_.options.header_time);
    if (in_.empty()) return read_more(kHeaderPiece, [this] { parse_header(); });
    parse_header();
  }

  /// Counts what strangers make this connection hold; false: all of them together hold too much, or
  /// those of this address.
  bool hold(uint64_t bytes) {
    const uint64_t wanted = bytes > kOwn ? bytes - kOwn : 0;
    const uint64_t all = shared_.held += wanted - held_;
    const uint64_t here = caller_->held += wanted - held_;
    const bool share = caller_->proxy || here <= shared_.options.held_of_address;
    if (wanted > held_ && (all > shared_.options.held || !share)) {
      shared_.held -= wanted - held_;
      caller_->held -= wanted - held_;
      return false;
    }
    held_ = wanted;
    return true;
  }

  /// Appends what arrives to in_; the deadline is the caller's.
  void read_more(size_t most, std::function<void()> next) {
    in_turn([this, most, next = std::move(next)] { read_now(most, next); });
  }

  void read_now(size_t most, std::function<void()> next) {
    const size_t had = in_.size();
    in_.resize(had + most);
    wire_->read({in_.data() + had, most}, [self = shared_from_this(), this, had,
                                           next = std::move(next)](bool good, size_t n) {
      if (!good) return cut();
      in_.resize(had + n);
      bytes_in_ += n;
      next();
    });
  }

  /// The request ended before its end.
  void cut() {
    if (wire_->timed_out()) ++shared_.timeouts;
    end();
  }

  void parse_header() {
    error_code error;
    const size_t used = parser_->put(asio::buffer(in_), error);
    in_.erase(0, used);
    if (error == http::error::need_more || (!error && !parser_->is_header_done())) {
      const size_t rest = std::max(shared_.options.header_limit, kHeaderPiece);
      if (!hold(bytes_in_ + rest)) return too_much();
      return read_more(rest, [this] { parse_header(); });
    }
    wire_->deadline({});
    if (error == http::error::header_limit)
      return malformed(431,
                       cat("the header has more than ", shared_.options.header_limit, " bytes"));
    if (error) return malformed(400, "the request is not HTTP/1.1: " + error.message());
    parser_->eager(true);
    begin_exchange();
  }

  Request request() {
    const auto& message = parser_->get();
    Request out;
    out.method = std::string(message.method_string());
    out.target = std::string(message.target());
    for (const auto& field : message) {
      out.headers.emplace_back(lower(view(field.name_string())), std::string(field.value()));
    }
    if (const auto length = parser_->content_length(); length) out.content_length = *length;
    out.has_body = parser_->chunked() || out.content_length.value_or(0) > 0;
    out.secure = shared_.secure;
    out.peer = wire_->peer();
    for (const std::string& proxy : shared_.options.proxies) {
      if (proxy != out.peer) continue;
      // The last address is the one that the trusted proxy itself saw.
      std::string_view from;
      for (const auto& [name, value] : out.headers) {
        if (name == "x-forwarded-for") from = value;
      }
      const size_t comma = from.rfind(',');
      const std::string_view last = trim(comma == from.npos ? from : from.substr(comma + 1));
      if (!last.empty()) out.peer = std::string(last);
      if (out.header("x-forwarded-proto") == "https") out.secure = true;
      break;
    }
    return out;
  }

  void begin_exchange() {
    const auto& message = parser_->get();
    head_ = message.method() == http::verb::head;
    keep_ = parser_->keep_alive();
    if (message.version() != 10 && message.version() != 11)
      return malformed(505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
    if (message.version() == 11 && message.count(http::field::host) != 1)
      return malformed(400, "a request of HTTP/1.1 has one Host header");
    Request r = request();
    if (!r.target.starts_with('/')) return malformed(400, "the target is not a path");
    has_body_ = r.has_body;
    const auto length = r.content_length;
    const bool ask =
        message.version() == 11 && same_word(view(message[http::field::expect]), "100-continue");
    try {
      exchange_ = shared_.handler(std::move(r));
    } catch (const std::exception&) {
      return send(error_response(500, "the request could not be taken"));
    }
    if (auto refusal = exchange_->refuse()) return send(std::move(*refusal));
    run([this] { return exchange_->begin(); },
        [this, ask, length](std::optional<Response> early) {
          if (early) return send(std::move(*early));
          if (!has_body_) return respond();
          if (length.value_or(0) > exchange_->body_limit()) return too_long();
          rated_ = Clock::now();
          piece_ = kHeaderPiece;
          bytes_rated_ = bytes_in_;
          received_ = 0;
          if (!ask || !in_.empty()) return read_body();
          static constexpr std::string_view kGo = "HTTP/1.1 100 Continue\r\n\r\n";
          wire_->write(kGo, [self = shared_from_this(), this](bool good, size_t) {
            good ? read_body() : end();
          });
        });
  }

  void read_body() {
    if (parser_->is_done()) return respond();
    if (in_.empty()) return read_more_body();
    out_.resize(in_.size());  // it has no more of the body than there are bytes
    auto& body = parser_->get().body();
    body.data = out_.data();
    body.size = out_.size();
    body.more = true;
    error_code error;
    in_.erase(0, parser_->put(asio::buffer(in_), error));
    const size_t got = out_.size() - body.size;
    if (error && error != http::error::need_more && error != http::error::need_buffer)
      return malformed(400, "the body is not HTTP/1.1: " + error.message());
    received_ += got;
    if (received_ > exchange_->body_limit()) return too_long();
    kept_ = exchange_->body_limit() == Exchange::kUnlimited ? 0 : received_;
    if (!hold(kept_)) return too_much();
    if (got == 0) return parser_->is_done() ? respond() : read_more_body();
    const auto take = [this, got] {
      return exchange_->receive(std::as_bytes(std::span(out_.data(), got)));
    };
    const auto go_on = [this](std::optional<Response> early) {
      if (early) return send(std::move(*early));
      read_body();
    };
    if (exchange_->body_limit() != Exchange::kUnlimited) return go_on(guarded(take));
    run(take, go_on);
  }

  /// Whether the last seconds brought too little: those who began quickly may not go to sleep either.
  bool too_slow() {
    const auto now = Clock::now();
    if (now - rated_ < shared_.options.rate_time) return false;
    const double seconds = std::chrono::duration<double>(now - rated_).count();
    const auto least = seconds * static_cast<double>(shared_.options.least_rate);
    const auto came = static_cast<double>(bytes_in_ - bytes_rated_);
    rated_ = now;
    bytes_rated_ = bytes_in_;
    return came < least;
  }

  void read_more_body() {
    if (too_slow()) {
      ++shared_.timeouts;
      return send(error_response(408, "the body comes too slowly"));
    }
    // What is left of in_ is a chunk's beginning or a trailer, which the parser takes whole.
    if (in_.size() >= shared_.options.header_limit)
      return malformed(431, cat("a chunk's header or the trailer has more than ",
                                shared_.options.header_limit, " bytes"));
    // Nothing else is held for one who may never send it.
    if (in_.empty()) in_ = {};
    out_ = {};
    wire_->deadline(shared_.options.stall_time);
    wire_->wait([self = shared_from_this(), this](bool good, size_t) {
      if (!good) return cut();
      // Room for as much as lately came: those who send byte by byte get no more.
      read_more(piece_, [this, had = in_.size()] {
        const size_t came = in_.size() - had;
        piece_ = came == piece_ ? std::min(2 * piece_, kBodyPiece) : std::max(came, kHeaderPiece);
        wire_->deadline({});
        read_body();
      });
    });
  }

  void respond() {
    run([this] { return std::optional(exchange_->respond()); },
        [this](std::optional<Response> answer) { send(std::move(*answer)); });
  }

  static std::optional<Response> guarded(const Step& step) {
    try {
      return step();
    } catch (const std::exception&) {
      return error_response(500, "the request could not be finished");
    }
  }

  /// Does the step, on a worker thread where it may wait, and goes on here with what it gave.
  void run(Step step, Next next) {
    if (!exchange_->waits()) return next(guarded(step));
    auto result = std::make_shared<std::optional<Response>>();
    const bool taken =
        shared_.work([self = shared_from_this(), this, step = std::move(step), result, next] {
          *result = guarded(step);
          wire_->post([self, result, next] { next(std::move(*result)); });
        });
    if (!taken) next(error_response(503, "too many requests wait already"));
  }

  void malformed(int status, const std::string& message) {
    ++shared_.malformed;
    keep_ = false;
    send(error_response(status, message));
  }

  void too_much() {
    keep_ = false;
    send(error_response(503, "too many requests are under way; try again"));
  }

  void too_long() {
    const uint64_t most = exchange_->body_limit();
    send(error_response(413, most == 0 ? "this request takes no body"
                                       : cat("the body may have at most ", most, " bytes")));
  }

  bool all_read() const { return parser_->is_done() || (parser_->is_header_done() && !has_body_); }

  void write_head(const Response& response, bool content, uint64_t size) {
    head_text_ = cat("HTTP/1.1 ", response.status, ' ', reason(response.status),
                     "\r\nDate: ", date(), "\r\n");
    for (const auto& [name, value] : response.headers) {
      head_text_ += name;
      head_text_ += ": ";
      append_value(head_text_, value);
      head_text_ += "\r\n";
    }
    if (content) head_text_ += cat("Content-Length: ", size, "\r\n");
    if (!keep_) head_text_ += "Connection: close\r\n";
    if (keep_ && parser_->get().version() == 10) head_text_ += "Connection: keep-alive\r\n";
    head_text_ += "\r\n";
  }

  void send(Response response) {
    if (response.status < 400 && !hold(kept_ + response.body.size())) return too_much();
    keep_ = keep_ && all_read() && !response.close && !shared_.stopping;
    sent_.status = response.status;
    if (response.status != 429) return write_answer(std::move(response));
    // Who asks too often is slowed down: to be told so at once would only be asked for again.
    const auto late = std::make_shared<Response>(std::move(response));
    wire_->pause(kSlowDown,
                 [self = shared_from_this(), this, late] { write_answer(std::move(*late)); });
  }

  void write_answer(Response response) {
    const bool content = has_content(response.status);
    const uint64_t size = response.file ? response.file->size : response.body.size();
    write_head(response, content, size);
    const bool with_body = content && !head_;
    if (with_body && !response.file) head_text_ += response.body;
    sent_.bytes_out = head_text_.size() + (with_body && response.file ? size : 0);
    auto file = with_body ? std::move(response.file) : std::nullopt;
    wire_->write(head_text_, [self = shared_from_this(), this, file = std::move(file)](
                                 bool good, size_t) mutable {
      if (!good) return end();
      if (!file) return sent();
      if (!file->file) return relay(std::move(*file));
      wire_->send(std::move(*file), [self, this](bool all, size_t) { all ? sent() : end(); });
    });
  }

  /// Sends what has to be brought from elsewhere first.
  void relay(FilePart part) {
    if (part.size == 0) {
      out_ = {};
      return sent();
    }
    out_.resize(std::min<uint64_t>(part.size, hold(kRelayPiece) ? kRelayPiece : kOwn));
    const auto moving = std::make_shared<FilePart>(std::move(part));
    const bool taken = shared_.work([self = shared_from_this(), this, moving] {
      const bool good = moving->read(moving->offset, std::as_writable_bytes(std::span(out_))).ok();
      wire_->post([self, this, moving, good] {
        if (!good) return end();  // the client sees the cut, and goes on from there
        moving->offset += out_.size();
        moving->size -= out_.size();
        wire_->write(out_, [self, this, moving](bool all, size_t) {
          all ? relay(std::move(*moving)) : end();
        });
      });
    });
    if (!taken) end();
  }

  void sent() {
    tell();
    exchange_.reset();  // what it held is free once its answer is out
    head_text_ = {};
    if (keep_) return idle(shared_.options.idle_time);
    wire_->finish([self = shared_from_this(), this](bool, size_t) {
      // A client that still sends gets to read the answer: closing at once would reset it away.
      wire_->deadline(std::chrono::seconds(2));
      lingered_ = 0;
      linger();
    });
  }

  void linger() {
    // What a greedy one still sends is not worth the time that reading takes.
    if (!caller_->proxy && caller_->share.greedy(Clock::now()))
      return wire_->pause(kUnread, [self = shared_from_this(), this] { end(); });
    wire_->discard([self = shared_from_this(), this](bool good, size_t n) {
      lingered_ += n;
      if (!good || lingered_ > kLingerBytes) return end();
      linger();
    });
  }

  void tell() {
    if (!exchange_) return;
    sent_.bytes_in = bytes_in_;
    sent_.took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - started_);
    exchange_->finished(sent_);
  }

  void end() {
    wire_->close();
    hold(0);
    if (!ended_) return;
    const auto ended = std::move(ended_);
    ended_ = nullptr;
    ended();
  }

  std::shared_ptr<Wire> wire_;
  Shared& shared_;
  std::shared_ptr<Caller> caller_;
  std::function<void()> ended_;
  std::unique_ptr<Parser> parser_;
  std::unique_ptr<Exchange> exchange_;
  std::string in_;   // read and not yet parsed
  std::string out_;  // the body's piece
  std::string head_text_;
  Exchange::Sent sent_;
  Clock::time_point started_, rated_;
  uint64_t bytes_in_ = 0, bytes_rated_ = 0, received_ = 0, kept_ = 0, held_ = 0, lingered_ = 0;
  size_t piece_ = kHeaderPiece;
  bool idle_ = false, head_ = false, keep_ = false, has_body_ = false;
};

}  // namespace

std::shared_ptr<Connection> make_connection(std::shared_ptr<Wire> wire, Shared& shared,
                                            std::shared_ptr<Caller> caller,
                                            std::function<void()> ended) {
  return std::make_shared<Http>(std::move(wire), shared, std::move(caller), std::move(ended));
}

}  // namespace samara::server
