// Accounts, whose secret is a key, and what the hub itself seals: access tokens and links.
#include <array>
#include <charconv>

#include "base/hash.h"
#include "base/text.h"
#include "base/try.h"
#include "fleet/io/crypto/digest.h"
#include "hub/store/secret.h"
#include "hub/store/store.h"

namespace samara::hub {
namespace {

using database::Connection;
using database::Rows;
using database::Value;

std::string email_of(int64_t id, std::string_view name, std::string_view project) {
  return cat(name, "-", id, "@", project, ".samara");
}

/// The number in "name-12@project.samara"; 0 where it is no such address.
int64_t account_number(std::string_view email) {
  const std::string_view local = email.substr(0, email.find('@'));
  const size_t dash = local.rfind('-');
  if (dash == local.npos) return 0;
  int64_t id = 0;
  const auto [end, error] = std::from_chars(local.data() + dash + 1, local.end(), id);
  return error == std::errc() && end == local.end() && id > 0 ? id : 0;
}

std::string access_text(std::string_view id, std::string_view until) {
  return cat("access\n", id, "\n", until);
}

}  // namespace

Status Store::read_secret() {
  std::array<std::byte, 32> random = {};
  const Status made = crypto::random_bytes(random);
  if (!made.ok() && made.error().code() == Code::unsupported) return ok();  // nothing can be sealed
  TRY(made);
  return database_->write([&](Connection& c) -> Status {
    TRY(
        c.run("INSERT INTO secrets (name, value) VALUES ('seal', $1) "
              "ON CONFLICT (name) DO NOTHING",
              {hex(random)}));
    TRY_SET(const Rows rows, c.run("SELECT value FROM secrets WHERE name = 'seal'"));
    secret_ = rows.empty() ? "" : rows[0].text(0);
    return ok();
  });
}

Result<std::string> Store::seal(std::string_view text) const {
  if (secret_.empty()) return Error(Code::unsupported, "this build cannot seal anything");
  TRY_SET(const crypto::Bytes mac, crypto::hmac(crypto::Algorithm::sha256,
                                                crypto::bytes_of(secret_), crypto::bytes_of(text)));
  return hex(mac);
}

bool Store::is_sealed(std::string_view text, std::string_view seal) const {
  const auto wanted = this->seal(text);
  return wanted.ok() &&
         crypto::constant_time_equal(crypto::bytes_of(*wanted), crypto::bytes_of(seal));
}

Result<Account> Store::make_account(const Principal& by, const std::string& name, Role role,
                                    const Project& project, std::chrono::seconds valid,
                                    const std::string& public_key) {
  // What stands for a secret's hash cannot be the hash of anything that is sent as one.
  const std::string mark = cat("key:", sha256_hex(std::as_bytes(std::span(public_key))));
  Account out{{0, name, role, project.id, ""}, project.name, "", public_key};
  TRY(change(by, project.name, "account.make", name, hub::name(role), [&](Connection& c) -> Status {
    TRY_SET(const Rows rows,
            c.run("INSERT INTO tokens (name, hash, role, project, created_at, created_by, "
                  "expires_at, public_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
                  "ON CONFLICT (hash) DO NOTHING RETURNING id",
                  {name, mark, std::string(hub::name(role)), project.id, now(), by.name,
                   end_or_null(valid), public_key}));
    if (rows.empty())
      return Error(Code::failed_precondition, "the key belongs to an account already");
    out.who.token = rows[0].integer(0);
    return ok();
  }));
  out.email = email_of(out.who.token, name, project.name);
  return out;
}

Result<std::optional<Account>> Store::account(std::string_view email) {
  TRY_SET(const Rows rows,
          database_->read("SELECT t.id, t.name, t.role, t.project, p.name, t.public_key, "
                          "t.expires_at, t.revoked_at FROM tokens t JOIN projects p "
                          "ON p.id = t.project WHERE t.id = $1 AND t.public_key IS NOT NULL",
                          {account_number(email)}));
  if (rows.empty() || !rows[0].null(7)) return std::optional<Account>();
  if (!rows[0].null(6) && rows[0].integer(6) <= now()) return std::optional<Account>();
  TRY_SET(const Role role, role_of(rows[0].text(2)));
  Account out{{rows[0].integer(0), rows[0].text(1), role, rows[0].integer(3), ""},
              rows[0].text(4),
              email_of(rows[0].integer(0), rows[0].text(1), rows[0].text(4)),
              rows[0].text(5)};
  return out.email == email ? std::optional(std::move(out)) : std::nullopt;
}

Result<std::string> Store::access_token(const Account& account, std::chrono::seconds valid) const {
  const std::string id = std::to_string(account.who.token), until = cat(now() + valid.count());
  TRY_SET(const std::string mac, seal(access_text(id, until)));
  return cat("sma_", id, "_", until, "_", mac);
}

Result<std::optional<Principal>> Store::find_access(std::string_view token) {
  const std::optional<Principal> nobody;
  const size_t first = token.find('_', 4), second = token.rfind('_');
  if (first == token.npos || second <= first) return nobody;
  const std::string_view id = token.substr(4, first - 4);
  const std::string_view until = token.substr(first + 1, second - first - 1);
  if (!is_sealed(access_text(id, until), token.substr(second + 1))) return nobody;
  // Sealed by us, so these are numbers.
  int64_t number = 0, end = 0;
  std::from_chars(id.begin(), id.end(), number);
  std::from_chars(until.begin(), until.end(), end);
  if (end <= now()) return nobody;
  return holder("t.id = $1 AND t.public_key IS NOT NULL", number);
}

}  // namespace samara::hub
