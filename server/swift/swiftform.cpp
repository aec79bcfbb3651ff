// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/swift/swiftform.h"

#include "server/http/faults.h"
#include "server/swift/swiftheaders.h"
#include "server/swift/swiftrequest.h"

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

constexpr qsizetype mostFieldBytes = 4 << 10;
constexpr int mostFields = 32;
// A browser reads the answer only when it has sent everything; up to here it may.
constexpr qint64 mostDrainedBytes = 1 << 20;

Error refusedForm(const char *why)
{
    return { ErrorCode::Unauthenticated, QStringLiteral("FormPost: %1").arg(QLatin1StringView(why)), {} };
}

} // namespace

SwiftFormSink::SwiftFormSink(ObjectService &service, Options options)
    : m_service(service), m_options(std::move(options)), m_reader(m_options.boundary)
{
}

SwiftFormSink::~SwiftFormSink()
{
    abort();
}

bool SwiftFormSink::isReady() const
{
    return !m_isSettling && (!m_file || m_file->isReady());
}

Result<> SwiftFormSink::write(QByteArrayView data)
{
    if (m_hasFailed) {
        m_drainedBytes += data.size();
        return m_drainedBytes > mostDrainedBytes
            ? Result<>(Error { ErrorCode::TooLarge, m_outcome.message, {} })
            : Result<>();
    }
    m_reader.feed(data);
    return pump();
}

// As far as the file at hand can take it.
Result<> SwiftFormSink::pump()
{
    while (!m_hasFailed && isReady()) {
        const auto event = m_reader.next();
        if (!event)
            return event.error();
        if (*event == MultipartReader::Event::NeedsMore || *event == MultipartReader::Event::End)
            break;
        if (const auto taken = take(*event); !taken)
            return taken.error();
    }
    return {};
}

Result<> SwiftFormSink::take(MultipartReader::Event event)
{
    const bool isFile = !m_reader.part().fileName.isEmpty();
    switch (event) {
    case MultipartReader::Event::PartBegins:
        m_value.clear();
        return isFile ? beginFile() : Result<>();
    case MultipartReader::Event::Data:
        if (m_file)
            return takeFile(m_reader.data());
        m_value.append(m_reader.data());
        if (m_value.size() > mostFieldBytes)
            return invalid(u"FormPost: a field is too long."_s);
        return {};
    case MultipartReader::Event::PartEnds:
        if (m_file) {
            endFile();
            return {};
        }
        return takeField();
    case MultipartReader::Event::NeedsMore:
    case MultipartReader::Event::End:
        break;
    }
    return {};
}

// Those behind the first file mean nothing.
Result<> SwiftFormSink::takeField()
{
    if (m_actor)
        return {};
    if (m_fields.size() >= mostFields)
        return invalid(u"FormPost: too many fields."_s);
    m_fields.insert(m_reader.part().name.toLower(), QString::fromUtf8(m_value));
    return {};
}

Result<> SwiftFormSink::checkForm()
{
    const auto number = [this](const QString &name) -> Result<qint64> {
        bool isNumber = false;
        const qint64 value = m_fields.value(name).trimmed().toLongLong(&isNumber);
        if (!isNumber || value < 0)
            return invalid(u"FormPost: %1 not an integer"_s.arg(name));
        return value;
    };
    const auto expires = number(u"expires"_s);
    const auto mostBytes = number(u"max_file_size"_s);
    const auto mostFiles = number(u"max_file_count"_s);
    for (const auto *one : { &expires, &mostBytes, &mostFiles }) {
        if (!*one)
            return one->error();
    }
    m_mostBytes = *mostBytes;
    m_mostFiles = *mostFiles;
    return checkSignature(*expires);
}

Result<> SwiftFormSink::checkSignature(qint64 expires)
{
    if (expires * 1000 <= m_service.nowMs())
        return refusedForm("Form Expired");
    const auto signature = signatureOf(m_fields.value(u"signature"_s));
    if (!signature)
        return refusedForm("Invalid Signature");
    QByteArray rest;
    for (const auto &name : { u"redirect"_s, u"max_file_size"_s, u"max_file_count"_s, u"expires"_s })
        rest += '\n' + m_fields.value(name).toUtf8();
    const QByteArray raw = m_options.request.path;
    for (const SigningKey &key : m_options.keys) {
        for (const QByteArray &path : { raw, QByteArray::fromPercentEncoding(raw) }) {
            if (!signature->isOf(path + rest, key.secret))
                continue;
            m_actor = ObjectActor { {}, {}, key.opens };
            m_outcome.redirect = m_fields.value(u"redirect"_s);
            return {};
        }
    }
    return refusedForm("Invalid Signature");
}

