// SPDX-License-Identifier: GPL-3.0-or-later
// PithosHandlers: containers.
#include "server/pithos/pithoshandlers.h"

#include "model/base/whendone.h"
#include "server/object/collectingsink.h"
#include "server/object/objectnames.h"
#include "server/object/objectrequest.h"
#include "server/pithos/hashmaps.h"
#include "server/pithos/looseblocks.h"
#include "server/pithos/pithosheaders.h"
#include "server/pithos/pithoslisting.h"

#include <QtConcurrent>

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

constexpr int mostOnTheLoop = 1000; // lines of a list

void writeContainer(
    Headers &headers, const PithosContainer &found, qint64 blockBytes, const std::optional<qint64> &untilMs)
{
    const ObjectContainer &container = found.container;
    headers.append("Last-Modified", pithosDate(container.updatedAtMs));
    headers.append("X-Container-Block-Size", QByteArray::number(blockBytes));
    headers.append("X-Container-Block-Hash", "sha256");
    if (!found.isWhole)
        return;
    headers.append("X-Container-Object-Count", QByteArray::number(container.objects));
    headers.append("X-Container-Bytes-Used", QByteArray::number(container.bytes));
    if (untilMs)
        headers.append("X-Container-Until-Timestamp", pithosDate(*untilMs));
    QByteArrayList names;
    for (const QString &name : found.metaNames)
        names.append(pithosFieldName({}, name));
    headers.append("X-Container-Object-Meta", names.join(','));
    const QString quota = container.properties.system.value(systemNames().quotaBytes);
    headers.append("X-Container-Policy-Quota", quota.isEmpty() ? QByteArray("0") : quota.toLatin1());
    headers.append(
        "X-Container-Policy-Versioning", container.versioning == Versioning::Auto ? "auto" : "none");
    headers.append("X-Container-Policy-Project", container.payer.utf8());
    for (const auto &[name, value] : container.properties.user.asKeyValueRange())
        headers.append(pithosFieldName("X-Container-Meta-", name), pithosQuoted(value));
}

Result<qint64> quotaOf(const QString &text)
{
    bool isNumber = false;
    const qint64 bytes = text.toLongLong(&isNumber);
    if (!isNumber || bytes < 0)
        return invalid(u"X-Container-Policy-Quota: must be a number of bytes."_s);
    return bytes;
}

Result<Versioning> versioningOf(const QString &text)
{
    const QString word = text.toLower();
    if (word == "auto"_L1)
        return Versioning::Auto;
    if (word == "none"_L1)
        return Versioning::None;
    return invalid(u"X-Container-Policy-Versioning: must be auto or none."_s);
}

// X-Container-Policy-*. Where one is named and nothing is merged, the others go back to where a container
// begins; so does one that is named empty.
Result<PolicyWish> policiesOf(const PithosRequest &request, PithosUpdate update)
{
    const PropertyMap fields = pithosFields(request, "x-container-policy-");
    PolicyWish wish;
    if (!fields.isEmpty() && update == PithosUpdate::Replaces)
        wish = { 0, Versioning::Auto, ProjectId() };
    for (const auto &[name, value] : fields.asKeyValueRange()) {
        if (name == "quota"_L1) {
            const auto quota = value.isEmpty() ? Result<qint64>(0) : quotaOf(value);
            if (!quota)
                return quota.error();
            wish.quotaBytes = *quota;
        } else if (name == "versioning"_L1) {
            const auto versioning =
                value.isEmpty() ? Result<Versioning>(Versioning::Auto) : versioningOf(value);
            if (!versioning)
                return versioning.error();
            wish.versioning = *versioning;
        } else if (name == "project"_L1) {
            const auto project = value.isEmpty() ? std::optional(ProjectId()) : ProjectId::fromText(value);
            if (!project)
                return invalid(u"X-Container-Policy-Project: must be the id of a project."_s);
            wish.payer = *project;
        } else {
            return invalid(u"X-Container-Policy-%1: there is no such policy."_s.arg(name.left(64)));
        }
    }
    return wish;
}

MetadataChange metadataChange(const PropertyMap &sent, PithosUpdate update)
{
    return [sent, update](const PropertyMap &before) { return pithosMetadataChanges(before, sent, update); };
}

// A body of exactly this type is blocks; anything else means nothing.
bool bringsBlocks(const PithosRequest &request)
{
    if (request.field("Content-Type").trimmed().toLower() != "application/octet-stream")
        return false;
    return request.hasField("Transfer-Encoding") || announcedBytes(request.request).value_or(0) > 0;
}

} // namespace

