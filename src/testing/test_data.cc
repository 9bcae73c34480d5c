#include "testing/test_data.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace samara::testing {

std::optional<std::string> test_data(const std::string& relative) {
  const char* given = std::getenv("SAMARA_TEST_DATA");
  const std::string folder = given ? given : "../shared/data";
  // build/data is where scripts unpack the archives among the data.
  for (const std::string& path : {folder + "/" + relative, "build/data/" + relative}) {
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored)) return path;
  }
  std::printf("skipped: no %s in %s (set SAMARA_TEST_DATA)\n", relative.c_str(), folder.c_str());
  return std::nullopt;
}

std::vector<std::byte> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> chars{std::istreambuf_iterator<char>(file),
                                std::istreambuf_iterator<char>()};
  const auto* bytes = reinterpret_cast<const std::byte*>(chars.data());
  return {bytes, bytes + chars.size()};
}

}  // namespace samara::testing
