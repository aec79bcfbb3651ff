// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/runningcloud.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTest>

namespace nephele::test {

namespace {

constexpr int startMs = 60'000;
constexpr int stopMs = 30'000;
constexpr int checkMs = 120'000;

QByteArray contentsOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

// Beside what QEMU may reach: a temporary directory below a home could not hold disks.
RunningCloud::RunningCloud(const QString &parentDir)
    : m_dir(parentDir + QStringLiteral("/nephele-test-XXXXXX"))
{
    QFile::setPermissions(m_dir.path(),
        QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner | QFile::ExeGroup | QFile::ExeOther);
}

RunningCloud::~RunningCloud()
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    stop();
    removeNetworks();
}

void RunningCloud::stop()
{
    m_process.terminate();
    if (!m_process.waitForFinished(stopMs))
        m_process.kill();
    m_process.waitForFinished(stopMs);
}

void RunningCloud::kill()
{
    m_process.kill();
    m_process.waitForFinished(stopMs);
    // It tells of the one that is gone.
    QFile::remove(m_dir.filePath(QStringLiteral("endpoint.json")));
}

QString RunningCloud::check()
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(qEnvironmentVariable("NEPHELE_PROGRAM"),
        { QStringLiteral("--check"), QStringLiteral("--data-dir"), m_dir.path() });
    if (!process.waitForFinished(checkMs))
        return QStringLiteral("the check does not end");
    const QString said = QString::fromUtf8(process.readAll());
    return process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0 ? QString() : said;
}

// Those that this cloud's rows name; nobody else's are touched.
void RunningCloud::removeNetworks()
{
    const QString connection = QStringLiteral("running cloud");
    QStringList names;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), connection);
        database.setDatabaseName(m_dir.filePath(QStringLiteral("cloud.db")));
        if (database.open()) {
            QSqlQuery query(QStringLiteral("SELECT host_name FROM network"), database);
            while (query.next())
                names.append(query.value(0).toString());
        }
    }
    QSqlDatabase::removeDatabase(connection);
    for (const QString &name : std::as_const(names)) {
        for (const char *what : { "net-destroy", "net-undefine" }) {
            QProcess virsh;
            virsh.setProcessChannelMode(QProcess::MergedChannels);
            virsh.start(QStringLiteral("virsh"),
                { QStringLiteral("-c"), QStringLiteral("qemu:///system"), QLatin1StringView(what), name });
            virsh.waitForFinished(stopMs);
        }
    }
}

bool RunningCloud::start(QString *problem, const QStringList &options)
{
    m_process.setProcessChannelMode(QProcess::MergedChannels);
    m_process.start(qEnvironmentVariable("NEPHELE_PROGRAM"),
        QStringList { QStringLiteral("--headless"), QStringLiteral("--data-dir"), m_dir.path(),
            QStringLiteral("--listen"), QStringLiteral("127.0.0.1:0"), QStringLiteral("--scrypt-cost"),
            QStringLiteral("4") }
            + options);
    const bool ready = QTest::qWaitFor(
        [this] { return m_process.state() == QProcess::NotRunning || readAccess(); }, startMs);
    if (ready && m_process.state() == QProcess::Running)
        return true;
    *problem = QStringLiteral("%1\n%2").arg(m_process.errorString(), output());
    return false;
}

bool RunningCloud::readAccess()
{
    const QJsonObject endpoint =
        QJsonDocument::fromJson(contentsOf(m_dir.filePath(QStringLiteral("endpoint.json")))).object();
    const QString openrc = QString::fromUtf8(contentsOf(m_dir.filePath(QStringLiteral("admin-openrc"))));
    const auto valueOf = [&](const char *name) {
        const QRegularExpression line(QStringLiteral("^export %1='([^']*)'").arg(QLatin1StringView(name)),
            QRegularExpression::MultilineOption);
        return line.match(openrc).captured(1);
    };
    m_url = QUrl(endpoint.value(QStringLiteral("url")).toString());
    m_userName = valueOf("OS_USERNAME");
    m_password = valueOf("OS_PASSWORD");
    return !m_url.isEmpty() && !m_password.isEmpty();
}

QString RunningCloud::output()
{
    return QString::fromUtf8(m_process.readAll());
}

} // namespace nephele::test
