// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"
#include "model/image/image.h"
#include "server/http/jsonwriter.h"
#include "server/image/imageservice.h"

#include <QList>

namespace nephele {

// Every key of an image in the OpenStack Image API v2, both ways (Image service API reference, "Images").
// Properties of the user's own stand beside the fixed keys, so a name of ours cannot be one of theirs.

void writeImage(JsonWriter &json, const Image &image);
QByteArray imageToJson(const Image &image);

// `first` and `next` are addresses below /image; `next` is empty on the last page.
QByteArray imagesToJson(const QList<Image> &images, const QString &first, const QString &next);

// The body of a POST. Forbidden for a key that is ours to say, Invalid with the key for a wrong value.
Result<NewImage> newImageFromJson(const QByteArray &body);

// The body of a PATCH: a list of operations (RFC 6902: add, replace, remove; of tags also by place).
Result<QList<ImageEdit>> imageEditsFromJson(const QByteArray &body);

// JSON schemas of an image and of a list of them; the glance client builds its options from the first.
const QByteArray &imageSchema();
const QByteArray &imagesSchema();

} // namespace nephele
