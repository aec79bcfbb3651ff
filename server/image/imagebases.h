// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/ids.h"
#include "model/base/result.h"

#include <QString>

#include <functional>

namespace nephele {

// A base: the raw, sparse, read-only form of an image's content, made once and shared by every disk on it.
struct ImageBase
{
    QString path; // absolute; 0644, never written again
    qint64 sizeBytes = 0; // as the guest sees it
};

// Materialises bases. Safe from every thread; blocks, so pool threads only. A base that is half made by a
// dead process is made anew. What disks stand on it is counted in the database (base_ref), by the compute
// operations.
class ImageBases
{
public:
    virtual ~ImageBases() = default;

    // Makes the base of this content if it is not there. `cancelled` is asked now and then.
    virtual Result<ImageBase> ensure(qint64 mapNumber, const std::function<bool()> &cancelled) = 0;
    // Removes bases that no disk refers to and no image pins, older than the grace time.
    virtual Result<> collect() = 0;
};

} // namespace nephele
