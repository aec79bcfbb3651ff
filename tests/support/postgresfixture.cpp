// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/postgresfixture.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTest>

#include <csignal>

#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace nephele::test {

namespace {

constexpr int startTimeoutMs = 30000;

// The newest installed version's folder of programs; empty if there is none.
QString programFolder()
{
    const QDir versions(QStringLiteral("/usr/lib/postgresql"));
    const QStringList names = versions.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name);
    for (auto name = names.crbegin(); name != names.crend(); ++name) {
        const QString folder = versions.filePath(*name + QStringLiteral("/bin"));
        if (QFile::exists(folder + QStringLiteral("/postgres")))
            return folder;
    }
    return {};
}

// PostgreSQL refuses to run as root: a child of root becomes the user "postgres". Each child dies with us.
void runAsServerUser(QProcess &process)
{
    const bool isRoot = getuid() == 0;
    const passwd *user = isRoot ? getpwnam("postgres") : nullptr;
    const uid_t uid = user ? user->pw_uid : getuid();
    const gid_t gid = user ? user->pw_gid : getgid();
    process.setChildProcessModifier([=] {
        if (isRoot && (setgid(gid) != 0 || setuid(uid) != 0))
            _exit(126);
        prctl(PR_SET_PDEATHSIG, SIGQUIT); // after setuid, which clears it
    });
}

} // namespace

Result<PostgresCluster *> PostgresCluster::shared()
{
    static std::unique_ptr<PostgresCluster> cluster;
    static Result<> started;
    if (!cluster) {
        cluster.reset(new PostgresCluster);
        started = cluster->start();
    }
    if (!started)
        return started.error();
    return cluster.get();
}

PostgresCluster::~PostgresCluster()
{
    if (m_server.state() == QProcess::NotRunning)
        return;
    ::kill(pid_t(m_server.processId()), SIGQUIT); // at once: nothing in it is needed again
    m_server.waitForFinished();
}

Result<> PostgresCluster::start()
{
    const QString programs = programFolder();
    if (programs.isEmpty())
        return unavailable(QStringLiteral("PostgreSQL is not installed (package postgresql)."));
    const QString root = m_folder.path();
    if (const passwd *user = getuid() == 0 ? getpwnam("postgres") : nullptr) {
        if (chown(QFile::encodeName(root).constData(), user->pw_uid, user->pw_gid) != 0)
            return unavailable(QStringLiteral("The cluster's folder cannot be given to postgres."));
    }
    const QString data = root + QStringLiteral("/data");
    QProcess init;
    init.setProcessChannelMode(QProcess::MergedChannels);
    init.setWorkingDirectory(root);
    runAsServerUser(init);
    init.start(programs + QStringLiteral("/initdb"),
        { QStringLiteral("--pgdata=") + data, QStringLiteral("--username=postgres"),
            QStringLiteral("--auth=trust"), QStringLiteral("--encoding=UTF8"),
            QStringLiteral("--locale=C.UTF-8"), QStringLiteral("--locale-provider=icu"),
            QStringLiteral("--icu-locale=de"), QStringLiteral("--no-sync") });
    if (!init.waitForFinished(startTimeoutMs) || init.exitCode() != 0)
        return unavailable(QStringLiteral("initdb failed: %1").arg(QString::fromLocal8Bit(init.readAll())));

    m_server.setWorkingDirectory(root);
    m_server.setStandardOutputFile(QProcess::nullDevice());
    m_server.setStandardErrorFile(root + QStringLiteral("/log"));
    runAsServerUser(m_server);
    m_server.start(programs + QStringLiteral("/postgres"),
        { QStringLiteral("-D"), data, QStringLiteral("-k"), root, QStringLiteral("-c"),
            QStringLiteral("listen_addresses="), QStringLiteral("-c"), QStringLiteral("fsync=off"),
            QStringLiteral("-c"), QStringLiteral("max_connections=60") });
    QElapsedTimer waited;
    waited.start();
    while (waited.elapsed() < startTimeoutMs && m_server.state() != QProcess::NotRunning) {
        if (Connection::open(addressOf(QStringLiteral("postgres")), Connection::Access::Write))
            return {};
        QTest::qWait(50);
    }
    QFile log(root + QStringLiteral("/log"));
    const QString words = log.open(QIODevice::ReadOnly) ? QString::fromUtf8(log.readAll()) : QString();
    return unavailable(QStringLiteral("PostgreSQL did not start: %1").arg(words));
}

DatabaseAddress PostgresCluster::addressOf(const QString &name) const
{
    DatabaseAddress address;
    address.engine = Engine::PostgreSql;
    address.host = m_folder.path();
    address.name = name;
    address.user = QStringLiteral("postgres");
    return address;
}

Result<DatabaseAddress> PostgresCluster::createDatabase(const QString &likeName)
{
    const auto connection =
        Connection::open(addressOf(QStringLiteral("postgres")), Connection::Access::Write);
    if (!connection)
        return connection.error();
    const QString name = QStringLiteral("test%1").arg(++m_count);
    const QByteArray statement = "CREATE DATABASE " + name.toLatin1() + " TEMPLATE " + likeName.toLatin1();
    if (const auto made = (*connection)->control(statement); !made)
        return made.error();
    return addressOf(name);
}

} // namespace nephele::test
