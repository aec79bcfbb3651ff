// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/image/imagestore.h"

namespace nephele {

// The statement behind a list of images, put together from fixed pieces; every value is a placeholder.
struct ImageQuery
{
    QByteArray sql;
    Parameters parameters;
};

// SELECT ... FROM ... of an image with its data, to be followed by a WHERE; read by imageFromRow().
extern const char *const imageColumns;
Image imageFromRow(const Row &row); // without properties and tags

// ":v0", ":v1" ...: a Parameter keeps only where its name lies, so the names of a list built at run time lie
// here, for as long as the thread lives.
const char *placeholderName(qsizetype index);

// `marker`: the image behind which the page starts.
ImageQuery imageQuery(const Caller &caller, const ImageFilter &filter, const std::optional<Image> &marker);

} // namespace nephele
