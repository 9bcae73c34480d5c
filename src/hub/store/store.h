// Store: projects, tokens, models, versions, channels and the audit log, in the database. Every change
// and its line in the audit log are one transaction.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fleet/io/blobs/blobs.h"
#include "fleet/io/database/database.h"
#include "fleet/wire/manifest.h"
#include "hub/store/signing.h"

namespace samara::hub {

/// What one may do; each may do what stands before it.
enum class Role : uint8_t { device, viewer, publisher, admin };
std::string_view name(Role role);
Result<Role> role_of(std::string_view name);

/// A user's role somewhere: in an organisation, in a project, or, with neither, on the whole hub.
struct Grant {
  std::string organisation = {};
  int64_t project = 0;
  std::string project_name = {};
  Role role = Role::viewer;
};

/// Who asks: a token that holds.
struct Principal {
  int64_t token = 0;
  std::string name;          // "user:alice", "user:alice/ci" of a token that is hers
  Role role = Role::device;  // of a user's token: the most that it may be
  int64_t project = 0;       // 0: all of them
  std::string peer;          // from where, for the audit log
  int64_t user = 0;          // 0: nobody's, and its role holds as it stands
  bool session = false;      // of a user who has logged in
  std::vector<Grant> grants = {};
  std::string device = {};  // the only one that it speaks for; empty: any

  // None: nothing may be done there.
  std::optional<Role> role_in(const Project& of) const;
  std::optional<Role> role_in_organisation(std::string_view organisation) const;
  std::optional<Role> role_on_hub() const;
  /// The highest that it has anywhere.
  Role best_role() const;

 private:
  std::optional<Role> granted(FunctionRef<bool(const Grant&)> holds) const;
};

struct Token {
  int64_t id = 0;
  std::string name;
  Role role = Role::device;
  std::string project;                                     // empty: all
  int64_t created_at = 0, expires_at = 0, revoked_at = 0;  // 0: never
  std::string created_by;
  bool session = false;
  std::string device;  // the only one that it speaks for; empty: any
};

struct User {
  int64_t id = 0;
  std::string name;
  int64_t created_at = 0, disabled_at = 0;
  std::vector<Grant> grants;
};

/// What a log-in gives: a token for a while.
struct Session {
  std::string token;
  int64_t expires_at = 0;
};

struct Model {
  int64_t id = 0;
  std::string name;
  int64_t created_at = 0;
};

/// A version and what was found when it was judged.
struct StoredVersion {
  int64_t id = 0;
  wire::Manifest manifest;
  std::string report;  // JSON of `samara inspect`
};

/// A token whose secret is a key: what that has signed is believed, and its public half is kept here.
struct Account {
  Principal who;
  std::string project, email, public_key;  // PEM
};

/// A file that came through the door of Google Cloud Storage.
struct Object {
  std::string bucket, name, sha256;
  uint64_t size = 0;
  uint32_t crc32c = 0;
  int64_t created_at = 0;
};

/// A model as Firebase's clients see it: they may call it otherwise, and tag it.
struct Listing {
  Model model;
  std::string display_name;
  std::optional<std::vector<std::string>> tags;  // none: those of the version
  std::string problem;                           // why the last file was refused
  int64_t updated_at = 0;
  int64_t operation = 0;  // the one under way; 0: none
};

/// Work on a listing that takes longer than a request.
struct Operation {
  int64_t id = 0, model = 0;
  bool done = false;
  int code = 0;  // google.rpc.Code
  std::string message;
};

/// What came through OCI's door: the manifest of a version, or of something attached to one.
struct Artifact {
  std::string digest;  // "sha256:..." of the content
  std::string media_type, artifact_type;
  std::string subject;             // the digest of what it is attached to; empty: a version's own
  std::string tag;                 // of an attached one; may be empty
  std::string content;             // the manifest, byte for byte
  std::vector<std::string> blobs;  // the SHA-256 of each that it names; only read when it is added
  std::string version;             // that it belongs to
  bool published = false;          // as that is
};
/// What an artifact is looked for by; `version`: that version's own manifest.
enum class ArtifactKey : uint8_t { digest, subject, tag, version };

/// How far a device has come that hawkBit's API leads through an update.
struct DeviceState {
  int64_t action = 0;  // the id of the version; 0: none yet
  std::string state;   // open, success, failure or canceled
  std::string detail;  // the last that it said
};

struct AuditEntry {
  int64_t id = 0, at = 0;
  std::string who, role, peer, project, action, subject, detail;
};

/// Errors   of all: not_found, unavailable (database); of changes also failed_precondition, whose
///          message says what stands in the way
/// Threads  any
class Store {
 public:
  static Result<std::unique_ptr<Store>> open(const std::string& database);

