#include "fleet/trust/utc.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace samara::trust {
namespace {

constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:ddZ";
constexpr int64_t kDay = 86400, kLast = 253402300799;  // 9999-12-31T23:59:59Z

int number(std::string_view digits) {
  int out = 0;
  for (const char c : digits) out = out * 10 + (c - '0');
  return out;
}

}  // namespace

std::optional<int64_t> parse_utc(std::string_view text) {
  if (text.size() != kForm.size()) return std::nullopt;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool fits = kForm[i] == 'd' ? text[i] >= '0' && text[i] <= '9' : text[i] == kForm[i];
    if (!fits) return std::nullopt;
  }
  const auto part = [&](size_t at, size_t size) { return number(text.substr(at, size)); };
  const std::chrono::year_month_day day{std::chrono::year(part(0, 4)),
                                        std::chrono::month(static_cast<unsigned>(part(5, 2))),
                                        std::chrono::day(static_cast<unsigned>(part(8, 2)))};
  const int hour = part(11, 2), minute = part(14, 2), second = part(17, 2);
  if (!day.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const int64_t days = std::chrono::sys_days(day).time_since_epoch().count();
  return days * kDay + hour * 3600 + minute * 60 + second;
}

std::string print_utc(int64_t seconds) {
  seconds = std::clamp<int64_t>(seconds, 0, kLast);
  const std::chrono::year_month_day day{
      std::chrono::sys_days(std::chrono::days(static_cast<int>(seconds / kDay)))};
  const int rest = static_cast<int>(seconds % kDay);
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(day.year()),
                static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()), rest / 3600,
                rest / 60 % 60, rest % 60);
  return text;
}

}  // namespace samara::trust
