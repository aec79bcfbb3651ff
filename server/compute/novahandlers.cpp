// SPDX-License-Identifier: GPL-3.0-or-later
// What novahandlers.h says of discovery, flavors and keypairs.
#include "server/compute/novahandlers.h"

namespace nephele {

namespace {

bool isOldRoot(const Request &request)
{
    return request.path == "/compute/v2" || request.path.startsWith("/compute/v2/");
}

} // namespace

NovaJson NovaCall::json() const
{
    return NovaJson(request.baseUrl + "/compute", isOldRoot(request) ? "v2" : "v2.1", version);
}

Response NovaCall::answer(int status, QByteArray body) const
{
    Response response = Response::json(status, std::move(body));
    addNovaVersion(response, version);
    return response;
}

Response NovaCall::empty(int status) const
{
    Response response = Response::empty(status);
    addNovaVersion(response, version);
    return response;
}

Reply NovaHandlers::listVersions(const NovaCall &call)
{
    return Response::json(200, call.json().versions());
}

Reply NovaHandlers::showVersion(const NovaCall &call)
{
    return Response::json(200, call.json().version());
}

Reply NovaHandlers::listExtensions(const NovaCall &call)
{
    return call.answer(200, NovaJson::noExtensions());
}

Reply NovaHandlers::listZones(const NovaCall &call)
{
    return call.answer(200, NovaJson::availabilityZones());
}

Reply NovaHandlers::flavors(const NovaCall &call, NovaJson::Detail detail)
{
    const auto query = flavorQueryFromNova(call.request, call.caller);
    if (!query)
        return query.error();
    const auto all = m_service.flavors(call.caller);
    if (!all)
        return all.error();
    QList<Flavor> page;
    bool isBehindMarker = !query->marker;
    bool hasMore = false;
    for (const Flavor &flavor : *all) {
        const bool fits = (!query->isPublic || flavor.isPublic == *query->isPublic)
            && flavor.memoryMiB >= query->minRamMiB && flavor.diskGiB >= query->minDiskGiB;
        if (isBehindMarker && fits) {
            hasMore = page.size() == query->limit;
            if (hasMore)
                break;
            page.append(flavor);
        }
        isBehindMarker = isBehindMarker || flavor.flavorId == *query->marker;
    }
    if (!isBehindMarker)
        return invalid(QStringLiteral("marker: there is no flavor '%1'.").arg(*query->marker));
    QByteArray next;
    if (hasMore && !page.isEmpty())
        next = nextPageUrl(call.request, page.last().flavorId);
    return call.answer(200, call.json().flavors(page, detail, next));
}

Reply NovaHandlers::listFlavors(const NovaCall &call)
{
    return flavors(call, NovaJson::Detail::Summary);
}

Reply NovaHandlers::listFlavorDetails(const NovaCall &call)
{
    return flavors(call, NovaJson::Detail::Full);
}

Result<Flavor> NovaHandlers::findFlavor(const NovaCall &call)
{
    const QString wanted = call.parameter("flavor");
    const auto all = m_service.flavors(call.caller);
    if (!all)
        return all.error();
    for (const Flavor &flavor : *all) {
        if (flavor.flavorId == wanted)
            return flavor;
    }
    return notFound(QStringLiteral("Flavor %1 could not be found.").arg(wanted));
}

Reply NovaHandlers::showFlavor(const NovaCall &call)
{
    const auto flavor = findFlavor(call);
    return flavor ? Reply(call.answer(200, call.json().flavor(*flavor))) : Reply(flavor.error());
}

Reply NovaHandlers::listExtraSpecs(const NovaCall &call)
{
    const auto flavor = findFlavor(call);
    return flavor ? Reply(call.answer(200, NovaJson::noExtraSpecs())) : Reply(flavor.error());
}

Reply NovaHandlers::showExtraSpec(const NovaCall &call)
{
    const auto flavor = findFlavor(call);
    return flavor
        ? notFound(
            QStringLiteral("Flavor %1 has no extra spec '%2'.").arg(flavor->flavorId, call.parameter("key")))
        : flavor.error();
}

// From 2.10 on an administrator may act for another user.
Result<Caller> NovaHandlers::keypairOwner(const NovaCall &call, const std::optional<QString> &userId)
{
    if (!userId || call.version.minor < 10 || *userId == call.caller.user.text())
        return call.caller;
    if (!call.caller.isAdmin)
        return forbidden(QStringLiteral("Only administrators see the keypairs of others."));
    const auto user = UserId::fromText(*userId);
    if (!user)
        return invalid(QStringLiteral("user_id: is no user's id."));
    Caller owner = call.caller;
    owner.user = *user;
    return owner;
}

Reply NovaHandlers::listKeypairs(const NovaCall &call)
{
    const auto owner = keypairOwner(call, call.request.query(QLatin1StringView("user_id")));
    if (!owner)
        return owner.error();
    const auto keypairs = m_service.keypairs(*owner);
    return keypairs ? Reply(call.answer(200, call.json().keypairs(*keypairs, {}))) : Reply(keypairs.error());
}

Reply NovaHandlers::createKeypair(const NovaCall &call)
{
    const auto wanted = newKeypairFromNova(call.request.body, call.version);
    if (!wanted)
        return wanted.error();
    const auto owner = keypairOwner(call, wanted->user ? std::optional(wanted->user->text()) : std::nullopt);
    if (!owner)
        return owner.error();
    const int status = call.version.minor >= 2 ? 201 : 200;
    if (!wanted->publicKey.isEmpty())
        return later(m_service.importKeypair(*owner, wanted->name, wanted->publicKey),
            [call, status](const Keypair &keypair) {
                return call.answer(status, call.json().createdKeypair(keypair, {}));
            });
    return later(m_service.generateKeypair(*owner, wanted->name),
        [call, status](const ComputeService::GeneratedKeypair &made) {
            return call.answer(status, call.json().createdKeypair(made.keypair, made.privateKeyPem));
        });
}

Reply NovaHandlers::showKeypair(const NovaCall &call)
{
    const auto owner = keypairOwner(call, call.request.query(QLatin1StringView("user_id")));
    if (!owner)
        return owner.error();
    const auto keypair = m_service.keypair(*owner, call.parameter("keypair"));
    return keypair ? Reply(call.answer(200, call.json().keypair(*keypair))) : Reply(keypair.error());
}

Reply NovaHandlers::deleteKeypair(const NovaCall &call)
{
    const auto owner = keypairOwner(call, call.request.query(QLatin1StringView("user_id")));
    if (!owner)
        return owner.error();
    const int status = call.version.minor >= 2 ? 204 : 202;
    return later(m_service.removeKeypair(*owner, call.parameter("keypair")),
        [call, status] { return call.empty(status); });
}

} // namespace nephele
