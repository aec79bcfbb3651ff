// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/admincommands.h"

#include "tests/support/testidentity.h"
#include "tests/support/testregistry.h"

using namespace nephele;
using test::waitFor;

class tst_AdminCommands : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { test::addEngineRows(); }
    void init();
    void whatIsNotUnderstoodIsRefused_data();
    void whatIsNotUnderstoodIsRefused();
    void whatIsNotThereIsNamed_data();
    void whatIsNotThereIsNamed();
    void helpNamesEveryCommand();
    void aCreatedUserSignsIn();
    void aPasswordComesFromStandardInput();
    void aNewPasswordEndsTheOld();
    void aDisabledUserIsOut();
    void aTokenIsMadeForSynnefo();
    void tablesLineUp();
    void membersComeAndGo();
    void aLimitIsSetAndShown_data();
    void aLimitIsSetAndShown();
    void aUsersLimitIsHisOwn();

private:
    Result<QString> run(const QString &line);
    bool signsIn(const QString &name, const QString &password);

    std::unique_ptr<test::TestIdentity> m_identity;
    QString m_input; // what standard input holds
};

void tst_AdminCommands::init()
{
    QFETCH_GLOBAL(nephele::Engine, engine);
    auto identity = test::TestIdentity::open(engine);
    QVERIFY2(identity, qPrintable(identity ? QString() : identity.error().message + identity.error().detail));
    m_identity = std::move(*identity);
    m_input.clear();
    (void)m_identity->addUser(QStringLiteral("ann"));
    (void)m_identity->addProject(QStringLiteral("lab"));
}

Result<QString> tst_AdminCommands::run(const QString &line)
{
    AdminTerminal terminal;
    terminal.readPassword = [this]() -> Result<QString> { return m_input; };
    terminal.passwordCost = ScryptCost::cheapest();
    return runAdminCommand(
        m_identity->database(), line.split(QLatin1Char(' '), Qt::SkipEmptyParts), terminal);
}

bool tst_AdminCommands::signsIn(const QString &name, const QString &password)
{
    PasswordSignIn wanted;
    wanted.user = NameRef::byName(name);
    wanted.password = password;
    return waitFor(m_identity->service().signIn(wanted)).ok();
}

void tst_AdminCommands::whatIsNotUnderstoodIsRefused_data()
{
    QTest::addColumn<QString>("line");
    QTest::newRow("unknown noun") << "tenant list";
    QTest::newRow("no verb") << "user";
    QTest::newRow("unknown verb") << "user rename ann";
    QTest::newRow("unknown verb without more") << "project frobnicate";
    QTest::newRow("name missing") << "user create";
    QTest::newRow("name too much") << "user create bob carol";
    QTest::newRow("list with a name") << "user list ann";
    QTest::newRow("unknown option") << "user create bob --sudo";
    QTest::newRow("password on the command line") << "user create bob --password secret";
    QTest::newRow("empty password on standard input") << "user create bob --password-stdin";
    QTest::newRow("option without its value") << "project create x --description";
    QTest::newRow("unknown role") << "project add-member lab ann --role king";
    QTest::newRow("member without user") << "project add-member lab";
    QTest::newRow("quota of nothing") << "quota set lab";
    QTest::newRow("unknown resource") << "quota set lab cyclades.unicorns=1";
    QTest::newRow("no limit") << "quota set lab cyclades.vm";
    QTest::newRow("a word as limit") << "quota set lab cyclades.vm=many";
    QTest::newRow("negative limit") << "quota set lab cyclades.vm=-2";
    QTest::newRow("limit beyond 64 bits") << "quota set lab cyclades.ram=9000000000T";
}

void tst_AdminCommands::whatIsNotUnderstoodIsRefused()
{
    QFETCH(QString, line);
    const auto refused = run(line);
    QVERIFY2(!refused, qPrintable(refused ? *refused : QString()));
    QCOMPARE(refused.error().code, ErrorCode::Invalid);
    QVERIFY(!refused.error().message.isEmpty());
    const auto users = run(QStringLiteral("user list"));
    QVERIFY(!users->contains(QStringLiteral("bob")));
}