  bool remote() const { return database_->remote(); }
  /// Whether the database answers.
  Status check();
  /// Grows with every change made here: what was read before it may be out of date.
  uint64_t generation() const { return generation_; }

  // Tokens. A token is shown once, when it is made; the database holds its SHA-256.
  Result<std::string> make_token(const Principal& by, const std::string& name, Role role,
                                 const std::string& project, std::chrono::seconds valid,
                                 const std::string& device = "");
  Result<std::optional<Principal>> find_token(std::string_view secret);
  Result<std::vector<Token>> tokens(int64_t project);
  /// Project(): a token of the whole hub.
  Status revoke_token(const Principal& by, const Project& project, int64_t id);

  /// Makes a token of that key's owner; never without a project.
  Result<Account> make_account(const Principal& by, const std::string& name, Role role,
                               const Project& project, std::chrono::seconds valid,
                               const std::string& public_key);
  Result<std::optional<Account>> account(std::string_view email);
  /// A short-lived token of the account, which find_token() takes while the account holds.
  Result<std::string> access_token(const Account& account, std::chrono::seconds valid) const;
  /// HMAC of the text under the hub's own secret, which all hubs of a database share.
  Result<std::string> seal(std::string_view text) const;
  bool is_sealed(std::string_view text, std::string_view seal) const;

  // Users. Of a password a slow hash is kept; what a user may do is asked about at every call.
  Status make_user(const Principal& by, const std::string& name, std::string_view password);
  Result<std::vector<User>> users();
  /// Ends the user's sessions, but for the one that asks.
  Status set_password(const Principal& by, const std::string& name, std::string_view password);
  /// The same of the user who asks, who knows the present one.
  ///
  /// Errors   permission_denied  the present one is another
  Status change_password(const Principal& by, std::string_view present, std::string_view password);
  /// Who is disabled cannot log in, and all tokens of that user are revoked.
  Status set_disabled(const Principal& by, const std::string& name, bool disabled);
  /// Errors   permission_denied  no such user, another password, or disabled: in one time, by one text
  Result<Session> log_in(const std::string& name, std::string_view password,
                         const std::string& peer, std::chrono::seconds valid);
  /// A token of the user who asks: with the user's rights, but not beyond that role and project.
  Result<std::string> make_own_token(const Principal& by, const std::string& name, Role role,
                                     const std::string& project, std::chrono::seconds valid);
  /// The user's, sessions too.
  Result<std::vector<Token>> own_tokens(int64_t user);
  Status revoke_own_token(const Principal& by, int64_t id);
  /// Gives the role of `where` to the user, in place of the one there before.
  Status set_member(const Principal& by, const Grant& where, const std::string& user);
  Status remove_member(const Principal& by, const Grant& where, const std::string& user);
  /// Those with a role in just that organisation or project, or on the hub; each with that grant alone.
  Result<std::vector<User>> members(const Grant& where);
  /// Those that exist and in which one has a role.
  Result<std::vector<std::string>> organisations(const Principal& who);

  /// Makes the organisation too if it is new. `is_public`: what its devices may have is anybody's.
  Status make_project(const Principal& by, const std::string& name, const std::string& organisation,
                      bool is_public = false);
  Result<Project> project(std::string_view name);
  Result<std::vector<Project>> projects(const Principal& who);

