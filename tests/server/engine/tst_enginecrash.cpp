// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/engine/filework.h"
#include "tests/support/testregistry.h"

#include <QCoreApplication>
#include <QProcess>
#include <QTemporaryDir>

#include <cstdlib>

using namespace nephele;
using test::FileWork;

namespace {

const QString target = QStringLiteral("t");

Result<std::unique_ptr<Database>> openIn(const QString &folder)
{
    DatabaseOptions options;
    options.address.sqliteFile = folder + QStringLiteral("/cloud.db");
    return Database::open(options);
}

// The process that gets killed: this program once more, with a folder in its environment.
void beTheVictim()
{
    const QString folder = qEnvironmentVariable("NEPHELE_VICTIM_FOLDER");
    if (folder.isEmpty())
        return;
    const auto database = openIn(folder);
    if (!database)
        std::_Exit(2);
    OperationEngine::stopAt(qgetenv("NEPHELE_VICTIM_STOP"));
    OperationEngine engine(**database);
    engine.add(FileWork(folder).kind());
    QJsonObject data;
    if (const QString failAt = qEnvironmentVariable("NEPHELE_VICTIM_FAIL"); !failAt.isEmpty())
        data.insert(QStringLiteral("failAt"), failAt);
    const OperationId id = FileWork::begin(**database, target, data);
    QFile note(folder + QStringLiteral("/id"));
    if (note.open(QIODevice::WriteOnly))
        note.write(id.utf8());
    note.close();
    engine.start();
    const bool ended =
        QTest::qWaitFor([&] { return FileWork::outcomeOf(**database, id).has_value(); }, 20'000);
    std::_Exit(ended ? 0 : 3); // the hook did not strike
}
Q_COREAPP_STARTUP_FUNCTION(beTheVictim)

} // namespace

// kill -9 at every named place: the next start finishes what succeeds and takes back what fails, doing
// nothing twice.
class tst_EngineCrash : public QObject
{
    Q_OBJECT

private slots:
    void theNextStartEndsWhatWasBegun_data();
    void theNextStartEndsWhatWasBegun();
};

void tst_EngineCrash::theNextStartEndsWhatWasBegun_data()
{
    QTest::addColumn<QByteArray>("stop");
    QTest::addColumn<QString>("failAt");
    const auto add = [](const QByteArray &place, const QString &failAt) {
        QTest::addRow("%s%s", place.constData(), failAt.isEmpty() ? "" : ", failing")
            << "files.make." + place << failAt;
    };
    for (const QByteArray &step : FileWork::stepNames()) {
        add(step, {});
        add(step + ".after", {});
        add(step, QStringLiteral("three"));
        add(step + ".undo", QStringLiteral("three"));
        add(step + ".undo.after", QStringLiteral("three"));
    }
    for (const char *place : { "settle", "settle.after" }) {
        add(place, {});
        add(place, QStringLiteral("three"));
    }
}

void tst_EngineCrash::theNextStartEndsWhatWasBegun()
{
    QFETCH(QByteArray, stop);
    QFETCH(QString, failAt);
    QTemporaryDir folder;

    QProcess victim;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("NEPHELE_VICTIM_FOLDER"), folder.path());
    environment.insert(QStringLiteral("NEPHELE_VICTIM_STOP"), QString::fromUtf8(stop));
    environment.insert(QStringLiteral("NEPHELE_VICTIM_FAIL"), failAt);
    victim.setProcessEnvironment(environment);
    victim.start(QCoreApplication::applicationFilePath(), QStringList());
    QVERIFY(victim.waitForFinished(30'000));
    QCOMPARE(victim.exitStatus(), QProcess::CrashExit);
    QFile note(folder.filePath(QStringLiteral("id")));
    QVERIFY(note.open(QIODevice::ReadOnly));
    const auto id = OperationId::fromText(QString::fromLatin1(note.readAll()));
    QVERIFY(id);

    const auto database = openIn(folder.path());
    QVERIFY(database);
    const FileWork work(folder.path());
    OperationEngine engine(**database);
    engine.add(work.kind());
    engine.start();
    QTRY_VERIFY_WITH_TIMEOUT(FileWork::outcomeOf(**database, *id), 10'000);

    QStringList done { QStringLiteral("make one"), QStringLiteral("make two") };
    if (failAt.isEmpty()) {
        QCOMPARE(*FileWork::outcomeOf(**database, *id), Outcome::Done);
        QCOMPARE(work.files().size(), 3);
        QCOMPARE(work.log(), done << QStringLiteral("make three"));
    } else {
        QCOMPARE(*FileWork::outcomeOf(**database, *id), Outcome::Failed);
        QCOMPARE(work.files(), QStringList());
        QCOMPARE(work.log(), done << QStringLiteral("unmake two") << QStringLiteral("unmake one"));
    }
}

NEPHELE_TEST(tst_EngineCrash)
#include "tst_enginecrash.moc"
