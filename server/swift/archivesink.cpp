// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/swift/archivesink.h"

#include "model/base/whendone.h"
#include "model/blocks/mapcopy.h"
#include "model/object/containerstore.h"
#include "server/http/faults.h"
#include "server/object/objectsink.h"
#include "server/swift/swiftheaders.h"
#include "server/swift/swiftrequest.h"

#include <QMimeDatabase>
#include <QQueue>
#include <QtConcurrent>

#include <archive.h>
#include <archive_entry.h>

namespace nephele {

using namespace Qt::StringLiterals;

struct ArchiveSink::Pipe
{
    QMutex mutex; // guards all of it
    QWaitCondition changed;
    QQueue<QByteArray> pieces;
    qint64 waitingBytes = 0;
    bool isComplete = false; // no more comes
    bool isBroken = false; // nobody wants the rest
    ArchiveSink *sink = nullptr; // while it lives

    // The next piece; empty at the end. Blocks.
    QByteArray take()
    {
        QMutexLocker lock(&mutex);
        while (pieces.isEmpty() && !isComplete && !isBroken)
            changed.wait(&mutex);
        if (isBroken || pieces.isEmpty())
            return {};
        const QByteArray piece = pieces.dequeue();
        waitingBytes -= piece.size();
        if (sink)
            QMetaObject::invokeMethod(sink, &ArchiveSink::progressed, Qt::QueuedConnection);
        return piece;
    }
    bool isCut()
    {
        const QMutexLocker lock(&mutex);
        return isBroken;
    }
};

namespace {

struct ArchiveCloser
{
    void operator()(archive *reader) const { archive_read_free(reader); }
};
using Reader = std::unique_ptr<archive, ArchiveCloser>;

QString statusText(int status)
{
    return u"%1 %2"_s.arg(status).arg(QString::fromLatin1(reasonPhrase(status)));
}

// One archive, from its first byte to the report. Lives in one thread of the pool.
class Unpacking
{
public:
    Unpacking(ObjectWorks &works, const ObjectActor &actor, const ArchivePlace &place,
        std::shared_ptr<ArchiveSink::Pipe> pipe)
        : m_works(works), m_actor(actor), m_place(place), m_pipe(std::move(pipe))
    {
        m_report.created = 0;
    }

    Result<BulkReport> run(const QString &format);

private:
    static la_ssize_t readMore(archive *, void *self, const void **buffer);
    Reader open(const QString &format);
    void takeEntry(archive *reader, archive_entry *entry);
    std::optional<ObjectPlace> placeOf(const QString &name) const;
    Result<> ensureContainer(const QString &name);
    Result<> storeFile(archive *reader, const ObjectPlace &place, qint64 announcedBytes);
    Result<QByteArray> readFile(archive *reader, qint64 &taken, qint64 announcedBytes);
    void fail(const QString &name, const QString &status);