  // Uploads belong to a project: one project's publisher cannot take up another's.
  Status note_upload(const Principal& by, int64_t project, const std::string& id,
                     std::optional<uint64_t> size, const std::string& object = "");
  struct UploadNote {
    std::optional<uint64_t> size;
    std::string object;  // "bucket/name" where it is to become one
  };
  Result<UploadNote> upload(int64_t project, std::string_view id);
  Status forget_upload(std::string_view id);

  Result<Model> model(int64_t project, std::string_view name);
  Result<std::vector<Model>> models(int64_t project);
  Status remove_model(const Principal& by, const Project& project, std::string_view name);

  Status add_version(const Principal& by, const Project& project, const wire::Manifest& manifest,
                     const std::string& report);
  Result<std::vector<StoredVersion>> versions(int64_t model);
  Result<StoredVersion> version(int64_t model, std::string_view version);
  /// The published version before `version` in its major version, if there is one.
  Result<std::optional<StoredVersion>> predecessor(int64_t model, std::string_view version);
  /// Unpublishing is refused while a channel or alias points there or would roll back there.
  Status set_published(const Principal& by, const Project& project, const Model& model,
                       std::string_view version, bool published);
  Status remove_version(const Principal& by, const Project& project, const Model& model,
                        std::string_view version);

  Result<std::vector<wire::Pointer>> pointers(int64_t model, PointerKind kind);
  /// The version that a channel or alias stands for.
  Result<StoredVersion> resolve(int64_t model, PointerKind kind, std::string_view name);
  /// Points at a published version; makes the pointer if it is new.
  Status point(const Principal& by, const Project& project, const Model& model, PointerKind kind,
               const std::string& name, std::string_view version);
  /// Back to where a channel pointed before; the value is that version.
  Result<std::string> roll_back(const Principal& by, const Project& project, const Model& model,
                                const std::string& channel);
  Status remove_pointer(const Principal& by, const Project& project, const Model& model,
                        PointerKind kind, std::string_view name);

  /// Whether a version of the project has these bytes; `published`: a published one.
  Result<bool> has_blob(int64_t project, std::string_view sha256, bool published);

  // Firebase's and Google Cloud Storage's doors.
  Status put_object(const Principal& by, const Project& project, const Object& object);
  Result<Object> object(int64_t project, std::string_view bucket, std::string_view name);
  /// In the order in which the models were made.
  Result<std::vector<Listing>> listings(int64_t project);
  Result<Listing> listing(int64_t project, int64_t model);
  Result<Listing> listing_named(int64_t project, std::string_view display_name);
  /// Makes a model without versions.
  Result<Listing> make_listing(const Principal& by, const Project& project,
                               const std::string& display_name,
                               const std::vector<std::string>& tags);
  Status set_listing(const Principal& by, const Project& project, const Listing& listing);
  /// Takes the model away with all of its versions.
  Status remove_listing(const Principal& by, const Project& project, const Listing& listing);
  /// `fresh`: the model was made for it, and goes if it is abandoned.
  ///
  /// Errors   failed_precondition  another one is under way
  Result<int64_t> begin_operation(int64_t project, int64_t model, bool fresh);
  Status end_operation(int64_t id, int code, std::string_view message);
  Result<Operation> operation(int64_t project, int64_t id);
  /// Ends those that a hub left behind that was stopped: for the only hub of a database.
  Status abandon_operations();

  // OCI's door. Blobs are a project's: what one model's push brought, another's need not bring again.
  Status note_pushed(const Project& project, const std::string& sha256);
  /// Whether these bytes were pushed; `published`: as part of what devices may have.
  Result<bool> has_pushed(int64_t project, std::string_view sha256, bool published);
  Status forget_pushed(const Principal& by, const Project& project, const std::string& sha256);
  Result<std::vector<Artifact>> artifacts(int64_t model, ArtifactKey key, std::string_view value);
  /// The tags of what is attached.
  Result<std::vector<std::string>> artifact_tags(int64_t model, bool published);
  /// A version and its manifest at once.
  Status add_pushed_version(const Principal& by, const Project& project,
                            const wire::Manifest& manifest, const std::string& report,
                            const Artifact& artifact);
  /// Keeps the subject too: a manifest that was only made when asked for stays what it is.
  Status attach(const Principal& by, const Project& project, const Model& model,
                const Artifact& subject, const Artifact& artifact);
  Status detach(const Principal& by, const Project& project, const Model& model,
                const std::string& digest);

