// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/servers/serversmodel.h"
#include "app/servers/serverwords.h"
#include "tests/support/testregistry.h"

#include <QAbstractItemModelTester>
#include <QItemSelectionModel>
#include <QSignalSpy>

using namespace nephele;

namespace {

Server made(const QString &id, qint64 createdAtMs, const QString &name = QStringLiteral("web"))
{
    Server server;
    server.id = ServerId::stored(id);
    server.name = name;
    server.state = ServerState::Running;
    server.flavor = {};
    server.flavor.flavorId = QStringLiteral("2");
    server.image = ImageId::stored(QStringLiteral("image"));
    server.createdAtMs = createdAtMs;
    return server;
}

const QString a = QStringLiteral("a");
const QString b = QStringLiteral("b");
const QString c = QStringLiteral("c");

} // namespace

class tst_ServersModel : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void removingWhatIsNotThereIsNothing();
    void theSameListAgainChangesNothing();
    void aSelectionLivesThroughARefresh();
    void rowsStandInOrderOfCreation();
    void aServerWhoseCreationTimeMovedMovesItsRow();
    void flavorsAndImagesThatComeLaterAreJoined();
    void countsFollow();
    void statesAllowTheirActions_data();
    void statesAllowTheirActions();

private:
    QStringList ids() const;

    std::unique_ptr<ServersModel> m_model;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
};

void tst_ServersModel::init()
{
    m_tester.reset();
    m_model = std::make_unique<ServersModel>();
    m_tester = std::make_unique<QAbstractItemModelTester>(
        m_model.get(), QAbstractItemModelTester::FailureReportingMode::QtTest);
}

QStringList tst_ServersModel::ids() const
{
    QStringList all;
    for (int row = 0; row < m_model->rowCount(); ++row)
        all.append(m_model->index(row, 0).data(ServersModel::IdRole).toString());
    return all;
}

void tst_ServersModel::removingWhatIsNotThereIsNothing()
{
    QSignalSpy counts(m_model.get(), &ServersModel::countsChanged);
    m_model->removeServer(ServerId::stored(a));
    QCOMPARE(counts.size(), 0);
    QCOMPARE(m_model->rowOf(ServerId()), -1);
}

void tst_ServersModel::theSameListAgainChangesNothing()
{
    m_model->setServers({ made(a, 1), made(b, 2) });
    QSignalSpy changed(m_model.get(), &ServersModel::dataChanged);
    QSignalSpy inserted(m_model.get(), &ServersModel::rowsInserted);
    QSignalSpy removed(m_model.get(), &ServersModel::rowsRemoved);
    QSignalSpy reset(m_model.get(), &ServersModel::modelReset);
    m_model->setServers({ made(b, 2), made(a, 1) });
    QCOMPARE(changed.size() + inserted.size() + removed.size() + reset.size(), 0);
}

void tst_ServersModel::aSelectionLivesThroughARefresh()
{
    m_model->setServers({ made(a, 1), made(b, 2), made(c, 3) });
    QItemSelectionModel selection(m_model.get());
    selection.select(m_model->index(1, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
    Server renamed = made(b, 2, QStringLiteral("mail"));
    m_model->setServers({ renamed, made(c, 3), made(QStringLiteral("d"), 0) });
    QCOMPARE(ids(), (QStringList { QStringLiteral("d"), b, c }));
    QCOMPARE(selection.selectedRows().size(), 1);
    QCOMPARE(selection.selectedRows().constFirst().data().toString(), QStringLiteral("mail"));
}

void tst_ServersModel::rowsStandInOrderOfCreation()
{
    m_model->putServer(made(c, 3));
    m_model->putServer(made(a, 1));
    m_model->putServer(made(b, 2));
    m_model->putServer(made(QStringLiteral("aa"), 2));
    QCOMPARE(ids(), (QStringList { a, QStringLiteral("aa"), b, c }));
}

void tst_ServersModel::aServerWhoseCreationTimeMovedMovesItsRow()
{
    m_model->setServers({ made(a, 1), made(b, 2) });
    m_model->putServer(made(a, 5));
    QCOMPARE(ids(), (QStringList { b, a }));
}

void tst_ServersModel::flavorsAndImagesThatComeLaterAreJoined()
{
    m_model->setServers({ made(a, 1) });
    const QModelIndex flavor = m_model->index(0, ServersModel::FlavorColumn);
    const QModelIndex name = m_model->index(0, ServersModel::Name);
    QCOMPARE(flavor.data().toString(), QStringLiteral("2"));
    Flavor small;
    small.flavorId = QStringLiteral("2");
    small.name = QStringLiteral("c2.small");
    QSignalSpy changed(m_model.get(), &ServersModel::dataChanged);
    m_model->setFlavors({ small });
    QCOMPARE(changed.size(), 1);
    QCOMPARE(flavor.data().toString(), QStringLiteral("c2.small"));
    m_model->setImageNames({ { ImageId::stored(QStringLiteral("image")), QStringLiteral("Debian 12") } });
    QCOMPARE(name.data(role::SecondLine).toString(), QStringLiteral("Debian 12"));
    // The image is deleted, the server still knows its name.
    m_model->setImageNames({});
    m_model->putServer(made(a, 1, QStringLiteral("mail")));
    QCOMPARE(name.data(role::SecondLine).toString(), QStringLiteral("Debian 12"));
}

void tst_ServersModel::countsFollow()
{
    QSignalSpy counts(m_model.get(), &ServersModel::countsChanged);
    Server failed = made(b, 2);
    failed.state = ServerState::Failed;
    m_model->setServers({ made(a, 1), failed });
    QVERIFY(!counts.isEmpty());
    QCOMPARE(m_model->runningCount(), 1);
    QCOMPARE(m_model->attentionCount(), 1);
    m_model->removeServer(ServerId::stored(b));
    QCOMPARE(m_model->attentionCount(), 0);
}

void tst_ServersModel::statesAllowTheirActions_data()
{
    QTest::addColumn<ServerState>("state");
    QTest::addColumn<ServerTask>("task");
    QTest::addColumn<QString>("allowed");
    QTest::addRow("running") << ServerState::Running << ServerTask::None
                             << QStringLiteral("stop restart screen");
    QTest::addRow("stopping") << ServerState::Running << ServerTask::Stopping << QStringLiteral("screen");
    QTest::addRow("off") << ServerState::Off << ServerTask::None << QStringLiteral("start");
    QTest::addRow("starting") << ServerState::Off << ServerTask::Starting << QString();
    QTest::addRow("building") << ServerState::Building << ServerTask::Building << QString();
    QTest::addRow("failed") << ServerState::Failed << ServerTask::None << QStringLiteral("stop");
    QTest::addRow("unknown") << ServerState::Unknown << ServerTask::None << QString();
}

void tst_ServersModel::statesAllowTheirActions()
{
    QFETCH(ServerState, state);
    QFETCH(ServerTask, task);
    Server server;
    server.state = state;
    server.task = task;
    QStringList allowed;
    if (words::canStart(server))
        allowed.append(QStringLiteral("start"));
    if (words::canStop(server))
        allowed.append(QStringLiteral("stop"));
    if (words::canRestart(server))
        allowed.append(QStringLiteral("restart"));
    if (words::hasScreen(server))
        allowed.append(QStringLiteral("screen"));
    QTEST(allowed.join(QLatin1Char(' ')), "allowed");
}

NEPHELE_TEST(tst_ServersModel)
#include "tst_serversmodel.moc"
