// Args: the flags of one command. The argument parser's library (CLI11) is seen in args.cc alone.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace samara::cli {

/// A flag as help, completion and the tests of flag lists see it.
struct Flag {
  std::vector<std::string> names;  // "-t", "--threads"; a positional's name without dashes
  std::string help;
  std::string group;
  bool takes_value = false;
  bool positional = false;
};

class Args {
 public:
  Args(std::string program, std::string help);
  ~Args();
  Args(const Args&) = delete;
  Args& operator=(const Args&) = delete;

  void positional(const std::string& name, std::string& value, const std::string& help,
                  bool required = true);
  void positional(const std::string& name, std::vector<std::string>& values,
                  const std::string& help, bool required = true);
  /// `names` as "-t,--threads". The present value is the default. A bool is a flag: --x, --x=false.
  void option(const std::string& names, bool& value, const std::string& help);
  void option(const std::string& names, std::string& value, const std::string& help);
  void option(const std::string& names, std::vector<std::string>& values, const std::string& help);
  void option(const std::string& names, double& value, const std::string& help);
  void option(const std::string& names, int64_t& value, const std::string& help,
              int64_t least = INT64_MIN, int64_t most = INT64_MAX);
  /// One of a few words. Anything else is a usage error that lists them.
  void choice(const std::string& names, std::string& value, std::vector<std::string> words,
              const std::string& help);
  /// Flags declared from here on are listed under this heading.
  void group(const std::string& title);

  /// Reads the command line. `text` is what to print: help on stdout when `help`, else the error.
  struct Outcome {
    bool ok = false;
    bool help = false;
    std::string text;
  };
  Outcome parse(const std::vector<std::string>& arguments);
  /// Whether the flag stood on the command line.
  bool given(const std::string& name) const;
  /// The words that parse() was given.
  const std::vector<std::string>& given_arguments() const;
  const std::vector<Flag>& flags() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace samara::cli