  // hawkBit's door. `follows`: the model and channel that the device asks for.
  Result<DeviceState> device_state(int64_t project, const std::string& device,
                                   const std::string& follows);
  /// Of a project's devices the `most` that were heard of last are known: one that was forgotten begins
  /// anew. What is known already changes nothing.
  Status set_device_state(const Principal& by, const Project& project, const std::string& device,
                          const std::string& follows, const DeviceState& state,
                          int64_t most = 100'000);
  /// The SHA-1 of a blob, as it was noted; empty: it was not.
  Result<std::string> sha1(const std::string& sha256);
  Status note_sha1(const std::string& sha256, const std::string& sha1);

  struct Collected {
    uint64_t blobs = 0, bytes = 0, uploads = 0;
  };
  /// Removes blobs that no version names and uploads that nobody goes on with, older than that.
  Result<Collected> collect(const Principal& by, blobs::Store& blobs, std::chrono::seconds age,
                            bool really);

  // The signed repository of a project, where its owner has begun one. Every change of what devices
  // are told is signed in the transaction that makes it; what cannot be signed does not happen.

  /// `signing` must outlive the store. Without it nothing that is signed for changes.
  void sign_by(Signing& signing) { signing_ = &signing; }
  Signing* signing() const { return signing_; }
  /// The newest file of each role.
  Result<SignedFiles> signed_files(int64_t project);
  /// `version` 0: the newest.
  Result<SignedFile> signed_file(int64_t project, std::string_view role, int64_t version);
  /// Takes what the owner has signed, by role, and signs what follows from it.
  Status accept(const Principal& by, const Project& project, const OwnersFiles& sent);
  /// Signs anew what would expire.
  Status renew(const Project& project);

  /// The newest entries first, those with a smaller id than `before` (0: all); `project` empty: all.
  Result<std::vector<AuditEntry>> audit(std::string_view project, int64_t before, int64_t most);

 private:
  explicit Store(std::unique_ptr<database::Database> database) : database_(std::move(database)) {}
  Status change(const Principal& by, std::string_view project, std::string_view action,
                std::string_view subject, std::string_view detail,
                FunctionRef<Status(database::Connection&)> work);
  Status read_secret();
  Result<std::optional<Principal>> holder(std::string_view condition, const database::Value& value);
  Result<std::optional<Principal>> find_access(std::string_view token);
  Result<std::vector<Token>> tokens_where(std::string_view condition, int64_t value);
  Result<std::vector<Grant>> grants_of(int64_t user);
  /// A new token of a project or, at id 0, of the whole hub; of a user, at 0 of nobody. Its secret.
  Result<std::string> add_token(const Principal& by, const std::string& name, Role role,
                                const Project& project, std::chrono::seconds valid, int64_t owner,
                                const std::string& device = "");
  struct Known;
  Result<Known> check_password(const std::string& name, std::string_view password);
  static Status drop_model(database::Connection& c, int64_t model);
  static Status insert_version(database::Connection& c, const Project& project,
                               const wire::Manifest& manifest, const std::string& report);
  static Status insert_artifact(database::Connection& c, const Project& project,
                                const std::string& model, const Artifact& artifact);
  Result<std::vector<Listing>> listings_where(std::string_view condition,
                                              std::initializer_list<database::Value> values);
  /// A change of what a project has, which its repository then says.
  Status change(const Principal& by, const Project& project, std::string_view action,
                std::string_view subject, std::string_view detail,
                FunctionRef<Status(database::Connection&)> work);
  static Status set_pointer(database::Connection& c, const Project& project,
                            const Holdings::Pointer& pointer);
  Status resign(database::Connection& c, const Principal& by, const Project& project,
                const OwnersFiles& sent);

  std::unique_ptr<database::Database> database_;
  std::string secret_;
  Signing* signing_ = nullptr;
  std::atomic<uint64_t> generation_{0};
};

/// Seconds since 1970.
int64_t now();

}  // namespace samara::hub
