// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/servers/flavorchoice.h"
#include "app/servers/logpage.h"
#include "app/servers/serversfilter.h"
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
    void aLongListIsOneChangeOfCounts();
    void theFilterTakesEveryWord_data();
    void theFilterTakesEveryWord();
    void aCommandIsQuotedForTheShell_data();
    void aCommandIsQuotedForTheShell();
    void aLogIsPlainText_data();
    void aLogIsPlainText();
    void anImageTooLargeForAFlavorIsNamed_data();
    void anImageTooLargeForAFlavorIsNamed();
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

void tst_ServersModel::aLongListIsOneChangeOfCounts()
{
    QList<Server> servers;
    for (int i = 0; i < 2000; ++i)
        servers.append(made(QString::number(i), i));
    QSignalSpy counts(m_model.get(), &ServersModel::countsChanged);
    QSignalSpy inserted(m_model.get(), &ServersModel::rowsInserted);
    m_model->setServers(servers);
    QCOMPARE(counts.size(), 1);
    QCOMPARE(inserted.size(), 1);
    servers.removeAt(1000);
    servers.append(made(QStringLiteral("between"), 500));
    m_model->setServers(servers);
    QCOMPARE(inserted.size(), 2);
    QCOMPARE(m_model->rowCount(), 2000);
    QCOMPARE(ids().at(501), QStringLiteral("between"));
}

void tst_ServersModel::theFilterTakesEveryWord_data()
{
    QTest::addColumn<QString>("words");
    QTest::addColumn<ServersFilter::Show>("show");
    QTest::addColumn<QString>("left");
    using Show = ServersFilter::Show;
    QTest::addRow("nothing typed") << QString() << Show::All << QStringLiteral("web-01 web-02 mail");
    QTest::addRow("a part, any case")
        << QStringLiteral("WEB") << Show::All << QStringLiteral("web-01 web-02");
    QTest::addRow("two words") << QStringLiteral(" 02  web ") << Show::All << QStringLiteral("web-02");
    QTest::addRow("an address") << QStringLiteral("10.0.0.3") << Show::All << QStringLiteral("mail");
    QTest::addRow("running ones") << QString() << Show::Running << QStringLiteral("web-01 mail");
    QTest::addRow("failed ones") << QString() << Show::Attention << QStringLiteral("web-02");
    QTest::addRow("both") << QStringLiteral("mail") << Show::Attention << QString();
    QTest::addRow("no such thing") << QStringLiteral("wbe") << Show::All << QString();
}

void tst_ServersModel::theFilterTakesEveryWord()
{
    QFETCH(QString, words);
    QFETCH(ServersFilter::Show, show);
    Server failed = made(b, 2, QStringLiteral("web-02"));
    failed.state = ServerState::Failed;
    Server mail = made(c, 3, QStringLiteral("mail"));
    ServerAddress address;
    address.address = QHostAddress(QStringLiteral("10.0.0.3"));
    mail.addresses.append(address);
    ServersFilter filter;
    const QAbstractItemModelTester tester(&filter, QAbstractItemModelTester::FailureReportingMode::QtTest);
    filter.setSourceModel(m_model.get());
    m_model->setServers({ made(a, 1, QStringLiteral("web-01")), failed, mail });
    filter.setWords(words);
    filter.setShow(show);
    QStringList left;
    for (int row = 0; row < filter.rowCount(); ++row)
        left.append(filter.index(row, 0).data().toString());
    QTEST(left.join(QLatin1Char(' ')), "left");
}

void tst_ServersModel::aCommandIsQuotedForTheShell_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("command");
    const QString start = QStringLiteral("openstack server create --image 'Debian 12' --flavor c2.small ");
    QTest::addRow("plain") << QStringLiteral("web-01") << QString() << start + QStringLiteral("web-01");
    QTest::addRow("key") << QStringLiteral("web-01") << QStringLiteral("eleni@laptop")
                         << start + QStringLiteral("--key-name eleni@laptop web-01");
    QTest::addRow("quote") << QStringLiteral("it's; rm") << QString()
                           << start + QStringLiteral("'it'\\''s; rm'");
    QTest::addRow("substitution") << QStringLiteral("$(id)") << QString()
                                  << start + QStringLiteral("'$(id)'");
    QTest::addRow("Greek") << QStringLiteral("\u03b5\u03bd\u03b1") << QString()
                           << start + QStringLiteral("'\u03b5\u03bd\u03b1'");
}

void tst_ServersModel::aCommandIsQuotedForTheShell()
{
    QFETCH(QString, name);
    QFETCH(QString, key);
    QTEST(
        words::createCommand(name, QStringLiteral("Debian 12"), QStringLiteral("c2.small"), key), "command");
}

void tst_ServersModel::aLogIsPlainText_data()
{
    QTest::addColumn<QString>("log");
    QTest::addColumn<QString>("plain");
    QTest::addRow("colours") << QStringLiteral("\x1b[0;32m  OK  \x1b[0m ready")
                             << QStringLiteral("  OK   ready");
    QTest::addRow("title of a terminal") << QStringLiteral("\x1b]0;root@web\x07$ ") << QStringLiteral("$ ");
    QTest::addRow("line ends") << QStringLiteral("a\r\nb\r\r\n") << QStringLiteral("a\nb\n");
    QTest::addRow("overwritten line") << QStringLiteral("10 %\r 90 %\r100 %") << QStringLiteral("100 %");
    QTest::addRow("bell and tab") << QStringLiteral("a\x07\tb") << QStringLiteral("a\tb");
    QTest::addRow("reset of a terminal") << QStringLiteral("\x1b"
                                                           "cSeaBIOS")
                                         << QStringLiteral("SeaBIOS");
}

void tst_ServersModel::aLogIsPlainText()
{
    QFETCH(QString, log);
    QTEST(plainLog(log), "plain");
}

void tst_ServersModel::anImageTooLargeForAFlavorIsNamed_data()
{
    QTest::addColumn<int>("minDiskGiB");
    QTest::addColumn<qint64>("virtualSizeBytes");
    QTest::addColumn<int>("minRamMiB");
    QTest::addColumn<QString>("misfit");
    const qint64 gibibyte = qint64(1) << 30;
    QTest::addRow("fits to the byte") << 10 << 10 * gibibyte << 1024 << QString();
    QTest::addRow("a byte more")
        << 0 << 10 * gibibyte + 1 << 0
        << QStringLiteral("The image needs 11 GB, the flavor has 10 GB. Choose a larger flavor.");
    QTest::addRow("least disk")
        << 80 << gibibyte << 0
        << QStringLiteral("The image needs 80 GB, the flavor has 10 GB. Choose a larger flavor.");
    QTest::addRow("memory") << 0 << gibibyte << 2048
                            << QStringLiteral("The image needs 2 GB of memory, the flavor has 1 GB. Choose a "
                                              "larger flavor.");
}

void tst_ServersModel::anImageTooLargeForAFlavorIsNamed()
{
    Flavor flavor;
    flavor.diskGiB = 10;
    flavor.memoryMiB = 1024;
    QFETCH(int, minDiskGiB);
    QFETCH(qint64, virtualSizeBytes);
    QFETCH(int, minRamMiB);
    Image image;
    image.minDiskGiB = minDiskGiB;
    image.virtualSizeBytes = virtualSizeBytes;
    image.minRamMiB = minRamMiB;
    QTEST(FlavorChoice::misfit(flavor, image), "misfit");
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
