// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/object/objectsink.h"

#include "model/base/whendone.h"

namespace nephele {

namespace {

using Stored = Result<ObjectVersion>;

constexpr int mostAttempts = 20;

Error wrongDigest()
{
    return { ErrorCode::Unprocessable, QStringLiteral("The bytes that came do not have the ETag sent along."),
        {} };
}

QString md5Of(QByteArrayView bytes)
{
    Digest digest(Digest::Kind::Md5);
    digest.add(bytes);
    return QString::fromLatin1(digest.result().toHex());
}

// A small content on its way: what every attempt needs.
struct SmallContent
{
    BlockStore *store;
    QObject *context;
    ContentMap map;
    BlockClaim claim;
    QByteArray trimmed;
    ObjectSink::Settle settle;
    int attempts = 0;
};

QFuture<Stored> failed(const Error &error)
{
    return QtFuture::makeReadyFuture(Stored(error));
}

QFuture<Stored> writeSmall(const std::shared_ptr<SmallContent> &content);

QFuture<Stored> placeSmall(const std::shared_ptr<SmallContent> &content)
{
    using Placed = Result<std::optional<ObjectVersion>>;
    Database &database = content->store->database();
    const auto placed = database.write(
        [map = content->map, claim = content->claim, settle = content->settle](Transaction &t) -> Placed {
            const auto number = MapStore::place(t, map, claim);
            if (!number)
                return number.error();
            if (!*number)
                return std::optional<ObjectVersion>();
            ContentMap live = map;
            live.number = **number;
            const auto stored = settle(t, live);
            if (!stored)
                return stored.error();
            return std::optional(*stored);
        });
    return thenIn(placed, content->context, [content](const Placed &done) {
        if (!done)
            return failed(done.error());
        if (*done)
            return QtFuture::makeReadyFuture(Stored(**done));
        // The block died between the look and the closure: it is written after all.
        return writeSmall(content);
    });
}

QFuture<Stored> writeSmall(const std::shared_ptr<SmallContent> &content)
{
    if (++content->attempts > mostAttempts)
        return failed(unavailable(QStringLiteral("The data could not be kept; try again.")));
    if (const auto space = content->store->checkSpace(content->trimmed.size()); !space)
        return failed(space.error());
    const qint64 generation = BlockStore::newGeneration();
    content->claim.writtenGeneration = generation;
    const auto put = content->store->backend().putSoon(content->claim.hash, generation, content->trimmed);
    return thenIn(put, content->context,
        [content](const Result<> &done) { return done ? placeSmall(content) : failed(done.error()); });
}

QFuture<Stored> storeSmall(BlockStore &store, const ObjectSink::Options &options, const QByteArray &bytes)
{
    auto content = std::make_shared<SmallContent>();
    content->store = &store;
    content->context = options.context;
    content->settle = options.settle;
    content->trimmed = trimmedBlock(bytes).toByteArray();
    const BlockHash hash = hashOfTrimmed(content->trimmed);
    content->map.account = options.account;
    content->map.sizeBytes = bytes.size();
    content->map.blockBytes = store.options().blockBytes;
    content->map.root = merkleRoot(bytes.isEmpty() ? QList<BlockHash>() : QList<BlockHash> { hash });
    content->map.md5 = md5Of(bytes);
    content->claim = { 0, options.account, 0, hash, content->trimmed.size(), std::nullopt, false };
    if (isHole(hash))
        return placeSmall(content);
    const auto live =
        store.database().read([&](ReadTransaction &t) { return MapStore::liveGeneration(t, hash); });
    if (!live)
        return failed(live.error());
    return *live ? placeSmall(content) : writeSmall(content);
}

} // namespace

ObjectSink::ObjectSink(BlockStore &store, Options options)
    : m_store(store), m_options(std::move(options)), m_relay(new Relay { {}, this })
{
}

ObjectSink::~ObjectSink()
{
    {
        const QMutexLocker lock(&m_relay->mutex);
        m_relay->sink = nullptr;
    }
    abort();
}

void ObjectSink::startWriter()
{
    m_writer = MapWriter::create(m_store, { m_options.account, false }, [relay = m_relay] {
        const QMutexLocker lock(&relay->mutex);
        if (relay->sink)
            QMetaObject::invokeMethod(relay->sink, &ObjectSink::progressed, Qt::QueuedConnection);
    });
    m_writer->append(m_options.prefix);
    m_writer->append(std::exchange(m_small, {}));
}

Result<> ObjectSink::write(QByteArrayView data)
{
    const auto failure = m_writer ? m_writer->failure() : std::nullopt;
    if (failure) {
        abort();
        return *failure;
    }
    const qint64 before = m_writer ? m_writer->sizeBytes() - m_options.prefix.size() : m_small.size();
    if (m_options.mostBytes && before + data.size() > *m_options.mostBytes) {
        abort();
        return m_options.tooMuch;
    }
    if (!m_writer) {
        const qint64 mostSmall = qMin(m_store.options().smallBytes, m_store.options().blockBytes);
        if (m_small.size() + data.size() <= mostSmall) {
            m_small.append(data);
            return {};
        }
        startWriter();
    }
    m_writer->append(data);
    m_wasFull = m_wasFull || m_writer->isFull();
    return {};
}

void ObjectSink::progressed()
{
    if (!m_wasFull || m_isOver || m_writer->isFull())
        return;
    m_wasFull = false;
    emit readyForMore();
}

// The object is stored even if nobody waits for the answer any more: nothing here depends on the sink. By
// thenIn() all through, for a continuation of Qt 6.4's own runs twice when the future is done while it is
// set.
QFuture<Result<ObjectVersion>> ObjectSink::settleWritten()
{
    const auto give = [store = &m_store](qint64 map, const Error &why) {
        (void)store->database().write([map](Transaction &t) { return MapStore::abandon(t, map); });
        return failed(why);
    };
    const auto settle = [store = &m_store, options = m_options, give](const Result<ContentMap> &built) {
        if (!built)
            return failed(built.error());
        if (!options.md5.isEmpty() && built->md5.toLatin1() != options.md5)
            return give(built->number, wrongDigest());
        const auto written =
            store->database().write([map = *built, settle = options.settle](Transaction &t) -> Stored {
                const auto number = MapStore::finish(t, map);
                if (!number)
                    return number.error();
                ContentMap live = map;
                live.number = *number;
                return settle(t, live);
            });
        return thenIn(written, options.context, [give, number = built->number](const Stored &stored) {
            return stored ? QtFuture::makeReadyFuture(stored) : give(number, stored.error());
        });
    };
    return thenIn(m_writer->finish(), m_options.context, settle);
}

QFuture<Result<ObjectVersion>> ObjectSink::handOn()
{
    if (!m_writer)
        return m_options.receive({ m_small, {} });
    return thenIn(m_writer->finish(), m_options.context,
        [receive = m_options.receive](const Result<ContentMap> &built) {
            return built ? receive({ {}, *built }) : failed(built.error());
        });
}

void ObjectSink::finish()
{
    if (m_isOver)
        return;
    m_isOver = true;
    QFuture<Stored> stored;
    if (m_options.receive)
        stored = handOn();
    else if (m_writer)
        stored = settleWritten();
    else if (!m_options.md5.isEmpty() && md5Of(m_small).toLatin1() != m_options.md5)
        stored = failed(wrongDigest());
    else
        stored = storeSmall(m_store, m_options, m_small);
    whenDone(stored, this, [this](const Stored &done) {
        if (done)
            m_stored = *done;
        emit finished(done ? std::nullopt : std::optional(done.error()));
    });
}

void ObjectSink::abort()
{
    if (m_isOver)
        return;
    m_isOver = true;
    if (m_writer)
        m_writer->abort();
}

} // namespace nephele