Reply PithosHandlers::showContainer(const PithosRequest &request)
{
    const auto id = request.accountId();
    if (!id)
        return id.error();
    const PithosPage page = pithosPage(request);
    const auto container = m_service.container(request.actor, *id, request.container, page.untilMs);
    if (!container)
        return container.error();
    Response response;
    response.headers.append("Content-Type", pithosContentType(pithosFormat(request, PithosReplies::Lists)));
    writeContainer(
        response.headers, *container, m_service.works().blocks().options().blockBytes, page.untilMs);
    if (const int status = pithosDateStatus(request, container->container.updatedAtMs)) {
        response.status = status;
        return response;
    }
    if (request.request.method == "HEAD") {
        response.status = 204;
        return response;
    }
    const auto meta = pithosMetaQuery(request);
    if (!meta)
        return meta.error();
    const auto list = [works = &m_service.works(), response, request, container = *container, meta = *meta,
                          page]() -> Result<Response> {
        const auto lines = PithosService::listObjects(
            *works, request.actor, container, pithosNames(request, page), meta, page);
        if (!lines)
            return lines.error();
        Response whole = response;
        writePithosObjects(whole, request, container, *lines, page);
        return whole;
    };
    if (page.limit <= mostOnTheLoop || container->container.objects <= mostOnTheLoop)
        return list();
    // A worker has others to serve while many lines are put together.
    return Reply(QtConcurrent::run(&m_service.works().contentPool(), [works = &m_service.works(), list] {
        const ReadingJob job(works->database());
        return list();
    }));
}

Reply PithosHandlers::putContainer(const PithosRequest &request)
{
    const auto id = request.accountId();
    if (!id)
        return id.error();
    const auto sent = pithosMetadata(request, PithosLevel::Container);
    if (!sent)
        return sent.error();
    // Of one that is there, this is a POST with update.
    const auto policies = policiesOf(request, PithosUpdate::Merges);
    if (!policies)
        return policies.error();
    return thenIn(m_service.putContainer(request.actor, *id, request.container,
                      metadataChange(*sent, PithosUpdate::Merges), *policies),
        &m_context, [request](const Result<bool> &isNew) -> Result<Response> {
            if (!isNew)
                return isNew.error();
            return pithosEmpty(request, *isNew ? 201 : 202);
        });
}

PithosHandlers::Opened PithosHandlers::openContainerPost(const PithosRequest &request)
{
    using Sink = std::shared_ptr<BodySink>;
    const auto id = request.accountId();
    if (!id)
        return QtFuture::makeReadyFuture(Result<Sink>(id.error()));
    if (!bringsBlocks(request))
        return QtFuture::makeReadyFuture(Result<Sink>(std::make_shared<DiscardingSink>()));
    return QtFuture::makeReadyFuture(
        m_service.openBlocks(request.actor, *id, request.container, announcedBytes(request.request)));
}

Reply PithosHandlers::changeContainer(const PithosRequest &request)
{
    const auto id = request.accountId();
    if (!id)
        return id.error();
    const auto sent = pithosMetadata(request, PithosLevel::Container);
    if (!sent)
        return sent.error();
    const PithosUpdate update = pithosUpdate(request);
    const auto policies = policiesOf(request, update);
    if (!policies)
        return policies.error();
    const auto *blocks = qobject_cast<const LooseBlockSink *>(request.request.sink.get());
    Response response = pithosEmpty(request, 202);
    if (blocks) {
        const ReplyFormat format = pithosFormat(request, PithosReplies::Documents);
        response.headers.set("Content-Type", pithosContentType(format));
        response.body = writeHashes(blocks->hashes(), format);
    }
    // Blocks and not a word of metadata to merge: the container is not touched.
    if (blocks && update == PithosUpdate::Merges && sent->isEmpty() && !policies->quotaBytes
        && !policies->versioning && !policies->payer)
        return response;
    return thenIn(m_service.changeContainer(
                      request.actor, *id, request.container, metadataChange(*sent, update), *policies),
        &m_context, [response](const Result<> &done) -> Result<Response> {
            if (!done)
                return done.error();
            return response;
        });
}

Reply PithosHandlers::deleteContainer(const PithosRequest &request)
{
    const auto id = request.accountId();
    if (!id)
        return id.error();
    const auto answered = [request](const auto &done) -> Result<Response> {
        if (!done)
            return done.error();
        return pithosEmpty(request, 204);
    };
    ObjectService &objects = m_service.objects();
    if (request.untilMs)
        return thenIn(objects.purgeHistory(request.actor, *id, request.container, *request.untilMs),
            &m_context, [answered](const Result<> &done) { return answered(done); });
    if (const auto delimiter = request.request.query("delimiter"_L1); delimiter && !delimiter->isEmpty())
        return thenIn(objects.removeBelow(request.actor, *id, request.container, {}), &m_context,
            [answered](const Result<qint64> &done) { return answered(done); });
    return thenIn(objects.removeContainer(request.actor, *id, request.container), &m_context,
        [answered](const Result<> &done) { return answered(done); });
}

} // namespace nephele
