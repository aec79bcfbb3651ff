// SPDX-License-Identifier: GPL-3.0-or-later
// PithosHandlers: copies and moves, by COPY, MOVE, and PUT with X-Copy-From or X-Move-From.
#include "server/pithos/pithoshandlers.h"

#include "model/base/whendone.h"
#include "server/pithos/pithosheaders.h"
#include "server/pithos/pithossharing.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;
using Transfer = ObjectService::Transfer;

// Whose conditions the header fields are.
enum class Conditions { OfSource, OfTarget };

struct Description
{
    Properties sent;
    SharingWish sharing;
    QString contentType; // empty: the source's
    QByteArray ifMatch;
    QByteArray ifNoneMatch;
    Conditions conditions = Conditions::OfTarget;

    Result<NewObject> operator()(const ObjectVersion &source) const
    {
        NewObject asked;
        asked.ifMatch = ifMatch;
        asked.ifNoneMatch = ifNoneMatch;
        if (conditions == Conditions::OfSource) {
            if (const auto met = checkObjectConditions(asked, source); !met)
                return met.error();
        }
        auto next = changedPithosObject(source, sent, PithosUpdate::Merges);
        if (!next)
            return next;
        if (!contentType.isEmpty())
            next->contentType = contentType;
        if (conditions == Conditions::OfTarget) {
            next->ifMatch = ifMatch;
            next->ifNoneMatch = ifNoneMatch;
        }
        next->sharing = sharing;
        return next;
    }
};

Result<Description> describe(const PithosRequest &request, Conditions conditions)
{
    auto sent = pithosObjectProperties(request);
    if (!sent)
        return sent.error();
    auto sharing = sharingFromHeaders(request.request.headers);
    if (!sharing)
        return sharing.error();
    // Transports put a type of their own where none is given, so clients say that it means nothing.
    const QString type =
        request.has("ignore_content_type"_L1) ? QString() : request.text("Content-Type").trimmed();
    return Description { *std::move(sent), *std::move(sharing), type, request.field("If-Match").trimmed(),
        request.field("If-None-Match").trimmed(), conditions };
}

Result<std::optional<qint64>> sourceVersion(const PithosRequest &request)
{
    const QByteArray text = request.field("X-Source-Version").trimmed();
    if (text.isEmpty())
        return std::optional<qint64>();
    bool isNumber = false;
    const qint64 number = text.toLongLong(&isNumber);
    if (!isNumber)
        return notFound(u"X-Source-Version: there is no such version."_s);
    return std::optional(number);
}

} // namespace

Reply PithosHandlers::transfer(
    const PithosRequest &request, const ObjectCopy &copy, ObjectService::Transfer transfer)
{
    ObjectService &objects = m_service.objects();
    const QString delimiter = request.request.query("delimiter"_L1).value_or(QString());
    const auto done = !delimiter.isEmpty() ? objects.transferTree(request.actor, copy, delimiter, transfer)
        : transfer == Transfer::Move       ? objects.moveObject(request.actor, copy)
                                           : objects.copyObject(request.actor, copy);
    return thenIn(done, &m_context, [request](const Result<CopiedObject> &copied) -> Result<Response> {
        if (!copied)
            return copied.error();
        Response response = pithosEmpty(request, 201);
        writePithosStored(response.headers, copied->stored);
        return response;
    });
}

Reply PithosHandlers::putFrom(const PithosRequest &request)
{
    const auto to = request.place();
    if (!to)
        return to.error();
    const bool isMove = request.hasField("X-Move-From");
    if (isMove && request.hasField("X-Copy-From"))
        return invalid(u"X-Copy-From and X-Move-From: only one of them may be given."_s);
    const auto account = pithosAccount(request, "X-Source-Account", ownAccount(request.actor),
        forbidden(u"X-Source-Account: access was denied."_s));
    if (!account)
        return account.error();
    const auto from = pithosPlace(request, isMove ? "X-Move-From" : "X-Copy-From", *account);
    if (!from)
        return from.error();
    const auto description = describe(request, Conditions::OfTarget);
    if (!description)
        return description.error();
    ObjectCopy copy { *from, *to, Manifests::Raw, *description };
    if (!isMove) {
        const auto version = sourceVersion(request);
        if (!version)
            return version.error();
        copy.version = *version;
    }
    return transfer(request, copy, isMove ? Transfer::Move : Transfer::Copy);
}

Reply PithosHandlers::transferTo(const PithosRequest &request, ObjectService::Transfer transfer)
{
    const auto from = request.place();
    if (!from)
        return from.error();
    const auto account = pithosAccount(request, "Destination-Account", ownAccount(request.actor),
        notFound(u"Destination-Account: there is no such account."_s));
    if (!account)
        return account.error();
    const auto to = pithosPlace(request, "Destination", *account);
    if (!to)
        return to.error();
    const auto description = describe(request, Conditions::OfSource);
    if (!description)
        return description.error();
    ObjectCopy copy { *from, *to, Manifests::Raw, *description };
    if (transfer == Transfer::Copy) {
        const auto version = sourceVersion(request);
        if (!version)
            return version.error();
        copy.version = *version;
    }
    return this->transfer(request, copy, transfer);
}

Reply PithosHandlers::copyObject(const PithosRequest &request)
{
    return transferTo(request, Transfer::Copy);
}

Reply PithosHandlers::moveObject(const PithosRequest &request)
{
    return transferTo(request, Transfer::Move);
}

} // namespace nephele
