// samara key new: makes a key pair.
#include <cstdio>

#include "base/file.h"
#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/trust/keys.h"
#include "fleet/io/crypto/key_file.h"

namespace samara::cli::commands {
namespace {

struct Options {
  std::string file, type = "ed25519";
  int64_t bits = 3072;
  bool no_passphrase = false;
  PassphraseFlags passphrase;
};

void declare(Args& args, Options& o) {
  args.positional("FILE", o.file, "where the private key goes; the public one goes to FILE.pub");
  args.choice("--type", o.type, {"ed25519", "ecdsa", "rsa"}, "ed25519, ecdsa (P-256) or rsa");
  args.option("--bits", o.bits, "of an RSA key", crypto::kLeastRsaBits, crypto::kMostRsaBits);
  args.option("--no-passphrase", o.no_passphrase, "write the private key unencrypted");
  declare_passphrase(args, o.passphrase);
}

crypto::KeyKind kind_of(const std::string& type) {
  if (type == "rsa") return crypto::KeyKind::rsa;
  return type == "ecdsa" ? crypto::KeyKind::ecdsa_p256 : crypto::KeyKind::ed25519;
}

Result<crypto::Secret> written(const crypto::PrivateKey& key, const Options& o) {
  if (o.no_passphrase) return key.pem();
  TRY_SET(const crypto::Secret secret, passphrase(o.passphrase, o.file, true));
  return key.pem(&secret);
}

Result<int> run(const Args&, Options& o) {
  const bool told = !o.passphrase.file.empty() || !o.passphrase.variable.empty();
  if (o.no_passphrase && told)
    return Error(Code::invalid_argument, "--no-passphrase contradicts the other flags");
  TRY_SET(crypto::PrivateKey key,
          crypto::PrivateKey::generate(kind_of(o.type), static_cast<int>(o.bits)));
  TRY_SET(const crypto::PublicKey half, key.public_key());
  TRY_SET(const std::string public_pem, half.pem());
  TRY_SET(const crypto::Secret private_pem, written(key, o));
  TRY(crypto::write_private(o.file, private_pem.view()));
  TRY(write_file(o.file + ".pub", public_pem));
  TRY_SET(const trust::Signer signer, trust::Signer::of(std::move(key)));
  std::printf("%s\n", signer.id().c_str());
  return 0;
}

}  // namespace

extern const Command key_new =
    define_command<Options, declare, run>("key new", "make a key pair; prints its id");

}  // namespace samara::cli::commands
