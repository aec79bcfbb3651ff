// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/sync/syncfixture.h"

#include "app/client/cloudsession.h"
#include "tests/support/testidentity.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>

#include <sys/stat.h>

namespace nephele::test {

namespace {

constexpr int longestRunMs = 120'000;

const QHash<SyncStep, QString> stepWords { { SyncStep::RenameLocal, QStringLiteral("RenameLocal") },
    { SyncStep::MoveRemote, QStringLiteral("MoveRemote") },
    { SyncStep::SetAsideLocal, QStringLiteral("SetAsideLocal") },
    { SyncStep::SetAsideRemote, QStringLiteral("SetAsideRemote") },
    { SyncStep::RemoveLocal, QStringLiteral("RemoveLocal") },
    { SyncStep::MakeLocalFolder, QStringLiteral("MakeLocalFolder") },
    { SyncStep::MakeRemoteFolder, QStringLiteral("MakeRemoteFolder") },
    { SyncStep::MarkLocal, QStringLiteral("MarkLocal") },
    { SyncStep::MarkRemote, QStringLiteral("MarkRemote") },
    { SyncStep::Download, QStringLiteral("Download") }, { SyncStep::Upload, QStringLiteral("Upload") },
    { SyncStep::RemoveRemote, QStringLiteral("RemoveRemote") } };

} // namespace

SyncCloud::SyncCloud()
{
    QString problem;
    if (!m_cloud.start(&problem, { QStringLiteral("--hypervisor"), QStringLiteral("test:///default") }))
        qFatal("cloud: %s", qUtf8Printable(problem));
    m_session = std::make_unique<CloudSession>(m_cloud.url());
    m_session->setCredentials(credentials());
    const auto session = waitFor(m_session->signIn());
    if (!session)
        qFatal("sign-in: %s", qUtf8Printable(session.error().message));
}

Credentials SyncCloud::credentials() const
{
    Credentials credentials;
    credentials.userName = m_cloud.userName();
    credentials.password = m_cloud.password();
    return credentials;
}

Credentials SyncCloud::newUser(const QString &name, QString *id)
{
    Credentials credentials;
    credentials.userName = name;
    credentials.password = name + QStringLiteral("-password");
    const QJsonObject user { { QStringLiteral("name"), name },
        { QStringLiteral("password"), credentials.password } };
    const QByteArray body =
        QJsonDocument(QJsonObject { { QStringLiteral("user"), user } }).toJson(QJsonDocument::Compact);
    const auto made = waitFor(m_session->call({ "POST", QStringLiteral("/identity/v3/users"), body, {} }));
    if (!made)
        qFatal("user: %s", qUtf8Printable(made.error().message));
    const QJsonObject reply = QJsonDocument::fromJson(made->body).object();
    *id = reply.value(QStringLiteral("user")).toObject().value(QStringLiteral("id")).toString();
    return credentials;
}

ContainerAddress SyncCloud::newContainer(const QString &prefix)
{
    const QString name = QStringLiteral("c %1").arg(++m_containers);
    const Session &session = m_session->session();
    return { m_cloud.url(), session.project.text(), name, prefix };
}

RestReply SyncCloud::call(const QByteArray &method, const ContainerAddress &address, const QString &name,
    const QByteArray &body, const QList<std::pair<QByteArray, QByteArray>> &headers)
{
    RestRequest request;
    request.method = method;
    request.path = QStringLiteral("/pithos/object-store/v1/%1/%2")
                       .arg(address.account, QString::fromLatin1(QUrl::toPercentEncoding(address.container)));
    if (name.startsWith(u'?'))
        request.path += name;
    else if (!name.isEmpty())
        request.path += u'/' + name;
    request.body = body;
    request.headers = headers;
    for (int status = 400; status < 600; ++status)
        request.alsoAnswers.append(status);
    const auto reply = waitFor(m_session->call(request));
    if (!reply)
        qFatal("%s %s: %s", method.constData(), qUtf8Printable(request.path),
            qUtf8Printable(reply.error().message));
    return *reply;
}

QByteArray SyncCloud::content(const ContainerAddress &address, const QString &name)
{
    const auto reply = call("GET", address, QString::fromLatin1(QUrl::toPercentEncoding(name, "/")));
    return reply.status == 200 ? reply.body : QByteArray::number(reply.status);
}

void SyncCloud::put(const ContainerAddress &address, const QString &name, const QByteArray &content)
{
    if (call("HEAD", address, {}).status == 404)
        call("PUT", address, {});
    const auto reply = call("PUT", address, QString::fromLatin1(QUrl::toPercentEncoding(name, "/")), content,
        { { "Content-Type", "application/octet-stream" } });
    if (reply.status != 201)
        qFatal("put %s: %d %s", qUtf8Printable(name), reply.status, reply.body.constData());
}

QStringList SyncCloud::names(const ContainerAddress &address)
{
    const auto reply =
        call("GET", address, QStringLiteral("?format=text"), {}, { { "Accept", "text/plain" } });
    return QString::fromUtf8(reply.body).split(u'\n', Qt::SkipEmptyParts);
}

SyncSide::SyncSide(SyncCloud &cloud, const ContainerAddress &address, const QString &host)
{
    settings.folder = m_dir.path();
    settings.address = address;
    settings.credentials = cloud.credentials();
    settings.stateDir = m_state.path();
    settings.hostName = host;
}

void SyncSide::write(const QString &name, const QByteArray &content) const
{
    QDir().mkpath(QFileInfo(path(name)).path());
    QFile file(path(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("write %s: %s", qUtf8Printable(name), qUtf8Printable(file.errorString()));
}

QByteArray SyncSide::read(const QString &name) const
{
    QFile file(path(name));
    return !QFileInfo(path(name)).isDir() && file.open(QIODevice::ReadOnly) ? file.readAll()
                                                                            : QByteArray("<none>");
}

bool SyncSide::exists(const QString &name) const
{
    return QFileInfo::exists(path(name));
}

void SyncSide::remove(const QString &name) const
{
    const QFileInfo info(path(name));
    if (info.isDir() && !info.isSymLink())
        QDir(info.filePath()).removeRecursively();
    else
        QFile::remove(info.filePath());
}

void SyncSide::rename(const QString &from, const QString &to) const
{
    QDir().mkpath(QFileInfo(path(to)).path());
    if (!QFile::rename(path(from), path(to)))
        qFatal("rename %s", qUtf8Printable(from));
}

QMap<QString, QByteArray> SyncSide::tree() const
{
    QMap<QString, QByteArray> tree;
    QDirIterator walk(
        m_dir.path(), QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot, QDirIterator::Subdirectories);
    while (walk.hasNext()) {
        const QString name = walk.next().mid(m_dir.path().size() + 1);
        tree.insert(name, walk.fileInfo().isDir() ? QByteArray("<folder>") : read(name));
    }
    return tree;
}

Result<SyncReport> SyncSide::sync()
{
    m_events.clear();
    FolderSync sync(settings);
    std::optional<Result<SyncReport>> result;
    QObject::connect(
        &sync, &FolderSync::finished, &sync, [&](const Result<SyncReport> &report) { result = report; });
    QObject::connect(&sync, &FolderSync::happened, &sync,
        [&](const SyncEvent &event) { m_events.append(stepWords.value(event.step) + u' ' + event.name); });
    sync.start();
    if (!QTest::qWaitFor([&] { return result.has_value(); }, longestRunMs))
        qFatal("the sync does not end");
    return *result;
}

QByteArray RandomEditor::word()
{
    const QByteArray word = "w" + QByteArray::number(++m_words) + '.';
    m_alive.insert(word);
    return word;
}

QString RandomEditor::anyName()
{
    static const QStringList folders { QString(), QStringLiteral("a/"), QStringLiteral("b/"),
        QStringLiteral("a/c/"), QStringLiteral("ä b/") };
    static const QStringList files { QStringLiteral("one"), QStringLiteral("two.txt"), QStringLiteral("c"),
        QStringLiteral("ü%41?.x"), QStringLiteral("#five") };
    return folders.at(bounded(int(folders.size()))) + files.at(bounded(int(files.size())));
}

QString RandomEditor::someFile(const SyncSide &side)
{
    QStringList files;
    const auto tree = side.tree();
    for (auto it = tree.cbegin(); it != tree.cend(); ++it) {
        if (it.value() != "<folder>" && !it.key().contains(QStringLiteral(".nephele")))
            files.append(it.key());
    }
    return files.isEmpty() ? QString() : files.at(bounded(int(files.size())));
}

void RandomEditor::takeAway(const QByteArray &content)
{
    for (const QByteArray &word : content.split('.'))
        m_alive.remove(word + '.');
}

void RandomEditor::removeTree(const SyncSide &side, const QString &name)
{
    const auto tree = side.tree();
    for (auto it = tree.cbegin(); it != tree.cend(); ++it) {
        if (it.key() == name || it.key().startsWith(name + u'/'))
            takeAway(it.value());
    }
    side.remove(name);
}

// Where a folder stands, or a file where a folder is wanted, that one goes: names change their kind.
void RandomEditor::create(const SyncSide &side)
{
    const QString name = anyName();
    for (qsizetype slash = name.indexOf(u'/'); slash > 0; slash = name.indexOf(u'/', slash + 1)) {
        if (QFileInfo(side.path(name.left(slash))).isFile())
            removeTree(side, name.left(slash));
    }
    removeTree(side, name);
    side.write(name, word());
}

void RandomEditor::edit(const SyncSide &side)
{
    const QString name = someFile(side);
    const int what = name.isEmpty() ? 0 : bounded(9);
    const QByteArray content = side.read(name);
    switch (what) {
    case 0:
    case 1:
        return create(side);
    case 2: // append
        return side.write(name, content + word());
    case 3: // truncate, at a word's end
        takeAway(content.mid(content.indexOf('.') + 1));
        return side.write(name, content.left(content.indexOf('.') + 1));
    case 4: // overwrite
        takeAway(content);
        return side.write(name, word());
    case 5:
        return removeTree(side, name);
    case 6: { // rename
        const QString to = anyName() + QString::number(bounded(3));
        QString above = to.left(to.lastIndexOf(u'/'));
        const bool isBlocked = to.contains(u'/')
            && (QFileInfo(side.path(above)).isFile()
                || QFileInfo(side.path(above.left(above.indexOf(u'/')))).isFile());
        if (!side.exists(to) && !isBlocked)
            side.rename(name, to);
        return;
    }
    case 7: // make an empty folder
        if (!QFileInfo(side.path(QStringLiteral("b"))).isFile())
            QDir().mkpath(side.path(QStringLiteral("b/empty%1").arg(bounded(3))));
        return;
    default: // a whole folder goes, rarely
        if (name.contains(u'/') && bounded(3) == 0)
            removeTree(side, name.section(u'/', 0, 0));
        return;
    }
}

QStringList RandomEditor::lostIn(const QMap<QString, QByteArray> &tree) const
{
    const QByteArray all = tree.values().join('\n');
    QStringList lost;
    for (const QByteArray &word : m_alive) {
        if (!all.contains(word))
            lost.append(QString::fromLatin1(word));
    }
    return lost;
}

} // namespace nephele::test
