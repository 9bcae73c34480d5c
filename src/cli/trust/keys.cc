#include "cli/trust/keys.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "base/file.h"
#include "base/text.h"
#include "base/try.h"
#include "cli/trust/terminal.h"
#include "fleet/io/crypto/key_file.h"

namespace samara::cli {
namespace {

using json::Json;

constexpr uint64_t kMostMetadata = 16 << 20;

constexpr size_t kMostLine = 4096;

Result<crypto::Secret> checked(crypto::Secret secret, const std::string& word) {
  if (secret.empty()) return Error(Code::invalid_argument, cat("the ", word, " is empty"));
  return secret;
}

/// A line of stdin, byte by byte: what follows it is somebody else's.
Result<crypto::Secret> line_of_stdin() {
  crypto::Secret line(kMostLine);
  size_t size = 0;
  for (char c = 0;;) {
    const ssize_t n = ::read(0, &c, 1);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return system_error(errno, "read stdin");
    if (n == 0 || c == '\n') break;
    if (size == kMostLine) return Error(Code::invalid_argument, "the line on stdin is too long");
    line.data()[size++] = c;
  }
  line.shrink(size);
  return line;
}

void cut_to_line(crypto::Secret& text) {
  const std::string_view all = text.view();
  size_t size = std::min(all.find('\n'), all.size());
  if (size > 0 && all[size - 1] == '\r') --size;
  text.shrink(size);
}

std::string capital(std::string word) {
  word[0] = static_cast<char>(word[0] - 'a' + 'A');
  return word;
}

}  // namespace

void declare_passphrase(Args& args, PassphraseFlags& flags) {
  declare_secret(args, flags, flags.word);
}

void declare_secret(Args& args, PassphraseFlags& flags, const std::string& word) {
  flags.word = word;
  args.option(cat("--", word, "-file"), flags.file,
              cat("the first line of this file is the ", word, "; - is stdin"));
  args.option(cat("--", word, "-env"), flags.variable,
              cat("the ", word, " is in this variable of the environment"));
}

Result<crypto::Secret> passphrase(const PassphraseFlags& flags, const std::string& what,
                                  bool fresh) {
  if (!flags.file.empty()) {
    TRY_SET(crypto::Secret text,
            flags.file == "-" ? line_of_stdin() : crypto::read_secret(flags.file));
    cut_to_line(text);
    return checked(std::move(text), flags.word).in([&] { return cat("file ", flags.file); });
  }
  if (!flags.variable.empty()) {
    const char* value = std::getenv(flags.variable.c_str());
    if (!value)
      return Error(Code::not_found, cat("the environment has no variable ", flags.variable));
    return checked(crypto::Secret(std::string_view(value)), flags.word);
  }
  const auto ask = [&](const std::string& question) {
    return ask_secret(question).in([&] {
      return cat("asking for a ", flags.word, " (or give --", flags.word, "-file, --", flags.word,
                 "-env)");
    });
  };
  TRY_SET(crypto::Secret first, ask(cat(capital(flags.word), " for ", what, ": ")));
  if (fresh) {
    TRY_SET(const crypto::Secret second, ask("The same again: "));
    if (first.view() != second.view())
      return Error(Code::invalid_argument, cat("two different ", flags.word, "s were typed"));
  }
  return checked(std::move(first), flags.word);
}

Result<crypto::PrivateKey> read_private_key(const std::string& path, const PassphraseFlags& flags) {
  const auto frame = [&] { return cat("key file ", path); };
  TRY_SET(const crypto::Secret pem, crypto::read_secret(path));
  auto plain = crypto::PrivateKey::from_pem(pem.view());
  if (plain.ok() || plain.error().code() != Code::failed_precondition)
    return std::move(plain).in(frame);
  TRY_SET(const crypto::Secret secret, passphrase(flags, path, false));
  return crypto::PrivateKey::from_pem(pem.view(), &secret).in(frame);
}

Result<trust::Signer> read_signer(const std::string& path, const PassphraseFlags& flags) {
  TRY_SET(crypto::PrivateKey key, read_private_key(path, flags));
  return trust::Signer::of(std::move(key));
}

Result<std::vector<trust::Signer>> read_signers(const std::vector<std::string>& paths,
                                                const PassphraseFlags& flags) {
  std::vector<trust::Signer> out;
  for (const std::string& path : paths) {
    TRY_SET(trust::Signer one, read_signer(path, flags));
    out.push_back(std::move(one));
  }
  return out;
}

Result<Json> read_public_key(const std::string& path, const PassphraseFlags& flags) {
  TRY_SET(const crypto::Secret pem, crypto::read_secret(path));
  const auto half = crypto::PublicKey::from_pem(pem.view());
  if (half.ok()) return trust::write_key(*half);
  if (half.error().code() != Code::invalid_argument)
    return Error(half.error()).in(cat("key file ", path));
  TRY_SET(const trust::Signer signer, read_signer(path, flags));
  return signer.key();
}

Result<Json> read_metadata(const std::string& path) {
  const auto frame = [&] { return cat("file ", path); };
  TRY_SET(const std::string text, read_file(path, kMostMetadata));
  TRY(trust::read_document(text).in(frame));
  return json::parse(text).in(frame);
}

Result<Reached> reached(const Json& file, const trust::Role& role, const trust::Keys& keys) {
  TRY_SET(const trust::Document document, trust::read_document(trust::print(file)));
  return Reached{trust::count_signatures(document, role, keys), role.threshold};
}

}  // namespace samara::cli
