#include "hub/web/files.h"

#include <gtest/gtest.h>

#include <string>

namespace samara::hub {
namespace {

TEST(WebFiles, are_found_by_name_with_their_type) {
  const WebFile* page = web_file("index.html");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->type, "text/html; charset=utf-8");
  EXPECT_TRUE(page->content.starts_with("<!doctype html>\n"));
  EXPECT_TRUE(page->content.ends_with("</html>\n"));
  ASSERT_TRUE(web_file("app.js"));
  EXPECT_EQ(web_file("app.js")->type, "text/javascript; charset=utf-8");
  // What CMake would take for its own is there as it was written.
  EXPECT_NE(web_file("app.js")->content.find("`${title} - Samara hub`"), std::string_view::npos);
}

TEST(WebFiles, are_none_that_were_not_put_in) {
  for (const char* name : {"", "index", "INDEX.HTML", "../files.h", "app.js ", "none.js"})
    EXPECT_FALSE(web_file(name)) << name;
}

TEST(WebFiles, name_only_files_that_are_there) {
  const std::string page(web_file("index.html")->content);
  int named = 0;
  for (size_t at = 0; (at = page.find("\"/ui/", at)) != page.npos; ++at, ++named) {
    const size_t begin = at + 5;
    const std::string name = page.substr(begin, page.find('"', begin) - begin);
    EXPECT_TRUE(web_file(name)) << name;
  }
  EXPECT_EQ(named, 4);
}

}  // namespace
}  // namespace samara::hub
