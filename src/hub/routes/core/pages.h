// The hub's own pages: their files with the headers that keep them to themselves, and the cookie by
// which a browser shows its token.
//
// Why a cookie: no script can read it, so one that got into a page could not carry the token away. Why
// it alone is not enough: browsers send a cookie with whatever asks. It counts only together with the
// header X-Samara-Page, which a page of another origin cannot send without asking this hub first, and
// this hub says no to that; SameSite=Strict keeps the cookie itself from coming along.
#pragma once

#include "hub/routes/core/route.h"

namespace samara::hub {

/// A file of the pages by its name.
///
/// Errors   not_found
Result<Response> page_response(std::string_view file);

/// The token in the cookie of a request that a page of ours sent; else empty.
std::string_view page_token(const server::Request& request);

/// The value of Set-Cookie that makes the browser show that token; an empty one: none any more.
std::string page_cookie(const server::Request& request, std::string_view token);

}  // namespace samara::hub
