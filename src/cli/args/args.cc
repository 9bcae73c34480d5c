#include "cli/args/args.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>
#include <utility>

namespace samara::cli {

struct Args::Impl {
  CLI::App app;
  std::string group = "Options";
  std::vector<Flag> flags;
  std::vector<std::string> arguments;

  Impl(std::string program, std::string help) : app(std::move(help), std::move(program)) {
    app.set_help_flag("-h,--help", "print this and leave");
  }
  CLI::Option* note(CLI::Option* option, const std::string& names, const std::string& help,
                    bool takes_value, bool positional) {
    Flag flag{{}, help, group, takes_value, positional};
    std::stringstream list(names);
    for (std::string name; std::getline(list, name, ',');) flag.names.push_back(name);
    flags.push_back(std::move(flag));
    if (!positional) option->group(group);
    return option;
  }
  template <class T>
  CLI::Option* valued(const std::string& names, T& value, const std::string& help,
                      bool positional) {
    CLI::Option* option = app.add_option(names, value, help);
    if (!positional) option->capture_default_str();
    return note(option, names, help, true, positional);
  }
};

Args::Args(std::string program, std::string help)
    : impl_(std::make_unique<Impl>(std::move(program), std::move(help))) {}
Args::~Args() = default;

void Args::positional(const std::string& name, std::string& value, const std::string& help,
                      bool required) {
  impl_->valued(name, value, help, true)->required(required);
}
void Args::positional(const std::string& name, std::vector<std::string>& values,
                      const std::string& help, bool required) {
  impl_->valued(name, values, help, true)->required(required);
}
void Args::option(const std::string& names, bool& value, const std::string& help) {
  impl_->note(impl_->app.add_flag(names, value, help), names, help, false, false);
}
void Args::option(const std::string& names, std::string& value, const std::string& help) {
  impl_->valued(names, value, help, false)->type_name("TEXT");
}
void Args::option(const std::string& names, std::vector<std::string>& values,
                  const std::string& help) {
  impl_->valued(names, values, help, false)->type_name("TEXT ...")->take_all()->expected(1);
}
void Args::option(const std::string& names, double& value, const std::string& help) {
  impl_->valued(names, value, help, false)->type_name("NUMBER");
}
void Args::option(const std::string& names, int64_t& value, const std::string& help, int64_t least,
                  int64_t most) {
  auto* option = impl_->valued(names, value, help, false)->type_name("INT");
  if (least == INT64_MIN && most == INT64_MAX) return;
  option->check([least, most](const std::string& text) {
    int64_t number = 0;
    if (!CLI::detail::lexical_cast(text, number)) return "'" + text + "' is not a whole number";
    if (number >= least && number <= most) return std::string();
    return text + " is not in " + std::to_string(least) + ".." + std::to_string(most);
  });
}
void Args::choice(const std::string& names, std::string& value, std::vector<std::string> words,
                  const std::string& help) {
  impl_->valued(names, value, help, false)->check(CLI::IsMember(std::move(words)))->type_name("");
}
void Args::group(const std::string& title) { impl_->group = title; }

Args::Outcome Args::parse(const std::vector<std::string>& arguments) {
  impl_->arguments = arguments;
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    impl_->app.parse(std::move(reversed));
    return {true, false, ""};
  } catch (const CLI::CallForHelp&) {
    return {false, true, impl_->app.help()};
  } catch (const CLI::Error& error) {
    return {false, false, error.what()};
  }
}

bool Args::given(const std::string& name) const {
  const CLI::Option* option = impl_->app.get_option_no_throw(name);
  return option && option->count() > 0;
}

const std::vector<std::string>& Args::given_arguments() const { return impl_->arguments; }
const std::vector<Flag>& Args::flags() const { return impl_->flags; }

}  // namespace samara::cli
