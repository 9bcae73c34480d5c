// ModelFile: the ways in, archives, mapped weights and who may disturb them, damaged files.
#include "samara/schema/model_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>

#include "base/file.h"
#include "base/hash.h"
#include "base/text.h"
#include "testing/model_builder.h"
#include "testing/test_data.h"

namespace samara::schema {
namespace {

namespace fs = std::filesystem;
using testing::f32;
using testing::i32;
using testing::ModelBuilder;

constexpr int kWeights = 40'000;  // floats: more than a small buffer, less than slow

std::vector<float> ramp(int n) {
  std::vector<float> out(size_t(n), 0.0f);
  for (int i = 0; i < n; ++i) out[size_t(i)] = static_cast<float>(i);
  return out;
}

/// x + w, where w is large enough to stay in a map, and a small int32 constant.
struct Big : ModelBuilder {
  int x, w, s, y;
  Big() {
    x = input(f32({kWeights}), "x");
    w = constant(f32({kWeights}, ramp(kWeights)), "w");
    s = constant(i32({3}, {7, 8, 9}), "s");
    y = tensor(f32({kWeights}), "y");
    op("ADD", {x, w}, {y}, testing::Options(fb::AddOptionsT{}));
    output(y);
    metadata("note", std::vector<uint8_t>(100'000, 42));
  }
};

void append(std::string& out, uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
}

struct Packed {
  std::string name, content;
  bool deflated = false;  // by the false codec below
  uint32_t crc_error = 0;
};

/// A false codec: "deflates" by dropping every second byte, which are all alike; enough to see that
/// the hook is called with the right bytes.
std::string squeeze(const std::string& content) {
  std::string out;
  for (size_t i = 0; i < content.size(); i += 2) out += content[i];
  return out;
}
std::string doubled(const std::string& text) {
  std::string out;
  for (const char c : text) out.append(2, c);
  return out;
}
Status unsqueeze(std::span<const std::byte> packed, std::span<std::byte> out) {
  if (packed.size() != (out.size() + 1) / 2) return Error(Code::data_loss, "wrong size");
  for (size_t i = 0; i < out.size(); ++i) out[i] = packed[i / 2];
  return ok();
}

/// The bytes of a zip whose first byte lies at `base` of the file it is appended to.
std::string zip(const std::vector<Packed>& files, uint64_t base = 0, size_t padding = 0) {
  std::string out, directory;
  for (const Packed& f : files) {
    const std::string packed = f.deflated ? squeeze(f.content) : f.content;
    std::string head;
    append(head, 20, 2), append(head, 0x800, 2), append(head, f.deflated ? 8 : 0, 2);
    append(head, 0, 4);
    append(head, crc32(std::as_bytes(std::span(f.content))) ^ f.crc_error, 4);
    append(head, packed.size(), 4), append(head, f.content.size(), 4);
    append(head, f.name.size(), 2);
    append(directory, 0x02014b50, 4), append(directory, 20, 2);
    directory += head;
    append(directory, 0, 2), append(directory, 0, 2), append(directory, 0, 2);
    append(directory, 0, 2), append(directory, 0, 4), append(directory, base + out.size(), 4);
    directory += f.name;
    append(out, 0x04034b50, 4);
    out += head;
    append(out, padding, 2);
    out += f.name + std::string(padding, '\0') + packed;
  }
  const uint64_t directory_at = base + out.size();
  out += directory;
  append(out, 0x06054b50, 4), append(out, 0, 4);
  append(out, files.size(), 2), append(out, files.size(), 2);
  append(out, directory.size(), 4), append(out, directory_at, 4), append(out, 0, 2);
  return out;
}

std::string text_of(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

class ModelFileTest : public ::testing::Test {
 protected:
  ModelFileTest() {
    std::string pattern = (fs::temp_directory_path() / "samara_model_XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~ModelFileTest() override { fs::remove_all(folder_); }
  std::string write(const std::string& name, const std::string& content) const {
    const std::string path = folder_ + "/" + name;
    EXPECT_TRUE(write_file(path, content).ok());
    return path;
  }
  std::string folder_;
};

void expect_big(const Result<std::shared_ptr<const ModelFile>>& opened) {
  ASSERT_TRUE(opened.ok()) << opened.error().text();
  const auto& tensors = (*opened)->subgraphs()[0].tensors;
  ASSERT_EQ(tensors[1].data.size(), size_t{4} * kWeights);
  const auto* w = reinterpret_cast<const float*>(tensors[1].data.data());
  for (int i = 0; i < kWeights; ++i) ASSERT_EQ(w[i], static_cast<float>(i)) << i;
  EXPECT_EQ(reinterpret_cast<const int32_t*>(tensors[2].data.data())[2], 9);
  ASSERT_EQ((*opened)->metadata().size(), 1u);
  EXPECT_EQ((*opened)->metadata()[0].data[99'999], std::byte{42});
  EXPECT_TRUE((*opened)->weights_intact());
}

OpenOptions mapped() {
  OpenOptions how;
  how.map_weights = true;
  return how;
}

TEST_F(ModelFileTest, opens_by_path_bytes_and_descriptor) {
  const std::string model = text_of(Big().bytes());
  const std::string path = write("big.tflite", model);
  expect_big(ModelFile::open(path));
  expect_big(ModelFile::open(path, mapped()));
  EXPECT_EQ((*ModelFile::open(path))->path(), path);
  EXPECT_EQ((*ModelFile::open(path))->file_bytes(), model.size());
  expect_big(ModelFile::from_bytes(bytes_of(model), true));
  expect_big(ModelFile::from_bytes(bytes_of(model), false));
  for (const size_t offset : {0, 1, 3, 16, 4096, 5001}) {  // weights at odd addresses too
    const std::string inside =
        write("inside", std::string(offset, 'x') + model + std::string(100, 'y'));
    const int fd = ::open(inside.c_str(), O_RDONLY | O_CLOEXEC);
    expect_big(ModelFile::from_fd(fd, offset, model.size()));
    expect_big(ModelFile::from_fd(fd, offset, model.size(), mapped()));
    EXPECT_FALSE(ModelFile::from_fd(fd, offset, model.size() + 101).ok());
    EXPECT_FALSE(ModelFile::from_fd(fd, ~uint64_t{0}, 8).ok());
    EXPECT_EQ(::fcntl(fd, F_GETFD), FD_CLOEXEC) << "the descriptor stays the caller's";
    ::close(fd);
  }
  EXPECT_FALSE(ModelFile::from_fd(-1, 0, 8).ok());
  std::string shifted = "x" + model;
  expect_big(ModelFile::from_bytes(bytes_of(shifted).subspan(1), false));
}

TEST_F(ModelFileTest, mapped_weights_stay_in_the_file) {
  const std::string path = write("big.tflite", text_of(Big().bytes()));
  const auto opened = ModelFile::open(path, mapped());
  ASSERT_TRUE(opened.ok());
  const auto& w = (*opened)->subgraphs()[0].tensors[1];
  const auto first = [&] { return reinterpret_cast<const volatile float*>(w.data.data())[0]; };
  EXPECT_EQ(first(), 0.0f);
  // Somebody writes to the file in place: the weight shows it, so it is no copy.
  std::string content = read_file(path).value();
  const float marker = 123.0f;
  const std::string needle(reinterpret_cast<const char*>(ramp(4).data()), 16);
  const size_t at = content.find(needle);
  ASSERT_NE(at, std::string::npos);
  const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  ASSERT_EQ(::pwrite(fd, &marker, 4, static_cast<off_t>(at)), 4);
  ::close(fd);
  EXPECT_EQ(first(), 123.0f);
}

TEST_F(ModelFileTest, truncation_under_mapped_weights_is_noticed) {
  const std::string path = write("big.tflite", text_of(Big().bytes()));
  const auto opened = ModelFile::open(path, mapped());
  ASSERT_TRUE(opened.ok());
  ASSERT_EQ(truncate(path.c_str(), 100), 0);
  float sum = 0;
  const auto& w = (*opened)->subgraphs()[0].tensors[1];
  for (int i = 0; i < kWeights; ++i) sum += reinterpret_cast<const float*>(w.data.data())[i];
  EXPECT_GE(sum, 0.0f);
  EXPECT_FALSE((*opened)->weights_intact());
  EXPECT_EQ((*opened)->subgraphs()[0].tensors[1].name, "w") << "structure is our own";
  EXPECT_EQ(reinterpret_cast<const int32_t*>((*opened)->subgraphs()[0].tensors[2].data.data())[0],
            7);
}

TEST_F(ModelFileTest, structure_of_borrowed_bytes_cannot_be_changed_afterwards) {
  std::string model = text_of(Big().bytes());
  const auto opened = ModelFile::from_bytes(bytes_of(model), false);
  ASSERT_TRUE(opened.ok());
  std::ranges::fill(model, '\xff');
  const auto& g = (*opened)->subgraphs()[0];
  EXPECT_EQ(g.tensors[1].name, "w");
  EXPECT_EQ(g.tensors[1].shape, (std::vector<int32_t>{kWeights}));
  EXPECT_EQ(reinterpret_cast<const int32_t*>(g.tensors[2].data.data())[0], 7);
  EXPECT_EQ((*opened)->metadata()[0].data[50'000], std::byte{42});
  EXPECT_NE(reinterpret_cast<const float*>(g.tensors[1].data.data())[1], 1.0f) << "weights borrow";
}

/// Another process writes wild bytes into the file while it is opened again and again.
TEST_F(ModelFileTest, a_writer_in_the_same_file_never_crashes_the_reader) {
  const std::string model = text_of(Big().bytes());
  const std::string path = write("big.tflite", model);
  const int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  auto* bytes =
      static_cast<char*>(::mmap(nullptr, model.size(), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
  ASSERT_NE(bytes, MAP_FAILED);
  const pid_t writer = fork();
  if (writer == 0) {
    uint32_t state = 1;
    for (;;) {
      state = state * 1664525 + 1013904223;
      // Every other time in the structure, which stands at both ends of the file.
      const size_t at = (state >> 8) % ((state & 1) ? model.size() : 2000);
      const char before = bytes[at];
      bytes[at] = static_cast<char>(state);
      usleep(20);
      bytes[at] = before;
    }
  }
  int good = 0, refused = 0;
  uint64_t sum = 0;
  for (int i = 0; i < 400; ++i) {
    const auto opened = ModelFile::open(path, mapped());
    ++(opened.ok() ? good : refused);
    if (!opened.ok()) continue;
    for (const Tensor& t : (*opened)->subgraphs()[0].tensors)
      for (const std::byte b : t.data) sum += std::to_integer<uint64_t>(b);
  }
  kill(writer, SIGKILL);
  waitpid(writer, nullptr, 0);
  ::munmap(bytes, model.size());
  ::close(fd);
  EXPECT_GT(good, 0);
  EXPECT_GT(sum, 0u);
  std::printf("with a writer: %d opened, %d refused\n", good, refused);
}

TEST_F(ModelFileTest, files_that_are_not_there_or_no_models) {
  EXPECT_EQ(ModelFile::open(folder_ + "/none").error().code(), Code::not_found);
  EXPECT_EQ(ModelFile::open(folder_).error().code(), Code::invalid_argument);
  EXPECT_EQ(ModelFile::open(write("empty", "")).error().code(), Code::invalid_model);
  const auto text = ModelFile::open(write("text", std::string(1000, 'a')));
  EXPECT_EQ(text.error().code(), Code::invalid_model);
  EXPECT_NE(text.error().text().find("TFL3 is missing"), std::string::npos);
  EXPECT_NE(text.error().text().find(folder_ + "/text"), std::string::npos);
  EXPECT_FALSE(ModelFile::from_bytes({}, true).ok());
  const std::string locked = write("locked", text_of(Big().bytes()));
  chmod(locked.c_str(), 0);
  if (access(locked.c_str(), R_OK) != 0) {
    EXPECT_EQ(ModelFile::open(locked).error().code(), Code::permission_denied);
  }
}

TEST_F(ModelFileTest, a_failing_disk_is_an_error) {
  const std::string path = write("big.tflite", text_of(Big().bytes()));
  static const FileSystem real = file_system();
  static int countdown = 0;
  FileSystem failing = real;
  failing.pread = [](int, void*, size_t, off_t) -> ssize_t { return errno = EIO, -1; };
  failing.mmap = [](void* at, size_t n, int p, int f, int fd, off_t o) -> void* {
    return countdown-- == 0 ? (errno = ENOMEM, MAP_FAILED) : real.mmap(at, n, p, f, fd, o);
  };
  const ScopedFileSystem faults(failing);
  countdown = -1;
  EXPECT_EQ(ModelFile::open(path).error().code(), Code::io);
  for (int n = 0; n < 2; ++n) {
    countdown = n;
    EXPECT_EQ(ModelFile::open(path, mapped()).error().code(), Code::resource_exhausted) << n;
  }
}

// Archives.

TEST_F(ModelFileTest, opens_a_stored_entry_in_place) {
  const std::string model = text_of(Big().bytes());
  for (const size_t padding : {0, 1, 2, 13, 4000}) {
    const std::string path =
        write("app.apk", zip({{"res/icon", "png"}, {"assets/big.tflite", model}}, 0, padding));
    expect_big(ModelFile::open(path + "!/assets/big.tflite"));
    expect_big(ModelFile::open(path + "!/assets/big.tflite", mapped()));
    const auto missing = ModelFile::open(path + "!/assets/other");
    ASSERT_FALSE(missing.ok());
    EXPECT_EQ(missing.error().code(), Code::not_found);
    EXPECT_NE(missing.error().text().find("has no file assets/other"), std::string::npos);
  }
  EXPECT_EQ(ModelFile::open(write("no.zip", "text") + "!/x").error().code(), Code::not_found);
  EXPECT_EQ(ModelFile::open(folder_ + "/none.zip!/x").error().code(), Code::not_found);
}

TEST_F(ModelFileTest, a_folder_may_end_in_an_exclamation_mark) {
  fs::create_directory(folder_ + "/odd!");
  expect_big(ModelFile::open(write("odd!/big.tflite", text_of(Big().bytes()))));
}

TEST_F(ModelFileTest, inflates_an_entry_through_the_hook) {
  ModelBuilder small;
  small.output(small.input(f32({1}), "x"));
  // Only doubled bytes survive the false codec, so the "model" is doubled and refused as one; that
  // it arrived whole shows in the extracted file.
  const std::string content = doubled(text_of(small.bytes()));
  const std::string path = write("a.zip", zip({{"m.tflite", content, true}}));
  EXPECT_EQ(ModelFile::open(path + "!/m.tflite").error().code(), Code::unsupported);
  int calls = 0;
  auto hook = [&](std::span<const std::byte> packed, std::span<std::byte> out) {
    ++calls;
    return unsqueeze(packed, out);
  };
  FunctionRef<Status(std::span<const std::byte>, std::span<std::byte>)> inflate(hook);
  OpenOptions how;
  how.inflate = &inflate;
  EXPECT_EQ(ModelFile::open(path + "!/m.tflite", how).error().code(), Code::invalid_model);
  EXPECT_EQ(calls, 1);
  how.extract_dir = folder_ + "/extracted";
  EXPECT_EQ(ModelFile::open(path + "!/m.tflite", how).error().code(), Code::not_found);
  fs::create_directory(how.extract_dir);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(ModelFile::open(path + "!/m.tflite", how).error().code(), Code::invalid_model);
  EXPECT_EQ(calls, 2) << "once in memory, once into the folder";
  const auto extracted = fs::directory_iterator(how.extract_dir);
  ASSERT_EQ(std::distance(extracted, {}), 1);
  const std::string held =
      read_file(fs::directory_iterator(how.extract_dir)->path().string()).value();
  EXPECT_EQ(held.substr(0, content.size()), content);
  EXPECT_EQ(hex(bytes_of(held.substr(content.size()))), sha256_hex(bytes_of(content)));
  how.limits.file_bytes = content.size() - 1;
  EXPECT_EQ(ModelFile::open(path + "!/m.tflite", how).error().code(), Code::resource_exhausted);
}

/// An archive with one deflated entry, a folder to extract it to, and how often it was inflated.
class ExtractTest : public ModelFileTest {
 protected:
  ExtractTest() {
    fs::create_directory(folder_ + "/extracted");
    how_.inflate = &inflate_;
    how_.extract_dir = folder_ + "/extracted";
  }
  /// What the archive's entry was refused as; it is no model.
  Code open() const { return ModelFile::open(path_ + "!/m", how_).error().code(); }
  std::string extracted() const {
    std::string found;
    for (const auto& entry : fs::directory_iterator(how_.extract_dir))
      if (entry.path().extension() == ".model") found = entry.path().string();
    return found;
  }

  const std::string content_ = doubled(std::string(500, 'a') + "b");
  const std::string path_ = write("a.zip", zip({{"m", content_, true}}));
  int calls_ = 0;
  const std::function<Status(std::span<const std::byte>, std::span<std::byte>)> hook_ =
      [this](std::span<const std::byte> packed, std::span<std::byte> out) {
        ++calls_;
        return unsqueeze(packed, out);
      };
  FunctionRef<Status(std::span<const std::byte>, std::span<std::byte>)> inflate_{hook_};
  OpenOptions how_;
};

TEST_F(ExtractTest, a_damaged_file_in_the_folder_is_made_anew) {
  EXPECT_EQ(open(), Code::invalid_model);
  const std::string whole = read_file(extracted()).value();
  ASSERT_EQ(whole.size(), content_.size() + 32);
  int inflated = 1;
  EXPECT_EQ(calls_, inflated);
  std::vector<std::string> damaged = {"", whole + "x", whole.substr(0, content_.size()),
                                      whole.substr(0, whole.size() - 1)};
  for (const size_t at : {size_t{0}, content_.size() - 1, content_.size(), whole.size() - 1}) {
    damaged.push_back(whole);
    damaged.back()[at] ^= 1;
  }
  // Of its own hash right, but not what the archive holds.
  std::string other = std::string(content_.size(), 'z');
  Sha256 hash;
  hash.add(bytes_of(other));
  for (const std::byte b : hash.finish()) other += char(b);
  damaged.push_back(other);
  for (const std::string& bytes : damaged) {
    ASSERT_TRUE(write_file(extracted(), bytes).ok());
    EXPECT_EQ(open(), Code::invalid_model);
    EXPECT_EQ(calls_, ++inflated);
    EXPECT_EQ(read_file(extracted()).value(), whole);
    EXPECT_EQ(open(), Code::invalid_model);
    EXPECT_EQ(calls_, inflated) << "whole again, it is used as it is";
  }
}

TEST_F(ExtractTest, the_folder_has_a_limit) {
  const uint64_t needed = content_.size() + 32;
  write("extracted/other", std::string(100, 'x'));
  how_.extract_limit = needed + 99;
  const auto refused = ModelFile::open(path_ + "!/m", how_);
  EXPECT_EQ(refused.error().code(), Code::resource_exhausted);
  EXPECT_NE(refused.error().text().find(cat("into ", how_.extract_dir,
                                            ", which holds 100, would "
                                            "go beyond its limit of ",
                                            needed + 99)),
            std::string::npos)
      << refused.error().text();
  EXPECT_EQ(extracted(), "");
  EXPECT_EQ(calls_, 0);
  how_.extract_limit = needed + 100;
  EXPECT_EQ(open(), Code::invalid_model);
  ASSERT_TRUE(write_file(extracted(), "damaged").ok());
  EXPECT_EQ(open(), Code::invalid_model) << "what it replaces does not count";
  EXPECT_EQ(calls_, 2);
}

TEST_F(ExtractTest, nothing_is_left_of_what_could_not_be_written_or_inflated) {
  how_.limits.file_bytes = 1 << 20;
  FileSystem full = file_system();
  full.write = [](int, const void*, size_t) -> ssize_t {
    errno = ENOSPC;
    return -1;
  };
  {
    const ScopedFileSystem scope(full);
    EXPECT_EQ(open(), Code::resource_exhausted);
  }
  EXPECT_TRUE(fs::is_empty(how_.extract_dir));
  write("a.zip", zip({{"m", content_, true, 1}}));
  EXPECT_EQ(open(), Code::data_loss);
  EXPECT_TRUE(fs::is_empty(how_.extract_dir));
}

TEST_F(ModelFileTest, an_entry_that_lies_is_refused) {
  const std::string content = doubled(std::string(1000, 'm'));
  auto hook = [](auto packed, auto out) { return unsqueeze(packed, out); };
  FunctionRef<Status(std::span<const std::byte>, std::span<std::byte>)> inflate(hook);
  OpenOptions how;
  how.inflate = &inflate;
  const auto code = [&](const std::string& bytes) {
    return ModelFile::open(write("a.zip", bytes) + "!/m", how).error().code();
  };
  EXPECT_EQ(code(zip({{"m", content, true}})), Code::invalid_model) << "whole, but no model";
  EXPECT_EQ(code(zip({{"m", content, true, 1}})), Code::data_loss) << "checksum";
  std::string bomb = zip({{"m", content, true}});
  const size_t entry = bomb.find("PK\1\2");
  bomb.replace(entry + 24, 4, "\xf0\xff\xff\x7f");
  EXPECT_EQ(code(bomb), Code::data_loss) << "2 GiB out of 1000 bytes";
}

/// The archive that zip() makes, in the form for what does not fit 32 bits: every number that may
/// stand in a zip64 record stands there.
std::string zip64(const std::vector<Packed>& files, uint64_t base = 0) {
  std::string out, directory;
  for (const Packed& f : files) {
    std::string extra;  // header 1: size, packed size, place of the local header
    append(extra, 1, 2), append(extra, 24, 2);
    append(extra, f.content.size(), 8), append(extra, f.content.size(), 8);
    append(extra, base + out.size(), 8);
    std::string head;
    append(head, 45, 2), append(head, 0x800, 2), append(head, 0, 2), append(head, 0, 4);
    append(head, crc32(std::as_bytes(std::span(f.content))), 4);
    append(head, 0xffffffff, 4), append(head, 0xffffffff, 4), append(head, f.name.size(), 2);
    append(directory, 0x02014b50, 4), append(directory, 45, 2);
    directory += head;
    append(directory, extra.size(), 2), append(directory, 0, 6), append(directory, 0, 4);
    append(directory, 0xffffffff, 4);
    directory += f.name + extra;
    append(out, 0x04034b50, 4);
    out += head;
    append(out, 20, 2);
    append(extra = "", 1, 2), append(extra, 16, 2);
    append(extra, f.content.size(), 8), append(extra, f.content.size(), 8);
    out += f.name + extra + f.content;
  }
  const uint64_t directory_at = base + out.size();
  out += directory;
  const uint64_t end_at = base + out.size();
  append(out, 0x06064b50, 4), append(out, 44, 8), append(out, 45, 2), append(out, 45, 2);
  append(out, 0, 4), append(out, 0, 4), append(out, files.size(), 8), append(out, files.size(), 8);
  append(out, directory.size(), 8), append(out, directory_at, 8);
  append(out, 0x07064b50, 4), append(out, 0, 4), append(out, end_at, 8), append(out, 1, 4);
  append(out, 0x06054b50, 4), append(out, 0, 4), append(out, 0xffff, 2), append(out, 0xffff, 2);
  append(out, 0xffffffff, 4), append(out, 0xffffffff, 4), append(out, 0, 2);
  return out;
}

TEST_F(ModelFileTest, reads_zip64_archives) {
  const std::string model = text_of(Big().bytes());
  const std::string path = write("a.zip", zip64({{"icon", "png"}, {"big.tflite", model}}));
  expect_big(ModelFile::open(path + "!/big.tflite"));
  expect_big(ModelFile::open(path + "!/big.tflite", mapped()));
  EXPECT_EQ(ModelFile::open(path + "!/none").error().code(), Code::not_found);
  const auto with = ModelFile::open(
      write("m.tflite", model + zip64({{"labels.txt", "cat\ndog\n"}}, model.size())));
  expect_big(with);
  EXPECT_EQ((*with)->associated_file("labels.txt").value(), "cat\ndog\n");
}

TEST_F(ModelFileTest, zip64_archives_that_lie_are_refused) {
  ModelBuilder small;
  small.output(small.input(f32({1}), "x"));
  const std::string model = text_of(small.bytes());
  const std::string good = zip64({{"m", model}});
  ASSERT_TRUE(ModelFile::open(write("a.zip", good) + "!/m").ok());
  const auto with = [&](const char* record, size_t at, uint64_t value, int bytes) {
    std::string lie = good, number;
    append(number, value, bytes);
    lie.replace(lie.rfind(record) + at, number.size(), number);
    const auto opened = ModelFile::open(write("a.zip", lie) + "!/m");
    return opened.ok() ? "opened" : opened.error().text();
  };
  const char *end64 = "PK\6\6", *entry = "PK\1\2";
  const size_t extra = 46 + 1 + 4;  // after the name and the field's head
  EXPECT_NE(with(end64, 0, 0, 4).find("zip64 record is missing"), std::string::npos);
  EXPECT_NE(with(end64, 32, UINT64_MAX, 8).find("entries"), std::string::npos);
  EXPECT_NE(with(end64, 32, 2, 8).find("directory entry is missing"), std::string::npos);
  EXPECT_NE(with(end64, 40, UINT64_MAX, 8).find("bytes of directory"), std::string::npos);
  EXPECT_NE(with(end64, 48, UINT64_MAX, 8).find("directory lies outside"), std::string::npos);
  EXPECT_NE(with(entry, extra, UINT64_MAX, 8).find("two sizes differ"), std::string::npos);
  EXPECT_NE(with(entry, extra + 8, UINT64_MAX, 8).find("content lies outside"), std::string::npos);
  EXPECT_NE(with(entry, extra + 16, UINT64_MAX, 8).find("local header lies"), std::string::npos);
  EXPECT_NE(with(entry, extra - 2, 8, 2).find("zip64 field is cut off"), std::string::npos);
  EXPECT_NE(with(entry, extra - 2, 25, 2).find("extra field is cut off"), std::string::npos);
  EXPECT_NE(with(entry, extra - 4, 2, 2).find("outside"), std::string::npos);
}

// Associated files.

TEST_F(ModelFileTest, reads_associated_files) {
  const std::string model = text_of(Big().bytes());
  const std::vector<Packed> files = {{"labels.txt", "cat\ndog\n"},
                                     {"vocab.txt", doubled("abc"), true},
                                     {"folder/", ""},
                                     {"bad.txt", "x", false, 5}};
  auto hook = [](auto packed, auto out) { return unsqueeze(packed, out); };
  FunctionRef<Status(std::span<const std::byte>, std::span<std::byte>)> inflate(hook);
  // Offsets from the file's start, as Python's zipfile writes them when it appends, or from the
  // archive's own.
  for (const uint64_t base : {uint64_t{model.size()}, uint64_t{0}}) {
    for (const bool map : {false, true}) {
      OpenOptions how;
      how.map_weights = map;
      const std::string path = write("m.tflite", model + zip(files, base));
      const auto without = ModelFile::open(path, how);
      expect_big(without);
      ASSERT_EQ((*without)->associated_files().size(), 3u);
      EXPECT_EQ((*without)->associated_files()[0].name, "labels.txt");
      EXPECT_EQ((*without)->associated_files()[1].size, 6u);
      EXPECT_FALSE((*without)->associated_files()[1].stored);
      EXPECT_EQ((*without)->associated_file("labels.txt").value(), "cat\ndog\n");
      EXPECT_EQ((*without)->associated_file("vocab.txt").error().code(), Code::unsupported);
      EXPECT_EQ((*without)->associated_file("bad.txt").error().code(), Code::data_loss);
      EXPECT_EQ((*without)->associated_file("none").error().code(), Code::not_found);
      how.inflate = &inflate;
      const auto with = ModelFile::open(path, how);
      ASSERT_TRUE(with.ok());
      EXPECT_EQ((*with)->associated_file("vocab.txt").value(), "aabbcc");
    }
  }
}

TEST_F(ModelFileTest, a_damaged_archive_is_refused_or_absent) {
  ModelBuilder small;
  small.output(small.input(f32({1}), "x"));
  const std::string model = text_of(small.bytes());
  const std::string good = zip({{"labels.txt", "cat\ndog\n"}, {"b", "b"}}, model.size());
  int refused = 0, absent = 0, whole = 0;
  for (size_t i = 0; i < good.size(); ++i) {
    for (const int change : {1, 0x80, 0xff}) {
      std::string archive = good;
      archive[i] = static_cast<char>(archive[i] ^ change);
      const std::string all = model + archive;
      const auto opened = ModelFile::from_bytes(bytes_of(all), true);
      if (!opened.ok()) {
        EXPECT_TRUE(opened.error().code() == Code::data_loss ||
                    opened.error().code() == Code::resource_exhausted)
            << opened.error().text();
        ++refused;
        continue;
      }
      ++((*opened)->associated_files().empty() ? absent : whole);
      for (const AssociatedFile& f : (*opened)->associated_files())
        (void)(*opened)->associated_file(f.name).ok();
    }
  }
  EXPECT_GT(refused, 0);
  EXPECT_GT(absent, 0);
  EXPECT_GT(whole, 0);
}

// Files beyond 2 GiB and beside the model.

/// The model with w's bytes at `offset` of the file, outside the flatbuffer.
std::vector<std::byte> offset_model(uint64_t offset) {
  Big m;
  auto& buffer = *m.model().buffers[m.at(m.w).buffer];
  buffer.data.clear();
  buffer.offset = offset;
  buffer.size = uint64_t{4} * kWeights;
  return m.bytes();
}

TEST_F(ModelFileTest, buffers_may_lie_outside_the_flatbuffer) {
  const auto weights = ramp(kWeights);
  const std::string tail(reinterpret_cast<const char*>(weights.data()), size_t{4} * kWeights);
  for (const uint64_t offset : {uint64_t{200'000}, uint64_t{200'001}}) {
    std::string model = text_of(offset_model(offset));
    model.resize(static_cast<size_t>(offset));
    const std::string path = write("m.tflite", model + tail);
    expect_big(ModelFile::open(path));
    expect_big(ModelFile::open(path, mapped()));
    const auto cut = ModelFile::open(write("cut", model + tail.substr(1)));
    ASSERT_FALSE(cut.ok());
    EXPECT_NE(cut.error().text().find("outside the file"), std::string::npos);
  }
}

TEST_F(ModelFileTest, files_beyond_2_gib_are_mapped) {
  if (sizeof(size_t) < 8) GTEST_SKIP() << "a 32-bit address space";
  constexpr uint64_t kOffset = (uint64_t{9} << 28) + 64;  // 2.25 GiB
  Big m;
  const int filler = m.constant(testing::i8({2, 4}), "filler");
  m.at(filler).shape = {9, (1 << 28) - (1 << 16)};
  auto& before = *m.model().buffers[m.at(filler).buffer];
  before.data.clear();
  before.offset = 9 << 16;
  before.size = uint64_t{9} * ((1 << 28) - (1 << 16));
  auto& last = *m.model().buffers[m.at(m.w).buffer];
  last.data.clear();
  last.offset = kOffset;
  last.size = uint64_t{4} * kWeights;
  const std::string path = write("huge.tflite", text_of(m.bytes()));
  const auto weights = ramp(kWeights);
  const int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC);  // all between is a hole: no disk space
  const ssize_t written =
      ::pwrite(fd, weights.data(), weights.size() * 4, static_cast<off_t>(kOffset));
  ::close(fd);
  if (written != static_cast<ssize_t>(weights.size() * 4)) GTEST_SKIP() << "no sparse files here";
  expect_big(ModelFile::open(path, mapped()));
}

TEST_F(ModelFileTest, weights_may_lie_in_files_beside_the_model) {
  Big m;
  auto& tensor = m.at(m.w);
  tensor.buffer = 0;
  tensor.external_buffer = 3;
  auto group = std::make_unique<fb::ExternalBufferGroupT>();
  group->name = "weights.bin";
  m.model().external_buffer_groups.push_back(std::move(group));
  auto external = std::make_unique<fb::ExternalBufferT>();
  external->id = 3;
  external->offset = 16;
  external->length = uint64_t{4} * kWeights;
  m.model().external_buffers.push_back(std::move(external));
  const auto weights = ramp(kWeights);
  const std::string content =
      std::string(16, 'h') +
      std::string(reinterpret_cast<const char*>(weights.data()), size_t{4} * kWeights);
  const std::string path = write("m.tflite", text_of(m.bytes()));
  const auto missing = ModelFile::open(path);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code(), Code::not_found);
  EXPECT_NE(missing.error().text().find("external file weights.bin"), std::string::npos);
  write("weights.bin", content);
  expect_big(ModelFile::open(path));
  expect_big(ModelFile::open(path, mapped()));
  EXPECT_EQ(ModelFile::from_bytes(m.bytes(), true).error().code(), Code::unsupported);

  const auto says = [&](const char* what) {
    const auto opened = ModelFile::open(write("m.tflite", text_of(m.bytes())));
    ASSERT_FALSE(opened.ok()) << what;
    EXPECT_NE(opened.error().text().find(what), std::string::npos) << opened.error().text();
  };
  auto& to = *m.model().external_buffers[0];
  to.length += 4;
  says("outside the external file");
  to.length -= 4;
  to.offset = ~uint64_t{0} - 7;
  says("outside the external file");
  to.offset = 16;
  to.group = 1;
  says("group 1 of 1");
  to.group = 0;
  to.packing = "zstd";
  says("packed as 'zstd'");
  to.packing.clear();
  for (const char* name : {"../weights.bin", "/etc/passwd", "", ".", "..", "a/b", "a\\b", "c:x"}) {
    m.model().external_buffer_groups[0]->name = name;
    says("not a plain name");
  }
}

// Damage.

TEST_F(ModelFileTest, every_truncation_is_refused) {
  ModelBuilder small;
  const int x = small.input(f32({2}), "x"), y = small.tensor(f32({2}), "y");
  small.op("ADD", {x, small.constant(f32({2}, {1, 2}))}, {y}, testing::Options(fb::AddOptionsT{}));
  small.output(y);
  const auto model = small.bytes();
  for (size_t n = 0; n < model.size(); ++n) {
    // In a block of its own, so that a sanitizer sees a read beyond the end.
    const std::vector<std::byte> cut(model.begin(), model.begin() + static_cast<ptrdiff_t>(n));
    (void)ModelFile::from_bytes(cut, true).ok();
    (void)ModelFile::from_bytes(cut, false).ok();
    EXPECT_FALSE(ModelFile::from_bytes(std::span(cut).first(n / 2), false).ok());
  }
}

TEST_F(ModelFileTest, every_byte_may_be_wrong) {
  ModelBuilder small;
  const int x = small.input(f32({2}), "x"), y = small.tensor(f32({2}), "y");
  small.op("ADD", {x, small.constant(f32({2}, {1, 2}))}, {y}, testing::Options(fb::AddOptionsT{}));
  small.output(y);
  const auto model = small.bytes();
  for (size_t i = 0; i < model.size(); ++i) {
    for (const int value : {0, 1, 4, 0x7f, 0x80, 0xff}) {
      auto changed = model;
      changed[i] = static_cast<std::byte>(value);
      (void)ModelFile::from_bytes(changed, false).ok();
    }
  }
}

}  // namespace
}  // namespace samara::schema
