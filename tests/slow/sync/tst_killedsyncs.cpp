// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/sync/syncfixture.h"
#include "tests/support/testregistry.h"

#include <QProcess>

using namespace nephele;
using namespace nephele::test;

namespace {

// "nephele sync" as a process of its own.
class SyncProcess
{
public:
    SyncProcess(SyncCloud &cloud, const SyncSide &side)
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("OS_AUTH_URL"), cloud.cloud().url().toString());
        environment.insert(QStringLiteral("OS_USERNAME"), cloud.credentials().userName);
        environment.insert(QStringLiteral("OS_PASSWORD"), cloud.credentials().password);
        process.setProcessEnvironment(environment);
        process.setProgram(qEnvironmentVariable("NEPHELE_PROGRAM"));
        process.setArguments({ QStringLiteral("sync"), side.settings.folder, side.settings.address.text(),
            QStringLiteral("--state-dir"), side.settings.stateDir, QStringLiteral("--allow-mass-delete") });
    }
    ~SyncProcess()
    {
        process.kill();
        process.waitForFinished();
    }

    QProcess process;
};

constexpr int longestMs = 60'000;
constexpr int wantedKills = 60;

} // namespace

// A sync that is killed in the middle, again and again, while people edit on both sides: in the end both are
// equal and every word that was written is still there.
class tst_KilledSyncs : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void nothingIsLostWhoeverIsKilled();

private:
    std::unique_ptr<SyncCloud> m_cloud;
};

void tst_KilledSyncs::initTestCase()
{
    m_cloud = std::make_unique<SyncCloud>();
}

void tst_KilledSyncs::nothingIsLostWhoeverIsKilled()
{
    const auto address = m_cloud->newContainer();
    SyncSide a(*m_cloud, address, QStringLiteral("a"));
    SyncSide b(*m_cloud, address, QStringLiteral("b"));
    a.settings.massDeletions = MassDeletions::Allowed;
    b.settings.massDeletions = MassDeletions::Allowed;
    RandomEditor editor(20261122);
    int killed = 0;
    int windowMs = 60; // in which the kill comes; fitted to how long a run takes here
    for (int round = 0; round < 400 && killed < wantedKills; ++round) {
        SyncSide &side = round % 2 ? b : a;
        for (int i = 3 + editor.bounded(12); i > 0; --i)
            editor.edit(side);
        SyncProcess sync(*m_cloud, side);
        sync.process.start();
        QVERIFY(sync.process.waitForStarted());
        // From before its first request to after its last.
        if (sync.process.waitForFinished(5 + editor.bounded(windowMs))) {
            windowMs = qMax(20, windowMs - 5);
            QVERIFY2(sync.process.exitCode() == 0 || sync.process.exitCode() == 3,
                sync.process.readAllStandardError().constData());
            continue;
        }
        sync.process.kill();
        QVERIFY(sync.process.waitForFinished(longestMs));
        windowMs += 5;
        ++killed;
    }
    QCOMPARE(killed, wantedKills);
    bool areEqual = false;
    for (int round = 0; round < 6 && !areEqual; ++round) {
        for (SyncSide *side : { &a, &b }) {
            const auto report = side->sync();
            QVERIFY2(report.ok(), report ? "" : qPrintable(report.error().message));
            QVERIFY2(report->isEqual(), qPrintable(report->failures.values().join(u' ')));
        }
        areEqual = a.tree() == b.tree();
    }
    QCOMPARE(a.tree(), b.tree());
    const QStringList lost = editor.lostIn(a.tree());
    QVERIFY2(lost.isEmpty(), qPrintable(lost.join(u' ')));
}

NEPHELE_TEST(tst_KilledSyncs)
#include "tst_killedsyncs.moc"
