// Backups: a hub's database, the blobs that it names and, where asked for, its keys, as a folder that
// says itself what belongs to it.
//
//   backup.json   what it is: form, kind and version of the database, files and their SHA-256
//   database      SQLite's file or PostgreSQL's dump, as of one moment
//   blobs.txt     a SHA-256 a line: the blobs that the database names at that moment
//   store/blobs/ab/abcd...   the blobs, as a hub keeps them
//   keys/PROJECT/ROLE.pem    the hub's keys; only where asked for
#pragma once

#include <cstdint>
#include <string>

#include "fleet/io/blobs/blobs.h"
#include "fleet/io/database/database.h"

namespace samara::hub {

struct BackupReport {
  uint64_t blobs = 0, bytes = 0;
  int64_t schema = 0;  // version of the database's tables
  bool keys = false;
};

/// Makes a backup in the folder `to`, which must not be there yet; what serves meanwhile need not stop.
/// Blobs are linked where they lie on one file system (they never change), else copied. `keys` is the
/// folder of the hub's keys; empty: they stay out.
///
/// Errors   failed_precondition  `to` is there
///          data_loss            a blob is missing or damaged
Result<BackupReport> make_backup(database::Database& database, std::string_view kind,
                                 blobs::Store& blobs, const std::string& keys,
                                 const std::string& to);

/// Whether the backup is whole: every file, by its hash.
///
/// Errors   data_loss            by the name of what is missing or damaged
///          failed_precondition  of a later version than this program
Result<BackupReport> check_backup(const std::string& from);

/// Makes a hub's folder of a backup, all of it or nothing; `database` is where its database goes (empty:
/// into the folder), and must be of the kind that the backup is of. `storage` is where its blobs go, as
/// blobs::open_s3() has it (empty: into the folder); what was put there stays if the rest fails.
///
/// Errors   failed_precondition  the folder or database holds something; another kind of database
///          as check_backup(); as blobs::open_s3()
Result<BackupReport> restore_backup(const std::string& from, const std::string& folder,
                                    const std::string& database, const std::string& storage = "");

}  // namespace samara::hub
