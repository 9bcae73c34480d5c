// Any text as what comes through the hub's other doors: the first byte says as which of an OCI manifest,
// a feedback of hawkBit's clients, and a list, an address or a file of keys of S3-compatible storage.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "fleet/io/blobs/s3/address.h"
#include "fleet/io/blobs/s3/answers.h"
#include "hub/ddi/offer.h"
#include "hub/oci/manifest.h"

namespace {

using namespace samara;  // NOLINT: a program

void check(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

void manifest(std::string_view text) {
  const auto read = hub::oci::read_manifest(text);
  if (!read.ok()) return;
  for (const hub::oci::Descriptor& layer : read->layers)
    check(blobs::is_hash(layer.sha256), "a layer is named by its hash");
  check(read->subject.empty() || hub::oci::hash_of(read->subject), "a subject is a digest");
  if (const auto model = read->model(); model.ok())
    check(blobs::is_hash(model->sha256), "a model is named by its hash");
}

void feedback(std::string_view text) {
  const auto json = json::parse(text, {.bytes = 1 << 20, .depth = 16, .values = 10'000});
  if (!json.ok()) return;
  const auto next = hub::ddi::after_feedback(7, *json);
  if (!next.ok()) return;
  check(next->action == 7 && !next->state.empty(), "a feedback is of its action");
  const auto offer = hub::ddi::offer(8, *next);
  check(offer.deploy == 0 || offer.cancel == 0, "a device is told one thing");
}

void storage(std::string_view text) {
  (void)blobs::s3::read_page(text);
  (void)blobs::s3::reason_of(text);
  (void)blobs::s3::time_of(std::string(text));
  (void)blobs::s3::read_credentials(std::string(text), "default");
  const auto address = blobs::s3::read_address("s3://" + std::string(text));
  if (!address.ok()) return;
  check(address->prefix.find("..") == std::string::npos, "a prefix leads nowhere else");
  check(address->endpoint.find_first_of("\r\n @?#") == std::string::npos, "an endpoint is a host");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 3) {
    case 0:
      manifest(text);
      break;
    case 1:
      feedback(text);
      break;
    default:
      storage(text);
  }
  return 0;
}