    ObjectWorks &m_works;
    const ObjectActor m_actor;
    const ArchivePlace m_place;
    const std::shared_ptr<ArchiveSink::Pipe> m_pipe;
    QByteArray m_piece; // libarchive reads from it until it asks for the next
    BulkReport m_report;
    QSet<QString> m_containers;
    qint64 m_files = 0;
    bool m_isGivenUp = false;
};

la_ssize_t Unpacking::readMore(archive *, void *self, const void **buffer)
{
    auto *unpacking = static_cast<Unpacking *>(self);
    unpacking->m_piece = unpacking->m_pipe->take();
    *buffer = unpacking->m_piece.constData();
    return unpacking->m_piece.size();
}

Reader Unpacking::open(const QString &format)
{
    Reader reader(archive_read_new());
    archive_read_support_format_tar(reader.get());
    if (format == "tar.gz"_L1)
        archive_read_support_filter_gzip(reader.get());
    else if (format == "tar.bz2"_L1)
        archive_read_support_filter_bzip2(reader.get());
    if (archive_read_open(reader.get(), this, nullptr, &Unpacking::readMore, nullptr) != ARCHIVE_OK)
        return nullptr;
    return reader;
}

void Unpacking::fail(const QString &name, const QString &status)
{
    m_report.errors.emplaceBack(name.left(1024), status);
    if (m_report.errors.size() >= SwiftLimits::archiveFailures) {
        m_report.status = statusText(400);
        m_report.body = u"Too many failures."_s;
        m_isGivenUp = true;
    }
}

// Where a name of the archive belongs; nothing for one that leaves its place.
std::optional<ObjectPlace> Unpacking::placeOf(const QString &name) const
{
    QStringList parts = name.split(u'/');
    if (!parts.isEmpty() && parts.constFirst() == "."_L1)
        parts.removeFirst();
    for (const QString &part : parts) {
        if (part.isEmpty() || part == "."_L1 || part == ".."_L1)
            return std::nullopt;
    }
    if (parts.isEmpty() || name.contains(QChar(0)))
        return std::nullopt;
    ObjectPlace place { m_place.account, m_place.container, {} };
    if (place.container.isEmpty())
        place.container = parts.takeFirst();
    place.name = m_place.prefix + parts.join(u'/');
    if (parts.isEmpty() || !checkContainerName(place.container) || !checkObjectName(place.name))
        return std::nullopt;
    return place;
}

Result<> Unpacking::ensureContainer(const QString &name)
{
    if (m_containers.contains(name))
        return {};
    const auto made =
        m_works.database()
            .write([actor = m_actor, account = m_place.account, name](Transaction &t) -> Result<> {
                const auto found = ContainerStore::find(t, account, name);
                if (!found)
                    return found.error();
                if (*found)
                    return checkObjectRight(t, actor, account, &**found, ObjectRight::Write);
                if (const auto own = checkObjectRight(t, actor, account, nullptr, ObjectRight::Own); !own)
                    return own.error();
                const auto inserted = ContainerStore::insert(t, account, name, Versioning::None);
                return inserted ? Result<>() : Result<>(inserted.error());
            })
            .result();
    if (made)
        m_containers.insert(name);
    return made;
}

Result<> Unpacking::storeFile(archive *reader, const ObjectPlace &place, qint64 announcedBytes)
{
    NewObject wanted;
    wanted.contentType = QMimeDatabase().mimeTypeForFile(place.name, QMimeDatabase::MatchExtension).name();
    if (announcedBytes > SwiftLimits::fileBytes)
        return Error { ErrorCode::TooLarge, u"The file is too large."_s, {} };
    if (const auto space = m_works.blocks().checkSpace(announcedBytes); !space)
        return space.error();
    const auto judged = m_works.database().read([&](ReadTransaction &t) -> Result<> {
        const auto container = writableContainer(t, m_actor, place);
        if (!container)
            return container.error();
        return checkObjectQuotas(t, *container, std::nullopt, announcedBytes);
    });
    if (!judged)
        return judged.error();
    const auto built = storePieces(m_works.blocks(), { place.account, false },
        [&, taken = qint64(0)]() mutable { return readFile(reader, taken, announcedBytes); });
    if (!built)
        return built.error();
    const auto stored = settleMap(m_works.database(), *built,
        [works = &m_works, actor = m_actor, place, wanted](Transaction &t, const ContentMap &content) {
            return storeObject(t, *works, actor, place, wanted, content);
        });
    return stored ? Result<>() : Result<>(stored.error());
}

// The next bytes of the file the archive stands at; `taken` so far.
Result<QByteArray> Unpacking::readFile(archive *reader, qint64 &taken, qint64 announcedBytes)
{
    const void *buffer = nullptr;
    size_t size = 0;
    la_int64_t offset = 0;
    int outcome = ARCHIVE_OK;
    while (outcome == ARCHIVE_OK && size == 0)
        outcome = archive_read_data_block(reader, &buffer, &size, &offset);
    if (outcome == ARCHIVE_EOF)
        return QByteArray();
    // A sparse file would be as large as it claims; tar's are refused with the rest that is odd.
    const bool isOdd = outcome != ARCHIVE_OK || offset != taken || taken + qint64(size) > announcedBytes;
    if (isOdd || m_pipe->isCut())
        return invalid(u"The archive is damaged."_s);
    taken += qint64(size);
    return QByteArray(static_cast<const char *>(buffer), qsizetype(size));
}

void Unpacking::takeEntry(archive *reader, archive_entry *entry)
{
    if (archive_entry_filetype(entry) == AE_IFDIR)
        return;
    const char *raw = archive_entry_pathname(entry);
    const QString name = QString::fromUtf8(raw ? raw : "");
    if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry)) {
        fail(name, statusText(400));
        return;
    }
    const auto place = placeOf(name);
    if (!place || name.contains(QChar::ReplacementCharacter)) {
        fail(name, statusText(412));
        return;
    }
    if (++m_files > SwiftLimits::archiveFiles) {
        m_report.status = statusText(413);
        m_report.body = u"More than %1 files are in the archive."_s.arg(SwiftLimits::archiveFiles);
        m_isGivenUp = true;
        return;
    }
    auto done = ensureContainer(place->container);
    if (done)
        done = storeFile(reader, *place, archive_entry_size(entry));
    if (done)
        ++*m_report.created;
    else
        fail(name, statusText(faultOf(done.error(), FaultForm::Swift, {}).status));
}