void tst_AdminCommands::whatIsNotThereIsNamed_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<ErrorCode>("code");
    QTest::addColumn<QString>("named");
    QTest::newRow("unknown user") << "user delete nobody" << ErrorCode::NotFound << "nobody";
    QTest::newRow("unknown project") << "project delete nowhere" << ErrorCode::NotFound << "nowhere";
    QTest::newRow("unknown member") << "project add-member lab nobody" << ErrorCode::NotFound << "nobody";
    QTest::newRow("quota of an unknown project") << "quota show nowhere" << ErrorCode::NotFound << "nowhere";
    QTest::newRow("user there already") << "user create Ann" << ErrorCode::Conflict << "Ann";
    QTest::newRow("project there already") << "project create lab" << ErrorCode::Conflict << "lab";
    QTest::newRow("system project") << "project delete ann" << ErrorCode::Conflict << "system";
    QTest::newRow("no member") << "project remove-member lab ann" << ErrorCode::NotFound << "member";
}

void tst_AdminCommands::whatIsNotThereIsNamed()
{
    QFETCH(QString, line);
    QFETCH(ErrorCode, code);
    QFETCH(QString, named);
    const auto refused = run(line);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, code);
    QVERIFY2(refused.error().message.contains(named), qPrintable(refused.error().message));
}

void tst_AdminCommands::helpNamesEveryCommand()
{
    const auto help = run(QStringLiteral("--help"));
    QVERIFY(help);
    for (const char *command : { "user list", "user create", "user delete", "user enable", "user disable",
             "user set-password", "user token", "project list", "project create", "project delete",
             "project add-member", "project remove-member", "quota show", "quota set" })
        QVERIFY2(help->contains(QLatin1StringView(command)), command);
    QCOMPARE(*run(QString()), *help);
}

void tst_AdminCommands::aCreatedUserSignsIn()
{
    const auto told = run(QStringLiteral("user create bob --email bob@example.org --admin"));
    QVERIFY(told);
    static const QRegularExpression password(
        QStringLiteral("^Password: (\\S+)$"), QRegularExpression::MultilineOption);
    const auto match = password.match(*told);
    QVERIFY2(match.hasMatch(), qPrintable(*told));
    QVERIFY(signsIn(QStringLiteral("bob"), match.captured(1)));
    const auto token = run(QStringLiteral("user token bob"));
    QVERIFY(m_identity->caller(token->trimmed().toLatin1(), Face::Synnefo)->isAdmin);
}

void tst_AdminCommands::aPasswordComesFromStandardInput()
{
    m_input = QStringLiteral("from the pipe");
    const auto told = run(QStringLiteral("user create --password-stdin bob"));
    QVERIFY(told);
    QVERIFY(!told->contains(m_input)); // never repeated
    QVERIFY(signsIn(QStringLiteral("bob"), m_input));
    AdminTerminal none;
    const auto refused = runAdminCommand(m_identity->database(),
        { QStringLiteral("user"), QStringLiteral("create"), QStringLiteral("carol"),
            QStringLiteral("--password-stdin") },
        none);
    QCOMPARE(refused.error().code, ErrorCode::Invalid);
}

void tst_AdminCommands::aNewPasswordEndsTheOld()
{
    QVERIFY(signsIn(QStringLiteral("ann"), QStringLiteral("ann-password")));
    m_input = QStringLiteral("another");
    QVERIFY(run(QStringLiteral("user set-password ann --password-stdin")));
    QVERIFY(!signsIn(QStringLiteral("ann"), QStringLiteral("ann-password")));
    QVERIFY(signsIn(QStringLiteral("ann"), m_input));
}

void tst_AdminCommands::aDisabledUserIsOut()
{
    const QByteArray token = run(QStringLiteral("user token ann"))->trimmed().toLatin1();
    QVERIFY(run(QStringLiteral("user disable ann")));
    QVERIFY(!signsIn(QStringLiteral("ann"), QStringLiteral("ann-password")));
    QVERIFY(!m_identity->caller(token, Face::Synnefo));
    QCOMPARE(run(QStringLiteral("user token ann")).error().code, ErrorCode::Conflict);
    QVERIFY(run(QStringLiteral("user enable ann")));
    QVERIFY(signsIn(QStringLiteral("ann"), QStringLiteral("ann-password")));
    QVERIFY(!m_identity->caller(token, Face::Synnefo)); // what was taken stays taken
    QVERIFY(run(QStringLiteral("user delete ann")));
    QVERIFY(!signsIn(QStringLiteral("ann"), QStringLiteral("ann-password")));
}

