#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "cli/command.h"

int main(int argc, char** argv) {
  try {
    return samara::cli::run_program(std::vector<std::string>(argv, argv + argc));
  } catch (const std::exception& error) {  // memory gone, or a library's
    std::fprintf(stderr, "error: %s\n", error.what());
    return samara::cli::kFailed;
  }
}
