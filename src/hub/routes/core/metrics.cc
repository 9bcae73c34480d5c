// What the hub counts, in Prometheus's text format.
#include <algorithm>

#include "hub/routes/core/router.h"

namespace samara::hub {

size_t Router::Count::bucket(std::chrono::microseconds took) {
  const double seconds = static_cast<double>(took.count()) * 1e-6;
  return static_cast<size_t>(std::lower_bound(kSeconds, kSeconds + kBuckets, seconds) - kSeconds);
}

std::string Router::metrics() const {
  std::string out =
      "# HELP samara_http_requests_total Requests by route and class of status.\n"
      "# TYPE samara_http_requests_total counter\n";
  const auto routes = all_routes();
  const auto label = [&](size_t i) {
    return i < routes.size() ? cat("route=\"", routes[i]->method, " ", routes[i]->path, "\"")
                             : std::string("route=\"none\"");
  };
  for (size_t i = 0; i < counts_.size(); ++i) {
    for (int status = 2; status <= 5; ++status) {
      const uint64_t n = counts_[i].statuses[status];
      if (n)
        out +=
            cat("samara_http_requests_total{", label(i), ",status=\"", status, "xx\"} ", n, "\n");
    }
  }
  out +=
      "# HELP samara_http_request_seconds From a request's first byte to its answer's last.\n"
      "# TYPE samara_http_request_seconds histogram\n";
  for (size_t i = 0; i < counts_.size(); ++i) {
    uint64_t below = 0, all = 0;
    for (const auto& bucket : counts_[i].buckets) all += bucket;
    if (all == 0) continue;
    const auto line = [&](std::string_view le, uint64_t n) {
      out += cat("samara_http_request_seconds_bucket{", label(i), ",le=\"", le, "\"} ", n, "\n");
    };
    for (size_t b = 0; b < Count::kBuckets; ++b)
      line(cat(Count::kSeconds[b]), below += counts_[i].buckets[b]);
    line("+Inf", all);
    out += cat("samara_http_request_seconds_sum{", label(i), "} ",
               static_cast<double>(counts_[i].microseconds) * 1e-6, "\n",
               "samara_http_request_seconds_count{", label(i), "} ", all, "\n");
  }
  uint64_t in = 0, sent = 0;
  for (const Count& count : counts_) in += count.bytes_in, sent += count.bytes_out;
  const auto single = [&](std::string_view name, std::string_view type, std::string_view help,
                          uint64_t n) {
    out += cat("# HELP samara_", name, " ", help, "\n# TYPE samara_", name, " ", type, "\nsamara_",
               name, " ", n, "\n");
  };
  single("http_received_bytes_total", "counter", "Bytes of requests.", in);
  single("http_sent_bytes_total", "counter", "Bytes of answers.", sent);
  if (server_) {
    const server::Counters c = server_->counters();
    single("http_connections", "gauge", "Connections now.", c.connections);
    single("http_accepted_total", "counter", "Connections ever.", c.accepted);
    single("http_refused_total", "counter", "Connections over the limit.", c.refused);
    single("http_timeouts_total", "counter", "Requests that came too slowly.", c.timeouts);
    single("http_malformed_total", "counter", "Requests that are not HTTP/1.1.", c.malformed);
  }
  return out;
}

}  // namespace samara::hub