Result<BulkReport> Unpacking::run(const QString &format)
{
    const Reader reader = open(format);
    bool isDamaged = !reader;
    while (reader && !m_isGivenUp) {
        archive_entry *entry = nullptr;
        const int outcome = archive_read_next_header(reader.get(), &entry);
        if (outcome == ARCHIVE_EOF)
            break;
        if (outcome != ARCHIVE_OK && outcome != ARCHIVE_WARN) {
            isDamaged = true;
            break;
        }
        takeEntry(reader.get(), entry);
    }
    if (isDamaged) {
        m_report.status = statusText(400);
        m_report.body = u"Invalid Tar File"_s;
    } else if (m_report.status.startsWith(u'2')) {
        m_report.status =
            !m_report.errors.isEmpty() || *m_report.created == 0 ? statusText(400) : u"201 Created"_s;
        if (m_report.errors.isEmpty() && *m_report.created == 0)
            m_report.body = u"Invalid Tar File: No Valid Files"_s;
    }
    // What is left of the body has nobody to read it.
    while (!m_pipe->take().isEmpty())
        ;
    return m_report;
}

} // namespace

bool isArchiveFormat(const QString &format)
{
    return format == "tar"_L1 || format == "tar.gz"_L1 || format == "tar.bz2"_L1;
}

ArchiveSink::ArchiveSink(
    ObjectWorks &works, const ObjectActor &actor, const ArchivePlace &place, const QString &format)
    : m_pipe(std::make_shared<Pipe>())
{
    m_pipe->sink = this;
    m_work = QtConcurrent::run(&works.archivePool(), [works = &works, actor, place, pipe = m_pipe, format] {
        const ReadingJob job(works->database());
        return Unpacking(*works, actor, place, pipe).run(format);
    });
}

ArchiveSink::~ArchiveSink()
{
    {
        const QMutexLocker lock(&m_pipe->mutex);
        m_pipe->sink = nullptr;
    }
    abort();
}

Result<> ArchiveSink::write(QByteArrayView data)
{
    const QMutexLocker lock(&m_pipe->mutex);
    m_pipe->pieces.enqueue(data.toByteArray());
    m_pipe->waitingBytes += data.size();
    m_wasFull = m_wasFull || m_pipe->waitingBytes >= mostWaitingBytes;
    m_pipe->changed.wakeAll();
    return {};
}

bool ArchiveSink::isReady() const
{
    const QMutexLocker lock(&m_pipe->mutex);
    return m_pipe->waitingBytes < mostWaitingBytes;
}

void ArchiveSink::progressed()
{
    if (!m_wasFull || m_isOver || !isReady())
        return;
    m_wasFull = false;
    emit readyForMore();
}

void ArchiveSink::finish()
{
    if (m_isOver)
        return;
    m_isOver = true;
    {
        const QMutexLocker lock(&m_pipe->mutex);
        m_pipe->isComplete = true;
        m_pipe->changed.wakeAll();
    }
    whenDone(m_work, this, [this](const Result<BulkReport> &done) {
        if (done)
            m_report = *done;
        emit finished(done ? std::nullopt : std::optional(done.error()));
    });
}

void ArchiveSink::abort()
{
    if (m_isOver)
        return;
    m_isOver = true;
    const QMutexLocker lock(&m_pipe->mutex);
    m_pipe->isBroken = true;
    m_pipe->changed.wakeAll();
}

} // namespace nephele
