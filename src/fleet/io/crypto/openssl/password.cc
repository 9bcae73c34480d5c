// Hashes of passwords by OpenSSL's scrypt. OpenSSL 3.0 has no Argon2.
#include "fleet/io/crypto/password.h"

#include <charconv>
#include <optional>

#include "base/hash.h"
#include "base/try.h"
#include "fleet/io/crypto/openssl/handles.h"

namespace samara::crypto {
namespace {

/// The cost: 128 * 2^ln * r bytes, passed over p times. What OWASP holds to be enough.
struct Cost {
  uint64_t ln = 15, r = 8, p = 3;
};
constexpr uint64_t kMostMemory = uint64_t{256} << 20;
constexpr size_t kSalt = 16, kHash = 32;
constexpr std::string_view kKind = "$scrypt$";

Result<Bytes> derive(std::string_view password, ByteView salt, const Cost& cost) {
  Bytes out(kHash);
  // A null password would make the library only check the cost.
  if (EVP_PBE_scrypt(password.empty() ? "" : password.data(), password.size(), data_of(salt),
                     salt.size(), uint64_t{1} << cost.ln, cost.r, cost.p, kMostMemory, data_of(out),
                     out.size()) != 1)
    return library_error("hash a password");
  return out;
}

std::string text_of(const Cost& cost, ByteView salt, ByteView hash) {
  return cat(kKind, "ln=", cost.ln, ",r=", cost.r, ",p=", cost.p, "$", hex(salt), "$", hex(hash));
}

/// Takes "<name><number>" and what stands behind it off `text`.
std::optional<uint64_t> take_number(std::string_view& text, std::string_view name, char end) {
  uint64_t out = 0;
  if (!text.starts_with(name)) return std::nullopt;
  text.remove_prefix(name.size());
  const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
  if (read.ec != std::errc() || read.ptr == text.data() + text.size() || *read.ptr != end)
    return std::nullopt;
  text.remove_prefix(static_cast<size_t>(read.ptr - text.data()) + 1);
  return out;
}

std::optional<Cost> take_cost(std::string_view& text) {
  const auto ln = take_number(text, "ln=", ','), r = take_number(text, "r=", ','),
             p = take_number(text, "p=", '$');
  if (!ln || !r || !p || *ln < 1 || *ln > 20 || *r < 1 || *r > 32 || *p < 1 || *p > 16)
    return std::nullopt;
  return Cost{*ln, *r, *p};
}

}  // namespace

Result<std::string> hash_password(std::string_view password) {
  const Cost cost;
  Bytes salt(kSalt);
  TRY(random_bytes(salt));
  TRY_SET(const Bytes hash, derive(password, salt, cost));
  return text_of(cost, salt, hash);
}

std::string nobodys_password() { return text_of({}, Bytes(kSalt), Bytes(kHash)); }

Result<bool> matches_password(std::string_view password, std::string_view kept) {
  const Error wrong(Code::data_loss, "what is kept is no hash of a password");
  if (!kept.starts_with(kKind)) return wrong;
  kept.remove_prefix(kKind.size());
  const auto cost = take_cost(kept);
  const size_t mark = kept.find('$');
  if (!cost || mark == kept.npos) return wrong;
  const auto salt = from_hex(kept.substr(0, mark)), hash = from_hex(kept.substr(mark + 1));
  if (!salt || !hash || salt->size() != kSalt || hash->size() != kHash) return wrong;
  TRY_SET(const Bytes computed, derive(password, *salt, *cost));
  return constant_time_equal(computed, *hash);
}

}  // namespace samara::crypto
