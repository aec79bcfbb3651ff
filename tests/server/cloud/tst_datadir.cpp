// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/cloud/datadir.h"
#include "tests/support/testregistry.h"

#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>

#include <sys/stat.h>

using namespace nephele;

class tst_DataDir : public QObject
{
    Q_OBJECT

private slots:
    void aSecondOwnerIsRefusedUntilTheFirstIsGone();
    void aDirectoryThatCannotBeMadeIsNamed();
    void privateFilesAreReadableByTheirOwnerOnly();
    void guestsMayPassThroughButNotLook();
};

static int modeOf(const QString &path)
{
    struct stat info = {};
    return stat(QFile::encodeName(path).constData(), &info) == 0 ? int(info.st_mode & 07777) : -1;
}

void tst_DataDir::aSecondOwnerIsRefusedUntilTheFirstIsGone()
{
    const QTemporaryDir dir;
    auto first = DataDir::acquire(dir.filePath(QStringLiteral("cloud")));
    QVERIFY(first);
    QVERIFY((*first)->writePrivate(QStringLiteral("endpoint.json"), "{\"pid\": 4711}"));
    const auto second = DataDir::acquire(dir.filePath(QStringLiteral("cloud")));
    QVERIFY(!second);
    QCOMPARE(second.error().code, ErrorCode::Conflict);
    QVERIFY2(second.error().message.contains(QStringLiteral("4711")), "it says who runs there");
    first->reset();
    QVERIFY(DataDir::acquire(dir.filePath(QStringLiteral("cloud"))));
}

void tst_DataDir::aDirectoryThatCannotBeMadeIsNamed()
{
    const auto refused = DataDir::acquire(QStringLiteral("/proc/nephele"));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Unavailable);
    QVERIFY(refused.error().message.contains(QStringLiteral("/proc/nephele")));
}

void tst_DataDir::privateFilesAreReadableByTheirOwnerOnly()
{
    const QTemporaryDir dir;
    const auto data = DataDir::acquire(dir.path());
    QVERIFY(data);
    for (const QByteArray content : { "one", "two" }) {
        QVERIFY((*data)->writePrivate(QStringLiteral("admin-openrc"), content));
        QFile file((*data)->file(QStringLiteral("admin-openrc")));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), content);
        QCOMPARE(modeOf(file.fileName()), 0600);
    }
}

void tst_DataDir::guestsMayPassThroughButNotLook()
{
    const QTemporaryDir dir;
    const auto data = DataDir::acquire(dir.filePath(QStringLiteral("cloud")));
    QVERIFY(data);
    QCOMPARE(modeOf((*data)->path()), 0711);
    const auto secrets = (*data)->directory(QStringLiteral("tls"), 0700);
    QVERIFY(secrets);
    QCOMPARE(modeOf(*secrets), 0700);
}

NEPHELE_TEST(tst_DataDir)
#include "tst_datadir.moc"