Result<> SwiftFormSink::beginFile()
{
    if (!m_actor) {
        if (const auto good = checkForm(); !good)
            return good.error();
    }
    if (++m_files > m_mostFiles)
        return fail(400, u"max file count exceeded"_s);
    ObjectPlace place = m_options.place;
    place.name += m_reader.part().fileName;
    if (const auto good = checkObjectName(place.name); !good)
        return fail(400, good.error().message);
    Request head;
    head.headers.append("Content-Type", m_reader.part().contentType);
    for (const auto &[field, header] :
        { std::pair(u"x_delete_at"_s, "X-Delete-At"), std::pair(u"x_delete_after"_s, "X-Delete-After") }) {
        if (const QString value = m_fields.value(field); !value.isEmpty())
            head.headers.append(header, value.toUtf8());
    }
    const auto wanted = newObject(head, place.name, m_service.nowMs());
    if (!wanted)
        return fail(400, wanted.error().message);
    const auto opened = m_service.openPut(*m_actor, place, *wanted, std::nullopt, {});
    if (!opened)
        return fail(faultOf(opened.error(), FaultForm::Swift, {}).status, opened.error().message);
    m_file = *opened;
    m_fileBytes = 0;
    connect(m_file.get(), &BodySink::readyForMore, this, &SwiftFormSink::goOn);
    connect(m_file.get(), &BodySink::finished, this, &SwiftFormSink::fileEnded);
    return {};
}

Result<> SwiftFormSink::takeFile(const QByteArray &data)
{
    m_fileBytes += data.size();
    if (m_fileBytes > m_mostBytes)
        return fail(413, u"max_file_size exceeded"_s);
    const auto taken = m_file->write(data);
    if (!taken)
        return fail(faultOf(taken.error(), FaultForm::Swift, {}).status, taken.error().message);
    return {};
}

// finished() may come before finish() is over.
void SwiftFormSink::endFile()
{
    m_isSettling = true;
    const auto file = m_file;
    file->finish();
}

void SwiftFormSink::fileEnded(const std::optional<Error> &failure)
{
    if (m_isOver)
        return;
    const bool wasSettling = std::exchange(m_isSettling, false);
    if (m_file)
        m_file->disconnect(this);
    // Not in the middle of its own signal.
    if (m_file)
        QMetaObject::invokeMethod(
            this, [file = std::exchange(m_file, nullptr)] {}, Qt::QueuedConnection);
    if (failure)
        (void)fail(faultOf(*failure, FaultForm::Swift, {}).status, failure->message);
    if (wasSettling)
        QMetaObject::invokeMethod(this, &SwiftFormSink::goOn, Qt::QueuedConnection);
}

void SwiftFormSink::goOn()
{
    if (m_isOver)
        return;
    if (const auto pumped = pump(); !pumped) {
        m_isOver = true;
        emit finished(pumped.error());
        return;
    }
    if (m_isComplete && isReady())
        complete();
    else if (isReady())
        emit readyForMore();
}

// The form is signed: its page hears what went wrong. A file that is half there is given up.
Result<> SwiftFormSink::fail(int status, const QString &message)
{
    if (m_file) {
        m_file->disconnect(this);
        m_file->abort();
        m_file.reset();
    }
    m_isSettling = false;
    m_hasFailed = true;
    m_outcome.status = status;
    m_outcome.message = message;
    return {};
}

void SwiftFormSink::finish()
{
    m_isComplete = true;
    if (!m_isOver && isReady())
        complete();
}

void SwiftFormSink::complete()
{
    if (std::exchange(m_isOver, true))
        return;
    std::optional<Error> failure;
    if (!m_hasFailed && !m_reader.isAtEnd())
        failure = invalid(u"The form is malformed: it ends too early."_s);
    else if (!m_hasFailed && m_files == 0)
        failure = invalid(u"FormPost: no files to process"_s);
    emit finished(failure);
}

void SwiftFormSink::abort()
{
    if (std::exchange(m_isOver, true))
        return;
    if (m_file) {
        m_file->disconnect(this);
        m_file->abort();
        m_file.reset();
    }
}

} // namespace nephele
