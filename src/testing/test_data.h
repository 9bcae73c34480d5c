// Where the shared test data lies: SAMARA_TEST_DATA, else ../shared/data beside the project.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace samara::testing {

/// The path of a file or folder of the test data; nothing (and a printed line) without the data or
/// the file. Tests run in the project's root (cmake/samara.cmake).
std::optional<std::string> test_data(const std::string& relative);

/// A file's bytes; empty if it cannot be read.
std::vector<std::byte> read_file(const std::string& path);

}  // namespace samara::testing

/// Declares `path`, or skips the test if the data is not there.
#define SAMARA_TEST_DATA_OR_SKIP(path, relative)                     \
  const auto path##_found = ::samara::testing::test_data(relative);  \
  if (!path##_found) GTEST_SKIP() << "no test data: " << (relative); \
  const std::string& path = *path##_found
