// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sync/remotecontainer.h"

#include "app/client/fault.h"
#include "app/sync/syncname.h"
#include "model/base/whendone.h"

#include <QMimeDatabase>
#include <QTimer>
#include <QUrlQuery>

namespace nephele {

namespace {

constexpr int pageItems = 5000;
constexpr int mostAttempts = 4;
constexpr int firstPauseMs = 500; // doubles with each attempt
constexpr int silenceMs = 180'000; // a large content takes its time to be put together

QString encoded(const QString &text, const QByteArray &kept = {})
{
    return QString::fromLatin1(QUrl::toPercentEncoding(text, kept));
}

QByteArray typeOf(const QString &name)
{
    const QByteArray type =
        QMimeDatabase().mimeTypeForFile(fileNameOf(name), QMimeDatabase::MatchExtension).name().toLatin1();
    return type.isEmpty() || type.startsWith("inode/") ? QByteArray("application/octet-stream") : type;
}

bool mayTryAgain(const Result<RestReply> &reply)
{
    return !reply
        && (reply.error().code == ErrorCode::Unavailable || reply.error().code == ErrorCode::Timeout
            || reply.error().code == ErrorCode::TooManyRequests);
}

constexpr auto nothing = [](const Result<RestReply> &reply) -> Result<> {
    return reply ? Result<>() : Result<>(reply.error());
};

} // namespace

// A listing under way: first of all objects, then of those that are executable.
struct RemoteContainer::Walk
{
    enum class Part { All, Executable };

