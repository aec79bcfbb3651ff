// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/ids.h"
#include "model/database/transaction.h"

#include <QList>

#include <optional>

namespace nephele {

// One base file as the database knows it.
struct BaseRow
{
    qint64 map = 0;
    qint64 generation = 0; // part of the file name; a base made anew gets another one
    qint64 sizeBytes = 0; // as the guest sees it
    bool operator==(const BaseRow &) const = default;
};

// rows: base(map, generation, state, size_bytes, made_at_ms), one per content;
//       base_ref(map, server), one per disk that stands on a base or soon will.
// A reference keeps the content itself as well, so a base can be made as long as somebody waits for it.
class BaseStore
{
public:
    // In the closure that writes the server, before its disk exists. NotFound when the content is gone.
    // Twice is once.
    static Result<> addRef(Transaction &t, qint64 mapNumber, const ServerId &server);
    // In the closure that says the disk is gone. Without a reference it does nothing.
    static Result<> dropRef(Transaction &t, qint64 mapNumber, const ServerId &server);

    static Result<std::optional<BaseRow>> find(ReadTransaction &t, qint64 mapNumber);
    // Takes the place of an earlier base of the same content.
    static Result<> settle(Transaction &t, const BaseRow &base);

    // Up to `most` bases that no disk and no image needs and that were made before `beforeMs`, marked dying
    // in this transaction; and those a dead process left dying.
    static Result<QList<BaseRow>> takeUnused(Transaction &t, qint64 beforeMs, int most);
    static Result<> forget(Transaction &t, const BaseRow &base);
};

} // namespace nephele
