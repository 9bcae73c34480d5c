#include "samara/base/result.h"

#include <cstring>

namespace samara {

std::string_view name(Code code) {
  switch (code) {
    case Code::invalid_argument:
      return "invalid_argument";
    case Code::invalid_model:
      return "invalid_model";
    case Code::unsupported:
      return "unsupported";
    case Code::not_found:
      return "not_found";
    case Code::io:
      return "io";
    case Code::resource_exhausted:
      return "resource_exhausted";
    case Code::cancelled:
      return "cancelled";
    case Code::deadline_exceeded:
      return "deadline_exceeded";
    case Code::unavailable:
      return "unavailable";
    case Code::data_loss:
      return "data_loss";
    case Code::permission_denied:
      return "permission_denied";
    case Code::failed_precondition:
      return "failed_precondition";
    case Code::internal:
      return "internal";
  }
  return "internal";
}

Error::Error(Code code, std::string message, const char* file, int line)
    : rep_(std::make_unique<Rep>(Rep{code, std::move(message), file, line, {}})) {}

Error::Error(const Error& other) : rep_(std::make_unique<Rep>(*other.rep_)) {}

Error& Error::operator=(const Error& other) {
  if (this != &other) rep_ = std::make_unique<Rep>(*other.rep_);
  return *this;
}

Error Error::in(std::string frame) && {
  rep_->frames.push_back(std::move(frame));
  return std::move(*this);
}

std::string Error::text() const {
  const char* slash = std::strrchr(rep_->file, '/');
  std::string out(name(rep_->code));
  out += ": " + rep_->message + " [" + (slash ? slash + 1 : rep_->file) + ":" +
         std::to_string(rep_->line) + "]";
  for (const std::string& frame : rep_->frames) out += "\n  in " + frame;
  return out;
}

std::string Error::brief() const {
  std::string out = rep_->message;
  for (const std::string& frame : rep_->frames) out += ", in " + frame;
  return out;
}

}  // namespace samara
