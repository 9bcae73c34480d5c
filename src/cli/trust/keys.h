// Key files of the commands, and where their passphrases come from: a file, the environment or the
// terminal; never the command line, which every process of the machine can read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/args/args.h"
#include "fleet/trust/write.h"

namespace samara::cli {

struct PassphraseFlags {
  std::string file = {};
  std::string variable = {};
  std::string word = "passphrase";  // what it is called
};
void declare_passphrase(Args& args, PassphraseFlags& flags);
/// The same of something that is called otherwise: --<word>-file, --<word>-env.
void declare_secret(Args& args, PassphraseFlags& flags, const std::string& word);

/// The passphrase that the flags name, else what is typed at the terminal, twice where `fresh`. The
/// first line of the file counts, without its end; the file "-" is what comes on stdin.
///
/// Errors   failed_precondition  no flag, and no terminal to ask at
///          invalid_argument     it is empty, or was typed in two ways
///          cancelled            Ctrl-C or Ctrl-D at the terminal
Result<crypto::Secret> passphrase(const PassphraseFlags& flags, const std::string& what,
                                  bool fresh);

/// A private key in PEM; its passphrase is asked for only where it is encrypted.
Result<crypto::PrivateKey> read_private_key(const std::string& path, const PassphraseFlags& flags);
Result<trust::Signer> read_signer(const std::string& path, const PassphraseFlags& flags);
Result<std::vector<trust::Signer>> read_signers(const std::vector<std::string>& paths,
                                                const PassphraseFlags& flags);
/// A public key as metadata lists it, from PEM: a public key, or the public half of a private one.
Result<json::Json> read_public_key(const std::string& path, const PassphraseFlags& flags);

/// A file of metadata as JSON, checked to be one.
Result<json::Json> read_metadata(const std::string& path);

/// How far a role's signatures reach: "2 of 3", and whether that is enough.
struct Reached {
  int64_t valid = 0;
  int64_t threshold = 0;
  bool enough() const { return valid >= threshold; }
};
Result<Reached> reached(const json::Json& file, const trust::Role& role, const trust::Keys& keys);

}  // namespace samara::cli
