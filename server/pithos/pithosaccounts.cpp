// SPDX-License-Identifier: GPL-3.0-or-later
// PithosHandlers: the top level and accounts.
#include "server/pithos/pithoshandlers.h"

#include "model/base/whendone.h"
#include "server/pithos/pithosheaders.h"
#include "server/pithos/pithoslisting.h"

#include <limits>

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

void writeAccount(Headers &headers, const PithosAccount &found, const std::optional<qint64> &untilMs)
{
    const ObjectAccount &account = found.account;
    headers.append("Last-Modified", pithosDate(account.updatedAtMs));
    if (!found.isWhole)
        return;
    headers.append("X-Account-Container-Count", QByteArray::number(account.containers));
    headers.append("X-Account-Bytes-Used", QByteArray::number(account.bytes));
    if (untilMs)
        headers.append("X-Account-Until-Timestamp", pithosDate(*untilMs));
    for (const auto &[name, members] : found.groups.asKeyValueRange())
        headers.append(pithosFieldName("X-Account-Group-", name), pithosQuoted(members.join(u',')));
    constexpr qint64 most = std::numeric_limits<qint64>::max();
    qint64 sum = 0;
    for (const auto &[project, bytes] : found.quotas) {
        headers.append("X-Account-Policy-Quota-" + project.utf8(), QByteArray::number(bytes));
        sum = bytes > most - sum ? most : sum + bytes;
    }
    headers.append("X-Account-Policy-Quota", QByteArray::number(sum));
    for (const auto &[name, value] : account.properties.user.asKeyValueRange())
        headers.append(pithosFieldName("X-Account-Meta-", name), pithosQuoted(value));
}

// X-Account-Group-*; nullopt: no word of groups.
Result<std::optional<PithosService::GroupWish>> groupsOf(const PithosRequest &request)
{
    const PropertyMap fields = pithosFields(request, "x-account-group-");
    if (fields.isEmpty())
        return std::optional<PithosService::GroupWish>();
    PithosService::GroupWish wish;
    wish.replacesAll = pithosUpdate(request) == PithosUpdate::Replaces;
    for (const auto &[name, value] : fields.asKeyValueRange()) {
        // An underscore came as a hyphen.
        if (name.isEmpty() || name.contains(u'-'))
            return invalid(u"X-Account-Group: a group's name has neither - nor _."_s);
        if (name.toUtf8().size() > PithosLimits::metaName)
            return invalid(
                u"X-Account-Group: a group's name has at most %1 bytes."_s.arg(PithosLimits::metaName));
        QStringList members;
        for (const QString &member : value.split(u',', Qt::SkipEmptyParts)) {
            if (const QString plain = member.trimmed(); !plain.isEmpty())
                members.append(plain);
        }
        members.removeDuplicates();
        wish.groups.insert(name, members);
    }
    return std::optional(wish);
}

} // namespace

// With a token: the accounts that share something with its bearer. Without: the form of v1.0 authentication,
// in which the key is the token.
Reply PithosHandlers::showTop(const PithosRequest &request)
{
    if (request.actor.caller.isAnonymous()) {
        const bool hasToken = request.hasField("X-Auth-Token") || request.has("X-Auth-Token"_L1);
        if (hasToken)
            return Error { ErrorCode::Unauthenticated, u"The token is not good."_s, {} };
        const QByteArray user = request.field("X-Auth-User").trimmed();
        const QByteArray key = request.field("X-Auth-Key").trimmed();
        if (user.isEmpty() || key.isEmpty())
            return invalid(u"X-Auth-User and X-Auth-Key: both are needed where there is no token."_s);
        Response response = pithosEmpty(request, 204);
        response.headers.append("X-Auth-Token", key);
        response.headers.append(
            "X-Storage-Url", request.request.baseUrl + "/pithos/object-store/v1/" + user.toPercentEncoding());
        return response;
    }
    const PithosPage page = pithosPage(request);
    const auto accounts = m_service.accountsFor(request.actor, page.after, page.limit);
    if (!accounts)
        return accounts.error();
    Response response;
    writeAccounts(response, pithosFormat(request, PithosReplies::Lists), *accounts);
    return response;
}

Reply PithosHandlers::showAccount(const PithosRequest &request)
{
    const auto id = request.accountId();
    if (!id)
        return id.error();
    const PithosPage page = pithosPage(request);
    const auto account = m_service.account(request.actor, *id, page.untilMs);
    if (!account)
        return account.error();
    Response response;
    const ReplyFormat format = pithosFormat(request, PithosReplies::Lists);
    response.headers.append("Content-Type", pithosContentType(format));
    writeAccount(response.headers, *account, page.untilMs);
    if (const int status = pithosDateStatus(request, account->account.updatedAtMs)) {
        response.status = status;
        return response;
    }
    if (request.request.method == "HEAD") {
        response.status = 204;
        return response;
    }
    const auto containers = m_service.containers(request.actor, *account, page);
    if (!containers)
        return containers.error();
    writePithosContainers(response, format, *account, *containers, page);
    return response;
}

Reply PithosHandlers::changeAccount(const PithosRequest &request)
{
    const auto id = request.accountId();
    if (!id)
        return id.error();
    const auto sent = pithosMetadata(request, PithosLevel::Account);
    if (!sent)
        return sent.error();
    const auto groups = groupsOf(request);
    if (!groups)
        return groups.error();
    const auto change = [sent = *sent, update = pithosUpdate(request)](const PropertyMap &before) {
        return pithosMetadataChanges(before, sent, update);
    };
    return thenIn(m_service.changeAccount(request.actor, *id, change, *groups), &m_context,
        [request](const Result<> &done) -> Result<Response> {
            if (!done)
                return done.error();
            return pithosEmpty(request, 202);
        });
}

} // namespace nephele
