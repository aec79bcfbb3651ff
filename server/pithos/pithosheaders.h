// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/pithos/pithosrequest.h"

namespace nephele {

// The header fields of Pithos' face, both ways (Object Storage API guide). Names of metadata are kept in
// lower case and are the same in Swift's face.

struct PithosLimits
{
    static constexpr qsizetype containerName = 256; // bytes of UTF-8; so the next ones
    static constexpr qsizetype objectName = 1024;
    static constexpr qsizetype metaName = 128;
    static constexpr qsizetype metaValue = 256;
    static constexpr int metaSent = 90;
    static constexpr int metaStored = 32;
    static constexpr int listing = 10'000;
    static constexpr qint64 uploadBytes = 5LL << 30;
    static constexpr qint64 hashmapBytes = 64LL << 20;
};

enum class PithosLevel { Account, Container, Object };

// The fields X-<level>-Meta-*; an empty value asks for the removal of what is there.
Result<PropertyMap> pithosMetadata(const PithosRequest &request, PithosLevel level);
// The fields whose names begin so (in lower case), by the rest of their names in lower case.
PropertyMap pithosFields(const PithosRequest &request, const QByteArray &prefix);

// What a request says of an object beside its bytes: metadata, Content-Encoding, Content-Disposition,
// X-Object-Manifest. Empty values as above.
Result<Properties> pithosObjectProperties(const PithosRequest &request);

// How that meets what is there: everything Pithos knows as metadata goes first, or only what is named
// changes. What Pithos does not know stays either way. Invalid beyond the number of stored items.
enum class PithosUpdate { Replaces, Merges };
Result<Properties> nextPithosProperties(
    const Properties &before, const Properties &sent, PithosUpdate update);
// The changes for ContainerStore that come to the same: what goes has an empty value.
Result<PropertyMap> pithosMetadataChanges(
    const PropertyMap &before, const PropertyMap &sent, PithosUpdate update);
PithosUpdate pithosUpdate(const PithosRequest &request); // by its flag "update"

// A new state of an object for storeObject() and its like: the properties above, kind, conditions on the
// target (If-Match, If-None-Match). `contentType` as given.
Result<NewObject> newPithosObject(const PithosRequest &request, const QString &contentType);
// The next state of what is there, its bytes untouched or about to be: kind follows the manifest.
Result<NewObject> changedPithosObject(
    const ObjectVersion &before, const Properties &sent, PithosUpdate update);

// Percent-encodes what a header cannot carry, as Pithos' clients decode it.
QByteArray pithosQuoted(const QString &value);
// "x-object-meta-" of "color-code" is "X-Object-Meta-Color-Code".
QByteArray pithosFieldName(QByteArrayView prefix, const QString &name);

// "1479720000.123"
QByteArray pithosTimestamp(qint64 ms);
// RFC 9110 dates have seconds: the next whole one.
QByteArray pithosDate(qint64 ms);

// The object's ETag as this face tells it: MD5, the Merkle root until that is known. `root` raw.
QByteArray pithosEtag(const ObjectVersion &version, const QByteArray &root);
// What HEAD and GET say of an object but for its rights. `modifiedAtMs`: of its newest state.
void writePithosObject(Headers &headers, const ObjectVersion &version, const QByteArray &root,
    const QByteArray &etag, qint64 modifiedAtMs);
// Of every write of an object.
void writePithosStored(Headers &headers, const ObjectVersion &version);
// What is shown to a browser must not run with our origin's rights.
void writeSandbox(Headers &headers);
// "inline; filename=..." unless the object or the query says otherwise.
void writeDisposition(Headers &headers, const PithosRequest &request, const QString &name);

} // namespace nephele
