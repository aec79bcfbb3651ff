// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/whendone.h"
#include "server/http/request.h"
#include "server/http/response.h"
#include "server/object/objectrequest.h"
#include "server/object/objectservice.h"

namespace nephele {

// The header fields of accounts, containers and objects in Swift's face, both ways (Object Storage API
// reference). Values are UTF-8; anything else is Invalid.

// Limits of names and metadata, as /info tells them.
struct SwiftLimits
{
    static constexpr qsizetype accountName = 256;
    static constexpr qsizetype containerName = mostContainerNameBytes;
    static constexpr qsizetype objectName = mostObjectNameBytes;
    static constexpr qsizetype metaName = 128; // bytes of UTF-8; so the next one
    static constexpr qsizetype metaValue = 256;
    static constexpr int metaCount = 90;
    static constexpr qsizetype metaBytes = 4096;
    static constexpr qint64 fileBytes = 5LL << 30;
    static constexpr int listing = 10'000;
    static constexpr int bulkDeletes = 10'000;
    static constexpr qint64 bulkDeleteBytes = 16 << 20;
    static constexpr int archiveFailures = 1000;
    static constexpr int archiveFiles = 10'000;
};

// Changes that a POST or PUT of an account or container asks for.
Result<Properties> accountChanges(const Request &request);
Result<Properties> containerChanges(const Request &request);

// A new object: `before` is the state whose content type and, where `keepsMetadata`, other words go on.
enum class Metadata { Replaced, Kept };
Result<NewObject> newObject(const Request &request, const QString &name, qint64 nowMs);
// The same as a change of what is there: of a POST (Replaced) or a copy.
NewObject changedObject(
    const NewObject &wanted, const ObjectVersion &before, Metadata metadata, bool hasContentType);

void writeAccount(Headers &headers, const ObjectAccount &account, bool isOwner);
void writeContainer(Headers &headers, const ContainerView &view);
// `etag` as it is sent.
void writeObject(Headers &headers, const ObjectVersion &version, const QByteArray &etag);

// As it is sent: those of large objects in quotes, so that nobody takes it for the MD5 of the bytes.
QByteArray swiftEtag(const ObjectVersion &version);
// What a PUT or COPY that made this answers.
Response swiftStored(const ObjectVersion &version);

// RFC 9110 dates have seconds: the next whole one, so that nobody takes a copy for newer than it is.
QByteArray swiftDate(qint64 ms);

// The short answers of writes: an empty body with the type Swift gives it.
Response swiftEmpty(int status);
template <class T>
Reply emptyWhenDone(const QFuture<Result<T>> &future, QObject &context, int status)
{
    return thenIn(future, &context, [status](const Result<T> &done) -> Result<Response> {
        if (!done)
            return done.error();
        return swiftEmpty(status);
    });
}

} // namespace nephele
