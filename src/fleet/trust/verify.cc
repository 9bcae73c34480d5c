// What metadata promises, compared: signatures with keys, content with digests, targets with roles.
#include <algorithm>
#include <set>

#include "base/hash.h"
#include "base/text.h"
#include "base/try.h"
#include "fleet/trust/content.h"
#include "fleet/trust/names.h"

namespace samara::trust {
namespace {

/// How many hexadecimal digits the number of the last bin has.
size_t digits_of(int bits) { return static_cast<size_t>((bits + 3) / 4); }

std::string hash_of(std::string_view target) { return sha256_hex(crypto::bytes_of(target)); }

std::string bin_of(const Bins& bins, const std::string& hash) {
  uint64_t number = 0;
  for (const char c : hash.substr(0, 8))
    number = number * 16 + static_cast<uint64_t>(c <= '9' ? c - '0' : c - 'a' + 10);
  number >>= 32 - bins.bits;
  std::string digits;
  for (size_t i = digits_of(bins.bits); i-- > 0;)
    digits += "0123456789abcdef"[number >> (4 * i) & 15];
  return cat(bins.prefix, "-", digits);
}

bool is_bin(const Bins& bins, std::string_view name) {
  const std::string start = bins.prefix + "-";
  if (!name.starts_with(start)) return false;
  name.remove_prefix(start.size());
  if (name.size() != digits_of(bins.bits)) return false;
  if (name.find_first_not_of("0123456789abcdef") != name.npos) return false;
  // Where the bits are no multiple of four, the first digit ends early.
  const int spare = bins.bits % 4;
  return spare == 0 || name[0] < '0' + (1 << spare);
}

}  // namespace

std::vector<Responsible> responsible_for(const Delegations& delegations, std::string_view target) {
  const std::string hash = hash_of(target);
  if (delegations.bins) return {{bin_of(*delegations.bins, hash), true}};
  std::vector<Responsible> out;
  for (const Delegation& one : delegations.roles) {
    const bool named =
        std::any_of(one.paths.begin(), one.paths.end(),
                    [&](const std::string& pattern) { return matches(pattern, target); }) ||
        std::any_of(one.prefixes.begin(), one.prefixes.end(),
                    [&](const std::string& prefix) { return hash.starts_with(prefix); });
    if (!named) continue;
    out.push_back({one.name, one.terminating});
    if (one.terminating) break;
  }
  return out;
}

const Role* delegated_role(const Delegations& delegations, std::string_view name) {
  if (delegations.bins) return is_bin(*delegations.bins, name) ? &delegations.bins->role : nullptr;
  for (const Delegation& one : delegations.roles)
    if (one.name == name) return &one.role;
  return nullptr;
}

int64_t count_signatures(const Document& document, const Role& role, const Keys& keys) {
  std::set<std::string_view> signers;
  for (const Signature& signature : document.signatures) {
    if (static_cast<int64_t>(signers.size()) >= role.threshold) break;
    if (std::find(role.key_ids.begin(), role.key_ids.end(), signature.key_id) == role.key_ids.end())
      continue;
    const auto key = keys.find(signature.key_id);
    if (key == keys.end() || signers.count(key->second.identity) > 0) continue;
    if (key->second.verify(document.bytes, signature.hex)) signers.insert(key->second.identity);
  }
  return static_cast<int64_t>(signers.size());
}

Status verify_signatures(const Document& document, const Role& role, const Keys& keys) {
  const int64_t valid = count_signatures(document, role, keys);
  if (valid >= role.threshold) return ok();
  return Error(Code::permission_denied, cat("signed by ", valid, " of the ", role.threshold,
                                            " different keys that it needs"));
}

std::optional<crypto::Algorithm> algorithm_of(std::string_view name) {
  if (name == "sha256") return crypto::Algorithm::sha256;
  if (name == "sha384") return crypto::Algorithm::sha384;
  if (name == "sha512") return crypto::Algorithm::sha512;
  return std::nullopt;
}

const std::pair<std::string, std::string>* known_hash(const Hashes& hashes) {
  for (const auto& hash : hashes)
    if (algorithm_of(hash.first)) return &hash;
  return nullptr;
}

Status check_content(std::string_view content, std::optional<uint64_t> length,
                     const Hashes& hashes) {
  TRY_SET(ContentCheck check, ContentCheck::start(length, hashes));
  TRY(check.add(crypto::bytes_of(content)));
  return check.finish();
}

}  // namespace samara::trust
