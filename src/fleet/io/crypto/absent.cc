// What stands in where a build has no cipher library: everything is refused with that reason.
#if SAMARA_WITHOUT_OPENSSL
#include "fleet/io/crypto/aead.h"
#include "fleet/io/crypto/digest.h"
#include "fleet/io/crypto/key.h"
#include "fleet/io/crypto/password.h"

namespace samara::crypto {
namespace {

Error refuse() { return Error(Code::unsupported, "this build has no cipher library"); }

}  // namespace

struct Digest::State {};
struct PublicKey::Impl {};
struct PrivateKey::Impl {};

Digest::Digest(std::unique_ptr<State> state) : state_(std::move(state)) {}
Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;
Digest::~Digest() = default;
Result<Digest> Digest::start(Algorithm) { return refuse(); }
void Digest::add(ByteView) {}
Result<Bytes> Digest::finish() { return refuse(); }
Result<Bytes> digest(Algorithm, ByteView) { return refuse(); }
Result<Bytes> hmac(Algorithm, ByteView, ByteView) { return refuse(); }
bool constant_time_equal(ByteView, ByteView) { return false; }
Status random_bytes(std::span<std::byte>) { return refuse(); }
Result<std::string> hash_password(std::string_view) { return refuse(); }
std::string nobodys_password() { return {}; }
Result<bool> matches_password(std::string_view, std::string_view) { return refuse(); }
Status aead_seal(ByteView, ByteView, ByteView, ByteView, std::span<std::byte>) { return refuse(); }
Status aead_open(ByteView, ByteView, ByteView, ByteView, std::span<std::byte>) { return refuse(); }

std::string_view name(KeyKind) { return "none"; }
KeyKind kind_of(Scheme) { return KeyKind::ed25519; }
Result<PublicKey> PublicKey::from_pem(std::string_view) { return refuse(); }
Result<PublicKey> PublicKey::from_raw(ByteView) { return refuse(); }
KeyKind PublicKey::kind() const { return KeyKind::ed25519; }
Result<std::string> PublicKey::pem() const { return refuse(); }
Result<Bytes> PublicKey::der() const { return refuse(); }
Result<Bytes> PublicKey::raw() const { return refuse(); }
bool PublicKey::verify(Scheme, ByteView, ByteView) const { return false; }
Result<PrivateKey> PrivateKey::generate(KeyKind, int) { return refuse(); }
Result<PrivateKey> PrivateKey::from_pem(std::string_view, const Secret*) { return refuse(); }
Result<Secret> PrivateKey::pem(const Secret*) const { return refuse(); }
KeyKind PrivateKey::kind() const { return KeyKind::ed25519; }
Result<PublicKey> PrivateKey::public_key() const { return refuse(); }
Result<Bytes> PrivateKey::sign(Scheme, ByteView) const { return refuse(); }

}  // namespace samara::crypto
#endif
