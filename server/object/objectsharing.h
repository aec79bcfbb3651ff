// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/object/sharing.h"
#include "server/object/objectaccess.h"

namespace nephele {

class Transaction;

// What a request says of the rights on an object and of its public link.
struct SharingWish
{
    std::optional<Sharing> sharing; // nullopt: not a word; empty: nobody's any more
    std::optional<bool> isPublic;
    QString publicId; // the new link's, where one is wished for (PublicStore::newId)

    bool isEmpty() const { return !sharing && !isPublic; }
};

// What of it a caller is shown of an object that he may read.
struct SharingView
{
    std::optional<SharedFrom> shared; // rights on the object or on a directory above it
    QString publicId; // to owners only; empty: not public
    std::optional<SharedRight> allowedTo; // to others only
};

// Does what is wished to a current object. Forbidden for who does not own the account.
Result<> applySharing(Transaction &t, const ObjectActor &actor, const ObjectContainer &container,
    const ObjectVersion &current, const SharingWish &wish);

Result<SharingView> sharingView(ReadTransaction &t, const ObjectActor &actor,
    const ObjectContainer &container, const ObjectVersion &current);

// Another project pays for the container from now on: what lies in it is charged there and given back to the
// former one. Forbidden unless the caller may make things in that project; QuotaExceeded where it does not
// fit. The account's own project is where a container begins.
Result<> changePayer(
    Transaction &t, const ObjectActor &actor, const ObjectContainer &container, const ProjectId &payer);

} // namespace nephele
