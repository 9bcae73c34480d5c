// What a build without SQLite or libpq's header says: cross builds have neither.
#include "fleet/io/database/database.h"

namespace samara::database {

#ifdef SAMARA_WITHOUT_SQLITE
Result<std::unique_ptr<Database>> open_sqlite(const std::string&) {
  return Error(Code::unsupported, "this build was made without SQLite");
}
Status load_sqlite(const std::string&, const std::string&) {
  return Error(Code::unsupported, "this build was made without SQLite");
}
#endif
#ifdef SAMARA_WITHOUT_POSTGRES
Result<std::unique_ptr<Database>> open_postgres(const std::string&) {
  return Error(Code::unsupported, "this build was made without PostgreSQL's libpq");
}
Status load_postgres(const std::string&, const std::string&) {
  return Error(Code::unsupported, "this build was made without PostgreSQL's libpq");
}
#endif

}  // namespace samara::database