    Part part = Part::All;
    QString prefix; // "photos/"
    QString marker;
    Listing listing;
    QPromise<Result<Listing>> promise;
};

RemoteContainer::RemoteContainer(CloudSession &session, const ContainerAddress &address, int mostRequests)
    : m_session(session), m_address(address), m_mostRequests(mostRequests)
{
}

QFuture<Result<ContainerAddress>> RemoteContainer::open()
{
    return thenIn(
        m_session.signIn(), this, [this](const Result<Session> &session) -> Result<ContainerAddress> {
            if (!session)
                return session.error();
            if (m_address.account.isEmpty())
                m_address.account =
                    session->project.isNull() ? session->user.text() : session->project.text();
            return m_address;
        });
}

QString RemoteContainer::containerPath() const
{
    return QStringLiteral("/pithos/object-store/v1/%1/%2")
        .arg(encoded(m_address.account), encoded(m_address.container));
}

QString RemoteContainer::path(const QString &name) const
{
    const QString whole = m_address.prefix.isEmpty() ? name : m_address.prefix + QLatin1Char('/') + name;
    return containerPath() + QLatin1Char('/') + encoded(whole, "/");
}

RemoteContainer::Reply RemoteContainer::send(const RestRequest &request)
{
    Waiting waiting { request, std::make_shared<QPromise<Result<RestReply>>>(), 0 };
    waiting.request.timeoutMs = silenceMs;
    waiting.promise->start();
    const Reply reply = waiting.promise->future();
    m_waiting.push_back(std::move(waiting));
    sendNext();
    return reply;
}

void RemoteContainer::sendNext()
{
    while (m_running < m_mostRequests && !m_waiting.empty()) {
        Waiting next = std::move(m_waiting.front());
        m_waiting.pop_front();
        ++m_running;
        ++next.attempt;
        whenDone(m_session.call(next.request), this,
            [this, next](const Result<RestReply> &reply) { end(next, reply); });
    }
}

void RemoteContainer::end(const Waiting &waiting, const Result<RestReply> &reply)
{
    --m_running;
    if (mayTryAgain(reply) && waiting.attempt < mostAttempts) {
        QTimer::singleShot(firstPauseMs << (waiting.attempt - 1), this, [this, waiting] {
            m_waiting.push_front(waiting);
            sendNext();
        });
    } else {
        waiting.promise->addResult(reply);
        waiting.promise->finish();
    }
    sendNext();
}

QFuture<Result<RemoteContainer::Facts>> RemoteContainer::facts()
{
    return thenIn(
        send({ "HEAD", containerPath(), {}, {} }), this, [](const Result<RestReply> &reply) -> Result<Facts> {
            if (!reply && reply.error().code == ErrorCode::NotFound)
                return Facts {};
            if (!reply)
                return reply.error();
            Facts facts { true, reply->header("X-Container-Block-Size").toLongLong() };
            if (facts.blockBytes <= 0 || reply->header("X-Container-Block-Hash").toLower() != "sha256")
                return notUnderstood(QStringLiteral("the container"),
                    invalid(QStringLiteral("blocks of %1 bytes by %2")
                                .arg(facts.blockBytes)
                                .arg(QString::fromLatin1(reply->header("X-Container-Block-Hash")))));
            return facts;
        });
}

QFuture<Result<>> RemoteContainer::create()
{
    return thenIn(send({ "PUT", containerPath(), {}, {} }), this, nothing);
}

QFuture<Result<RemoteContainer::Listing>> RemoteContainer::list()
{
    auto walk = std::make_shared<Walk>();
    walk->prefix = m_address.prefix.isEmpty() ? QString() : m_address.prefix + QLatin1Char('/');
    walk->promise.start();
    listNext(walk);
    return walk->promise.future();
}

void RemoteContainer::listNext(const std::shared_ptr<Walk> &walk)
{
    QString query = QStringLiteral("?format=json&limit=%1").arg(pageItems);
    if (!walk->prefix.isEmpty())
        query += QStringLiteral("&prefix=") + encoded(walk->prefix);
    if (!walk->marker.isEmpty())
        query += QStringLiteral("&marker=") + encoded(walk->marker);
    if (walk->part == Walk::Part::Executable)
        query += QStringLiteral("&meta=") + QLatin1StringView(executableMetaKey);
    whenDone(send({ "GET", containerPath() + query, {}, {} }), this,
        [this, walk](const Result<RestReply> &reply) { takePage(walk, reply); });
}

void RemoteContainer::takePage(const std::shared_ptr<Walk> &walk, const Result<RestReply> &reply)
{
    const auto fail = [&](const Error &error) {
        walk->promise.addResult(Result<Listing>(error));
        walk->promise.finish();
    };
    if (!reply)
        return fail(reply.error());
    const auto page = remotePageFrom(reply->body);
    if (!page)
        return fail(page.error());
    for (const auto &[name, entry] : page->entries)
        takeEntry(*walk, name, entry);
    if (page->count >= pageItems && !page->lastName.isEmpty() && page->lastName != walk->marker) {
        walk->marker = page->lastName;
        return listNext(walk);
    }
    if (walk->part == Walk::Part::All && !walk->listing.entries.isEmpty()) {
        walk->part = Walk::Part::Executable;
        walk->marker.clear();
        return listNext(walk);
    }
    walk->promise.addResult(Result<Listing>(std::move(walk->listing)));
    walk->promise.finish();
}

void RemoteContainer::takeEntry(Walk &walk, const QString &name, const RemoteEntry &entry)
{
    if (!name.startsWith(walk.prefix))
        return;
    const QString relative = name.sliced(walk.prefix.size());
    if (walk.part == Walk::Part::Executable) {
        const auto found = walk.listing.entries.find(relative);
        if (found != walk.listing.entries.end() && found->version == entry.version)
            found->state.isExecutable = found->state.isFile();
        return;
    }
    // Other clients mark folders by names that end with a slash; such a folder is there by what it holds.
    if (relative.isEmpty() || (relative.endsWith(QLatin1Char('/')) && entry.sizeBytes == 0))
        return;
    if (const auto why = whyNoSyncName(relative))
        walk.listing.refused.append(QStringLiteral("%1: %2").arg(relative, *why));
    else
        walk.listing.entries.insert(relative, entry);
}

QFuture<Result<RemoteHead>> RemoteContainer::head(const QString &name)
{
    return thenIn(
        send({ "HEAD", path(name), {}, {} }), this, [](const Result<RestReply> &reply) -> Result<RemoteHead> {
            return reply ? remoteHeadFrom(*reply) : reply.error();
        });
}

RestRequest RemoteContainer::writing(const NewObject &object, const QString &query) const
{
    RestRequest request { "PUT", path(object.name) + query, {}, object.kept };
    request.headers.append({ "Content-Type", typeOf(object.name) });
    if (object.isExecutable)
        request.headers.append({ QByteArray("X-Object-Meta-") + executableMetaKey, "yes" });
    if (object.condition.etag.isEmpty())
        request.headers.append({ QByteArray("If-None-Match"), QByteArray("*") });
    else
        request.headers.append({ "If-Match", object.condition.etag });
    return request;
}

QFuture<Result<QList<BlockHash>>> RemoteContainer::putHashmap(
    const NewObject &object, const QList<BlockHash> &hashes)
{
    RestRequest request = writing(object, QStringLiteral("?hashmap&format=json"));
    request.body = hashmapBody(object.sizeBytes, hashes);
    request.alsoAnswers = { 409 };
    return thenIn(send(request), this, [](const Result<RestReply> &reply) -> Result<QList<BlockHash>> {
        if (!reply)
            return reply.error();
        if (reply->status != 409)
            return QList<BlockHash>();
        return blockHashesFrom(reply->body);
    });
}

QFuture<Result<>> RemoteContainer::putContent(const NewObject &object, const QByteArray &content)
{
    RestRequest request = writing(object, {});
    request.body = content;
    emit sent(content.size());
    return thenIn(send(request), this, nothing);
}

QFuture<Result<>> RemoteContainer::putFolder(const QString &name, const Condition &condition)
{
    RestRequest request = writing({ name, 0, false, condition, {} }, {});
    for (auto &[header, value] : request.headers) {
        if (header == "Content-Type")
            value = "application/directory";
    }
    return thenIn(send(request), this, nothing);
}

QFuture<Result<>> RemoteContainer::postBlock(const QByteArray &trimmed, const BlockHash &hash)
{
    const QString place = m_blocksPath.isEmpty() ? containerPath() : m_blocksPath;
    const RestRequest request { "POST", place + QStringLiteral("?update&format=json"), trimmed,
        { { "Content-Type", "application/octet-stream" } } };
    return thenIn(send(request), this,
        [this, place, trimmed, hash](const Result<RestReply> &reply) -> QFuture<Result<>> {
            const bool isForeign = !reply && reply.error().code == ErrorCode::Forbidden;
            if (isForeign && place == containerPath() && place != ownBlocksPath())
                return postToOwnAccount(trimmed, hash);
            return QtFuture::makeReadyFuture(takenBlock(reply, trimmed.size(), hash));
        });
}

QString RemoteContainer::ownBlocksPath() const
{
    return QStringLiteral("/pithos/object-store/v1/%1/pithos").arg(encoded(m_session.session().user.text()));
}

// Who writes into another's account brings blocks of his own.
QFuture<Result<>> RemoteContainer::postToOwnAccount(const QByteArray &trimmed, const BlockHash &hash)
{
    return thenIn(send({ "PUT", ownBlocksPath(), {}, {} }), this,
        [this, trimmed, hash](const Result<RestReply> &made) -> QFuture<Result<>> {
            if (!made)
                return QtFuture::makeReadyFuture(Result<>(made.error()));
            m_blocksPath = ownBlocksPath();
            return postBlock(trimmed, hash);
        });
}

Result<> RemoteContainer::takenBlock(const Result<RestReply> &reply, qint64 bytes, const BlockHash &hash)
{
    if (!reply)
        return reply.error();
    const auto stored = blockHashesFrom(reply->body);
    if (!stored)
        return stored.error();
    if (stored->value(0) != hash)
        return unavailable(QStringLiteral("A block arrived as another one."));
    emit sent(bytes);
    return {};
}

QFuture<Result<RemoteHashmap>> RemoteContainer::hashmap(const QString &name, qint64 version)
{
    const QString query = QStringLiteral("?hashmap&format=json&version=%1").arg(version);
    return thenIn(send({ "GET", path(name) + query, {}, {} }), this,
        [](const Result<RestReply> &reply) -> Result<RemoteHashmap> {
            return reply ? remoteHashmapFrom(*reply) : reply.error();
        });
}

QFuture<Result<QByteArray>> RemoteContainer::range(
    const QString &name, qint64 version, qint64 offset, qint64 bytes)
{
    const QByteArray wanted =
        "bytes=" + QByteArray::number(offset) + '-' + QByteArray::number(offset + bytes - 1);
    const QString query = QStringLiteral("?version=%1").arg(version);
    return thenIn(send({ "GET", path(name) + query, {}, { { "Range", wanted } } }), this,
        [this, bytes](const Result<RestReply> &reply) -> Result<QByteArray> {
            if (!reply)
                return reply.error();
            if (reply->body.size() != bytes)
                return unavailable(QStringLiteral("The cloud sends %1 bytes where %2 were asked for.")
                                       .arg(reply->body.size())
                                       .arg(bytes));
            emit received(bytes);
            return reply->body;
        });
}

QFuture<Result<>> RemoteContainer::mark(const QString &name, bool isExecutable)
{
    // An empty value takes the key away.
    const RestRequest request { "POST", path(name) + QStringLiteral("?update"), {},
        { { QByteArray("X-Object-Meta-") + executableMetaKey, isExecutable ? "yes" : "" } } };
    return thenIn(send(request), this, nothing);
}

QFuture<Result<>> RemoteContainer::move(const QString &from, const QString &to)
{
    const QString root = QStringLiteral("/pithos/object-store/v1/") + encoded(m_address.account);
    const RestRequest request { "PUT", path(to) + QStringLiteral("?ignore_content_type"), {},
        { { "X-Move-From", path(from).sliced(root.size()).toLatin1() }, { "If-None-Match", "*" } } };
    return thenIn(send(request), this, nothing);
}

QFuture<Result<>> RemoteContainer::remove(const QString &name)
{
    return thenIn(
        send({ "DELETE", path(name), {}, {} }), this, [](const Result<RestReply> &reply) -> Result<> {
            const bool isGone = !reply && reply.error().code == ErrorCode::NotFound;
            return reply || isGone ? Result<>() : Result<>(reply.error());
        });
}

} // namespace nephele
