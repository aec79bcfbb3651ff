// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/pithos/pithosrequest.h"
#include "server/pithos/pithosservice.h"

namespace nephele {

// The lists of Pithos' face (Object Storage API guide): text, JSON and XML with exactly the documented keys.

// limit, marker, shared, public, until.
PithosPage pithosPage(const PithosRequest &request);
// prefix, delimiter, path, of the same page.
NamePage pithosNames(const PithosRequest &request, const PithosPage &page);
// meta=key,!key,key<=value ...; Invalid beyond a number of terms.
Result<MetaQuery> pithosMetaQuery(const PithosRequest &request);

// Add body, type and status: a text without a line is 204.
void writeAccounts(Response &response, ReplyFormat format, const QList<SharingAccount> &accounts);
void writePithosContainers(Response &response, ReplyFormat format, const PithosAccount &account,
    const QList<FoundContainer> &containers, const PithosPage &page);
void writePithosObjects(Response &response, const PithosRequest &request, const PithosContainer &container,
    const QList<PithosLine> &lines, const PithosPage &page);
void writeVersions(
    Response &response, ReplyFormat format, const QString &name, const QList<ObjectVersion> &versions);

} // namespace nephele
