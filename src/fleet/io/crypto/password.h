// Passwords of people as a database keeps them: a slow salted hash that says itself how it was made.
#pragma once

#include <string>
#include <string_view>

#include "samara/base/result.h"

namespace samara::crypto {

/// "$scrypt$ln=15,r=8,p=3$<salt>$<hash>" (RFC 7914) with a fresh salt. Takes 32 MiB and a good part of
/// a second on purpose: whoever can ask for it is to be limited.
///
/// Errors   unsupported (this build has no library), resource_exhausted
Result<std::string> hash_password(std::string_view password);

/// A hash that no password is known to have: asked about, it takes as long as any other.
std::string nobodys_password();

/// Whether the password is the one of that hash, in the time that hash_password() takes.
///
/// Errors   data_loss  what is kept is no such hash
Result<bool> matches_password(std::string_view password, std::string_view kept);

}  // namespace samara::crypto