void tst_AdminCommands::aTokenIsMadeForSynnefo()
{
    const auto told = run(QStringLiteral("user token ann"));
    QVERIFY(told);
    QCOMPARE(told->trimmed().size(), 43);
    const auto caller = m_identity->caller(told->trimmed().toLatin1(), Face::Synnefo);
    QVERIFY(caller);
    QCOMPARE(caller->expiresAtMs, test::TestIdentity::startMs + qint64(720) * 3'600'000);
}

void tst_AdminCommands::tablesLineUp()
{
    (void)m_identity->addUser(QStringLiteral("somebody-with-a-long-name"));
    const QStringList lines = run(QStringLiteral("user list"))->trimmed().split(QLatin1Char('\n'));
    QCOMPARE(lines.size(), 3);
    const qsizetype column = lines.first().indexOf(QStringLiteral("ENABLED"));
    QVERIFY(column > 0);
    QCOMPARE(lines.at(1).mid(column, 3), QStringLiteral("yes"));
    QCOMPARE(lines.at(2).mid(column, 3), QStringLiteral("yes"));
    QVERIFY(run(QStringLiteral("project list"))->contains(QStringLiteral("shared")));
}

void tst_AdminCommands::membersComeAndGo()
{
    const auto roles = [this]() -> QString {
        const auto caller =
            m_identity->caller(run(QStringLiteral("user token ann"))->trimmed().toLatin1(), Face::Synnefo);
        const auto lab = m_identity->database().read(
            [](ReadTransaction &t) { return ProjectStore::find(t, NameRef::byName(QStringLiteral("lab"))); });
        return QString::number(caller->rolesIn((*lab)->id).toInt());
    };
    QCOMPARE(roles(), QStringLiteral("0"));
    QVERIFY(run(QStringLiteral("project add-member lab ann --role reader")));
    QCOMPARE(roles(), QStringLiteral("1"));
    QVERIFY(run(QStringLiteral("project add-member lab ann"))); // again: the role changes
    QCOMPARE(roles(), QStringLiteral("3"));
    QVERIFY(run(QStringLiteral("project remove-member lab ann")));
    QCOMPARE(roles(), QStringLiteral("0"));
}

void tst_AdminCommands::aLimitIsSetAndShown_data()
{
    QTest::addColumn<QString>("limit");
    QTest::addColumn<QString>("shown");
    QTest::newRow("number") << "7"
                            << "7";
    QTest::newRow("nothing") << "0"
                             << "0";
    QTest::newRow("gibibytes") << "2G"
                               << "2147483648";
    QTest::newRow("unlimited") << "unlimited"
                               << "unlimited";
    QTest::newRow("default") << "default"
                             << "34359738368"; // 32 GiB
}

void tst_AdminCommands::aLimitIsSetAndShown()
{
    QFETCH(QString, limit);
    QFETCH(QString, shown);
    QVERIFY(run(QStringLiteral("quota set lab cyclades.vm=3 cyclades.ram=") + limit));
    const auto table = run(QStringLiteral("quota show lab"));
    QVERIFY(table);
    const QRegularExpression line(
        QStringLiteral("^cyclades\\.ram +0 +%1$").arg(shown), QRegularExpression::MultilineOption);
    QVERIFY2(line.match(*table).hasMatch(), qPrintable(*table));
}

void tst_AdminCommands::aUsersLimitIsHisOwn()
{
    QVERIFY(run(QStringLiteral("quota set lab --user ann cyclades.vm=2")));
    static const QRegularExpression two(
        QStringLiteral("^cyclades\\.vm +0 +2$"), QRegularExpression::MultilineOption);
    QVERIFY(two.match(*run(QStringLiteral("quota show lab --user ann"))).hasMatch());
    QVERIFY(!two.match(*run(QStringLiteral("quota show lab"))).hasMatch());
}

NEPHELE_TEST(tst_AdminCommands)
#include "tst_admincommands.moc"
