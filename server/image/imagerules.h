// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/identity/caller.h"
#include "model/image/image.h"
#include "model/object/object.h"

namespace nephele {

struct NewImage;

// The rules of images that need no service: what is a good image, who may do what with it.

QString imageQuotaName(); // what an image's bytes are charged to

// By visibility, and by the one rule.
bool canSeeImage(const Caller &caller, const Image &image);
// Of an image he sees: owner's project and role member, or an administrator.
bool canChangeImage(const Caller &caller, const Image &image);
// Whether this caller may read its data and start servers from it.
bool canUseImage(const Caller &caller, const Image &image);

// Invalid, naming the field, for values no image may have.
Result<> checkImage(const Image &image);

// A queued image as wanted.
Result<Image> imageFromWanted(const Ownership &owner, const NewImage &wanted);

// The image with its object, and away again with its data and its charge. For closures.
Result<> insertImage(Transaction &t, const Image &image);
Result<> removeImageRows(Transaction &t, const Image &image);

// For the object store, which lends them: images are objects too. Forbidden while the image is protected.
Result<bool> isImageObject(ReadTransaction &t, const ObjectId &id);
Result<> removeImageObject(Transaction &t, const ObjectId &id);

Change imageChange(const ImageId &id, const Ownership &owner);

} // namespace nephele
