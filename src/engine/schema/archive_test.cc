// Models in archives, compressed ones too, and archives behind models.
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>

#include "base/hash.h"
#include "base/text.h"
#include "engine/schema/model_file_test.h"

namespace samara::schema {
namespace {

namespace fs = std::filesystem;

class ArchiveTest : public ModelFileTest {};

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

TEST_F(ArchiveTest, opens_a_stored_entry_in_place) {
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
  EXPECT_EQ(ModelFile::open(folder_.in("none.zip!/x")).error().code(), Code::not_found);
}

TEST_F(ArchiveTest, a_folder_may_end_in_an_exclamation_mark) {
  fs::create_directory(folder_.in("odd!"));
  expect_big(ModelFile::open(write("odd!/big.tflite", text_of(Big().bytes()))));
}

TEST_F(ArchiveTest, inflates_an_entry_through_the_hook) {
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
  how.extract_dir = folder_.in("extracted");
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
class ExtractTest : public ArchiveTest {
 protected:
  ExtractTest() {
    fs::create_directory(folder_.in("extracted"));
    how_.inflate = &inflate_;
    how_.extract_dir = folder_.in("extracted");
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

TEST_F(ArchiveTest, an_entry_that_lies_is_refused) {
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

TEST_F(ArchiveTest, reads_zip64_archives) {
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

TEST_F(ArchiveTest, zip64_archives_that_lie_are_refused) {
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

TEST_F(ArchiveTest, reads_associated_files) {
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

TEST_F(ArchiveTest, a_damaged_archive_is_refused_or_absent) {
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

}  // namespace
}  // namespace samara::schema
