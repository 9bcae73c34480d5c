// Manifests: what is read of good ones, why bad ones are refused, and that ours read back.
#include "hub/oci/manifest.h"

#include <gtest/gtest.h>

#include "base/hash.h"
#include "base/text.h"

namespace samara::hub::oci {
namespace {

const std::string kHash(64, 'a');
const std::string kConfig =
    cat(R"("config":{"mediaType":"application/x","digest":"sha256:)", kHash, R"(","size":2})");
std::string layer(std::string_view type, std::string_view title = "") {
  return cat(R"({"mediaType":")", type, R"(","digest":"sha256:)", kHash,
             R"(","size":7,"annotations":{"org.opencontainers.image.title":")", title, R"("}})");
}
std::string manifest(std::string_view layers, std::string_view more = "") {
  return cat(R"({"schemaVersion":2,)", kConfig, R"(,"layers":[)", layers, "]", more, "}");
}

TEST(Manifest, ours_reads_back) {
  wire::Manifest version;
  version.model = "digits";
  version.version = "1.2.0";
  version.sha256 = kHash;
  version.size = 5;
  version.notes = "better";
  const std::string made = make_manifest(version);
  EXPECT_EQ(made, make_manifest(version));
  const auto read = read_manifest(made);
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(read->artifact_type, kModelType);
  EXPECT_EQ(read->annotation("org.opencontainers.image.version"), "1.2.0");
  EXPECT_EQ(read->annotation("org.opencontainers.image.description"), "better");
  EXPECT_EQ(read->config.sha256, kEmptyHash);
  EXPECT_EQ(kEmptyHash, sha256_hex(std::as_bytes(std::span("{}", 2))));
  const auto model = read->model();
  ASSERT_TRUE(model.ok());
  EXPECT_EQ(model->sha256, kHash);
  EXPECT_EQ(model->size, 5u);
  EXPECT_EQ(model->title, "digits.tflite");
}

TEST(Manifest, a_model_is_one_layer_by_type_or_title) {
  const auto model_of = [](const std::string& layers) {
    return read_manifest(manifest(layers))->model();
  };
  EXPECT_TRUE(model_of(layer("application/vnd.tflite")).ok());
  EXPECT_TRUE(model_of(layer("application/octet-stream", "a.tflite")).ok());
  EXPECT_TRUE(model_of(layer("text/plain", "labels.txt") + "," + layer("x/y", "a.tflite")).ok());
  for (const std::string& layers :
       {std::string(), layer("application/octet-stream", "a.bin"),
        layer("application/vnd.tflite") + "," + layer("x/y", "a.tflite")}) {
    const auto refused = model_of(layers);
    ASSERT_FALSE(refused.ok()) << layers;
    EXPECT_NE(refused.error().message().find("layers that are models"), std::string::npos);
  }
}

TEST(Manifest, types_and_subjects) {
  EXPECT_EQ(read_manifest(manifest(""))->artifact_type, "application/x");
  EXPECT_EQ(read_manifest(manifest("", R"(,"artifactType":"a/b")"))->artifact_type, "a/b");
  EXPECT_EQ(read_manifest(manifest(""))->subject, "");
  const auto attached = read_manifest(manifest("", R"(,"subject":)" + layer("a/b")));
  ASSERT_TRUE(attached.ok()) << attached.error().text();
  EXPECT_EQ(attached->subject, "sha256:" + kHash);
}

TEST(Manifest, what_is_none_is_refused_with_the_place) {
  const std::string index =
      R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]})";
  std::string many = layer("a/b");
  for (int i = 0; i < 100; ++i) many += "," + layer("a/b");
  const std::pair<std::string, const char*> bad[] = {
      {"", "JSON"},
      {"[]", "no JSON object"},
      {"{}", "schemaVersion"},
      {R"({"schemaVersion":1})", "schemaVersion"},
      {index, "lists of manifests"},
      {R"({"schemaVersion":2,"layers":[]})", "config"},
      {cat(R"({"schemaVersion":2,)", kConfig, "}"), "'layers'"},
      {manifest("1"), "layer 0 is no descriptor"},
      {manifest("{}"), "layer 0 has no 'mediaType'"},
      {manifest(layer("a/b") + R"(,{"mediaType":"a/b","digest":"sha256:../../x","size":1})"),
       "layer 1 has no 'digest'"},
      {manifest(R"({"mediaType":"a/b","digest":"sha512:00","size":1})"), "'digest'"},
      {manifest(cat(R"({"mediaType":"a/b","digest":"sha256:)", kHash, R"(","size":-1})")),
       "'size'"},
      {manifest(many), "at most 100"},
      {manifest("", R"(,"subject":{})"), "subject"},
      {manifest("", R"(,"annotations":{"a":1})"), "annotations"},
      {manifest("", R"(,"artifactType":7)"), "'artifactType'"},
      {manifest("", R"(,"layers":[])"), "layers"},  // twice
      {std::string(kMostManifest + 1, ' '), "bytes"},
      {std::string(100'000, '['), ""},
  };
  for (const auto& [text, why] : bad) {
    const auto read = read_manifest(text);
    ASSERT_FALSE(read.ok()) << text.substr(0, 200);
    EXPECT_NE(read.error().text().find(why), std::string::npos) << text.substr(0, 200) << "\n"
                                                                << read.error().text();
  }
}

TEST(Manifest, digests_and_tags) {
  EXPECT_EQ(hash_of("sha256:" + kHash), kHash);
  for (const std::string& bad :
       {std::string(), kHash, "sha512:" + kHash + kHash, "sha256:../" + kHash,
        "sha256:" + kHash.substr(1) + "A", "sha256:" + kHash + "0"})
    EXPECT_FALSE(hash_of(bad)) << bad;
  for (const char* good : {"a", "1.0.0", "latest", "_x", "a.b-c"})
    EXPECT_TRUE(is_tag(good)) << good;
  for (const std::string& bad :
       {std::string(), std::string("."), std::string("-a"), std::string("a/b"), std::string("a:b"),
        std::string("a+b"), std::string(129, 'a'), std::string("a\n")})
    EXPECT_FALSE(is_tag(bad)) << bad;
}

TEST(Manifest, an_index_describes_what_is_attached) {
  Artifact one;
  one.content = manifest("", R"(,"annotations":{"a":"b"})");
  one.digest = digest_of(one.content);
  one.media_type = kManifestType;
  one.artifact_type = "x/signature";
  const json::Json index = make_index({one});
  const json::Json& first = (*index.find("manifests")->as_array())[0];
  EXPECT_EQ(*first.find("digest")->as_string(), one.digest);
  EXPECT_EQ(first.find("size")->as_integer(), static_cast<int64_t>(one.content.size()));
  EXPECT_EQ(*first.find("artifactType")->as_string(), "x/signature");
  EXPECT_EQ(*first.find("annotations")->find("a")->as_string(), "b");
  EXPECT_TRUE(make_index({}).find("manifests")->as_array()->empty());
}

}  // namespace
}  // namespace samara::hub::oci
