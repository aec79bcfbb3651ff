// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/request.h"
#include "server/http/response.h"
#include "server/object/objectservice.h"

namespace nephele {

// A container as a web site (Object Storage API, "Static web"): what its metadata says.
struct WebSite
{
    QString index; // X-Container-Meta-Web-Index: shown for a folder
    QString error; // -Web-Error: shown, behind the status in its name, when something is not there
    bool hasListings = false; // -Web-Listings
    QString listingsCss; // -Web-Listings-CSS
    QString listingsLabel; // -Web-Listings-Label: in place of the path
    QString directoryType; // -Web-Directory-Type: of objects that stand for folders
};

// nullopt when it is none.
std::optional<WebSite> siteOf(const ObjectContainer &container);

// Pages are for who comes without a token, or asks for them (X-Web-Mode).
bool asksForSite(const Request &request, const Caller &caller);

// The page of a folder's names. Nothing in it runs, and every name in it is text.
Response sitePage(
    const WebSite &site, const QByteArray &path, const ObjectPlace &folder, const QList<ObjectLine> &lines);

// The same address with a slash behind it.
Response toFolder(const Request &request);

} // namespace nephele
