// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/image/imagerules.h"

#include "model/image/imagestore.h"
#include "model/object/objectstore.h"
#include "model/quota/quotastore.h"
#include "server/image/imageprobe.h"
#include "server/image/imageservice.h"

#include <QSet>

namespace nephele {

namespace {

constexpr int longestName = 255;
constexpr int longestPropertyName = 255;
constexpr int longestPropertyValue = 65535;
constexpr int mostProperties = 128;
constexpr int mostTags = 128;

const QStringList &knownContainerFormats()
{
    static const QStringList formats { QStringLiteral("bare"), QStringLiteral("ovf"), QStringLiteral("ova"),
        QStringLiteral("aki"), QStringLiteral("ari"), QStringLiteral("ami") };
    return formats;
}

Result<> checkWord(const QString &field, const QString &word, const QStringList &known)
{
    if (word.isEmpty() || known.contains(word))
        return {};
    return invalid(QStringLiteral("%1: \"%2\" is none of %3.")
                       .arg(field, word.left(longestName), known.join(QStringLiteral(", "))));
}

Result<> checkText(const QString &field, const QString &text, int longest)
{
    if (text.size() > longest)
        return invalid(QStringLiteral("%1: longer than %2 characters.").arg(field).arg(longest));
    if (text.contains(QChar(0)))
        return invalid(QStringLiteral("%1: a NUL character is not allowed.").arg(field));
    return {};
}

} // namespace

QString imageQuotaName()
{
    return QStringLiteral("pithos.diskspace");
}

bool canSeeImage(const Caller &caller, const Image &image)
{
    return image.visibility == ImageVisibility::Public || image.visibility == ImageVisibility::Community
        || canSee(caller, image.owner);
}

bool canChangeImage(const Caller &caller, const Image &image)
{
    return canChange(caller, image.owner);
}

bool canUseImage(const Caller &caller, const Image &image)
{
    return canSeeImage(caller, image)
        && (image.status == ImageStatus::Active
            || (image.status == ImageStatus::Deactivated && caller.isAdmin));
}

Result<> checkImage(const Image &image)
{
    const auto text = checkText(QStringLiteral("name"), image.name, longestName);
    if (!text)
        return text.error();
    if (const auto known = checkWord(QStringLiteral("disk_format"), image.diskFormat, knownDiskFormats());
        !known)
        return known.error();
    if (const auto known =
            checkWord(QStringLiteral("container_format"), image.containerFormat, knownContainerFormats());
        !known)
        return known.error();
    if (image.minDiskGiB < 0)
        return invalid(QStringLiteral("min_disk: must not be negative."));
    if (image.minRamMiB < 0)
        return invalid(QStringLiteral("min_ram: must not be negative."));
    if (image.properties.size() > mostProperties)
        return invalid(QStringLiteral("properties: more than %1.").arg(mostProperties));
    for (const auto &[name, value] : image.properties.asKeyValueRange()) {
        if (name.isEmpty())
            return invalid(QStringLiteral("properties: a name is empty."));
        if (const auto good = checkText(QStringLiteral("property name"), name, longestPropertyName); !good)
            return good.error();
        if (const auto good = checkText(name, value, longestPropertyValue); !good)
            return good.error();
    }
    if (image.tags.size() > mostTags)
        return invalid(QStringLiteral("tags: more than %1.").arg(mostTags));
    if (QSet<QString>(image.tags.cbegin(), image.tags.cend()).size() != image.tags.size())
        return invalid(QStringLiteral("tags: one of them is there twice."));
    for (const QString &tag : image.tags) {
        if (const auto good = checkText(QStringLiteral("tags"), tag, longestName); !good)
            return good.error();
        if (tag.isEmpty())
            return invalid(QStringLiteral("tags: one of them is empty."));
    }
    return {};
}

Result<Image> imageFromWanted(const Ownership &owner, const NewImage &wanted)
{
    Image image;
    image.id = wanted.id.value_or(ImageId::create());
    image.name = wanted.name;
    image.owner = owner;
    image.visibility = wanted.visibility.value_or(ImageVisibility::Shared);
    image.diskFormat = wanted.diskFormat;
    image.containerFormat = wanted.containerFormat;
    image.minDiskGiB = wanted.minDiskGiB;
    image.minRamMiB = wanted.minRamMiB;
    image.isProtected = wanted.isProtected;
    image.isHidden = wanted.isHidden;
    image.properties = wanted.properties;
    image.tags = wanted.tags;
    if (const auto good = checkImage(image); !good)
        return good.error();
    return image;
}

Result<> insertImage(Transaction &t, const Image &image)
{
    const auto object = ObjectStore::insert(t, ObjectId::stored(image.id.text()), image.owner.project);
    if (!object) {
        if (object.error().code == ErrorCode::Conflict)
            return conflict(QStringLiteral("id: %1 is taken.").arg(image.id.text()));
        return object.error();
    }
    if (const auto inserted = ImageStore::insert(t, image); !inserted)
        return inserted.error();
    return t.noteChange(imageChange(image.id, image.owner));
}

Result<> removeImageRows(Transaction &t, const Image &image)
{
    if (const auto removed = ImageStore::remove(t, image.id); !removed)
        return removed.error();
    if (const auto removed = ObjectStore::remove(t, ObjectId::stored(image.id.text())); !removed)
        return removed.error();
    if (const auto noted = t.noteChange(imageChange(image.id, image.owner)); !noted)
        return noted.error();
    if (image.sizeBytes == 0)
        return {};
    return QuotaStore::charge(
        t, image.owner.project, image.owner.user, { { imageQuotaName(), -image.sizeBytes } });
}

Result<bool> isImageObject(ReadTransaction &t, const ObjectId &id)
{
    const auto found = ImageStore::find(t, ImageId::stored(id.text()));
    if (!found)
        return found.error();
    return found->has_value();
}

Result<> removeImageObject(Transaction &t, const ObjectId &id)
{
    const auto image = ImageStore::find(t, ImageId::stored(id.text()));
    if (!image)
        return image.error();
    if (!*image)
        return notFound(QStringLiteral("The image is gone."));
    if ((*image)->isProtected)
        return forbidden(QStringLiteral("The object is a protected image and cannot be deleted."));
    return removeImageRows(t, **image);
}

Change imageChange(const ImageId &id, const Ownership &owner)
{
    return { QLatin1StringView("image"), id.text(), owner.project, owner.user, owner.shared };
}

} // namespace nephele
