// ModelFile: the ways in, mapped weights and who may disturb them, damaged files.
#include "engine/schema/model_file_test.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <random>

#include "base/text.h"

namespace samara::schema {
namespace {

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
  if (std::getenv("SAMARA_EMULATED") && sizeof(void*) == 4)
    GTEST_SKIP() << "the emulator says where the page lies on its host, not where it lies here";
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
  EXPECT_EQ(ModelFile::open(folder_.in("none")).error().code(), Code::not_found);
  EXPECT_EQ(ModelFile::open(folder_.path()).error().code(), Code::invalid_argument);
  EXPECT_EQ(ModelFile::open(write("empty", "")).error().code(), Code::invalid_model);
  const auto text = ModelFile::open(write("text", std::string(1000, 'a')));
  EXPECT_EQ(text.error().code(), Code::invalid_model);
  EXPECT_NE(text.error().text().find("TFL3 is missing"), std::string::npos);
  EXPECT_NE(text.error().text().find(folder_.in("text")), std::string::npos);
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
