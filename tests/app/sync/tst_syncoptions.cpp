// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sync/syncoptions.h"
#include "tests/support/testregistry.h"

using namespace nephele;

namespace {

QHash<QString, QString> openrc()
{
    return { { QStringLiteral("OS_AUTH_URL"), QStringLiteral("http://box:5080/identity/v3") },
        { QStringLiteral("OS_USERNAME"), QStringLiteral("ann") },
        { QStringLiteral("OS_PASSWORD"), QStringLiteral("pw") },
        { QStringLiteral("OS_PROJECT_NAME"), QStringLiteral("lab") },
        { QStringLiteral("ASTAKOS_AUTH_URL"), QStringLiteral("http://box:5080/astakos/identity/v2.0") },
        { QStringLiteral("ASTAKOS_TOKEN"), QStringLiteral("synnefo") } };
}

} // namespace

class tst_SyncOptions : public QObject
{
    Q_OBJECT

private slots:
    void wrongCallsAreRefused_data();
    void wrongCallsAreRefused();
    void flagsAreRead();
    void helpNeedsNothingElse();
    void whoSignsInIsFoundInTheEnvironment_data();
    void whoSignsInIsFoundInTheEnvironment();
    void secretsOfOneCloudStayWithIt_data();
    void secretsOfOneCloudStayWithIt();

private:
    QTemporaryDir m_dir;
};

void tst_SyncOptions::wrongCallsAreRefused_data()
{
    QTest::addColumn<QStringList>("arguments");
    const QString dir = m_dir.path();
    const auto row = [](const char *title, const QStringList &arguments) {
        QTest::addRow("%s", title) << arguments;
    };
    row("nothing", {});
    row("a folder only", { dir });
    row("three places", { dir, QStringLiteral("c"), QStringLiteral("d") });
    row("no such folder", { dir + QStringLiteral("/none"), QStringLiteral("c") });
    row("unknown option", { dir, QStringLiteral("c"), QStringLiteral("--fast") });
    row("option without its value", { dir, QStringLiteral("c"), QStringLiteral("--token") });
    row("once and watch", { dir, QStringLiteral("c"), QStringLiteral("--once"), QStringLiteral("--watch") });
    row("watch and dry",
        { dir, QStringLiteral("c"), QStringLiteral("--watch"), QStringLiteral("--dry-run") });
    row("no container", { dir, QStringLiteral("http://box:5080/") });
    row("no fingerprint",
        { dir, QStringLiteral("c"), QStringLiteral("--fingerprint"), QStringLiteral("AB:CD") });
    row("nobody at that cloud", { dir, QStringLiteral("http://other:5080/c") });
}

void tst_SyncOptions::wrongCallsAreRefused()
{
    QFETCH(QStringList, arguments);
    const auto options = parseSyncOptions(arguments, openrc());
    QVERIFY(!options);
    QCOMPARE(options.error().code, ErrorCode::Invalid);
    QVERIFY(!options.error().message.isEmpty());
}

void tst_SyncOptions::flagsAreRead()
{
    const QString dir = m_dir.path();
    auto options = parseSyncOptions({ dir, QStringLiteral("c/p") }, openrc());
    QVERIFY(options);
    QCOMPARE(options->repeat, SyncRepeat::Once);
    QCOMPARE(options->settings.mode, SyncMode::Real);
    QCOMPARE(options->settings.massDeletions, MassDeletions::Asked);
    QCOMPARE(options->talk, SyncTalk::Normal);
    QCOMPARE(options->settings.address.prefix, QStringLiteral("p"));
    options = parseSyncOptions(
        { QStringLiteral("--watch"), dir, QStringLiteral("--allow-mass-delete"), QStringLiteral("c"),
            QStringLiteral("--verbose"), QStringLiteral("--state-dir=/s"), QStringLiteral("--fingerprint"),
            QString::fromLatin1(QByteArray(32, '\xab').toHex()) },
        openrc());
    QVERIFY(options);
    QCOMPARE(options->repeat, SyncRepeat::Watch);
    QCOMPARE(options->settings.massDeletions, MassDeletions::Allowed);
    QCOMPARE(options->talk, SyncTalk::Verbose);
    QCOMPARE(options->settings.stateDir, QStringLiteral("/s"));
    QCOMPARE(options->settings.fingerprint, QByteArray(32, '\xab').toHex(':').toUpper());
    options = parseSyncOptions(
        { QStringLiteral("--dry-run"), QStringLiteral("--"), dir, QStringLiteral("-c") }, openrc());
    QVERIFY(options);
    QCOMPARE(options->settings.mode, SyncMode::DryRun);
    QCOMPARE(options->settings.address.container, QStringLiteral("-c"));
}

void tst_SyncOptions::helpNeedsNothingElse()
{
    const auto options = parseSyncOptions({ QStringLiteral("--help") }, {});
    QVERIFY(options);
    QVERIFY(options->information);
    QVERIFY(options->information->contains(QStringLiteral("--allow-mass-delete")));
}

void tst_SyncOptions::whoSignsInIsFoundInTheEnvironment_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QStringList>("unset");
    QTest::addColumn<QString>("who"); // user/password/project/token/credential
    QTest::addColumn<bool>("lacksPassword");
    const auto row = [](const char *title, const QStringList &arguments, const QStringList &unset,
                         const char *who, bool lacksPassword = false) {
        QTest::addRow("%s", title) << arguments << unset << QString::fromLatin1(who) << lacksPassword;
    };
    const QString user = QStringLiteral("OS_USERNAME");
    const QString password = QStringLiteral("OS_PASSWORD");
    row("openrc", {}, {}, "ann/pw/lab//");
    row("a token goes before", { QStringLiteral("--token"), QStringLiteral("t") }, {}, "///t/");
    row("another project", { QStringLiteral("--project"), QStringLiteral("p") }, {}, "ann/pw/p//");
    row("another user has another password and project", { QStringLiteral("--user"), QStringLiteral("bob") },
        {}, "bob////", true);
    row("the password is asked for", {}, { password }, "ann//lab//", true);
    row("Synnefo's token where nobody is named", {}, { user, password }, "//lab/synnefo/");
}

void tst_SyncOptions::whoSignsInIsFoundInTheEnvironment()
{
    QFETCH(QStringList, arguments);
    QFETCH(QStringList, unset);
    QFETCH(QString, who);
    QFETCH(bool, lacksPassword);
    QHash<QString, QString> environment = openrc();
    for (const QString &name : unset)
        environment.remove(name);
    const auto options =
        parseSyncOptions(QStringList { m_dir.path(), QStringLiteral("c") } + arguments, environment);
    QVERIFY2(options.ok(), options ? "" : qPrintable(options.error().message));
    const Credentials &c = options->settings.credentials;
    QCOMPARE(
        (QStringList { c.userName, c.password, c.projectName, c.token, c.credentialId }.join(u'/')), who);
    QCOMPARE(options->lacksPassword(), lacksPassword);
}

void tst_SyncOptions::secretsOfOneCloudStayWithIt_data()
{
    QTest::addColumn<QString>("url");
    for (const char *url : { "http://other:5080/c", "http://box:5081/c", "https://box:5080/c" })
        QTest::addRow("%s", url) << QString::fromLatin1(url);
}

void tst_SyncOptions::secretsOfOneCloudStayWithIt()
{
    QFETCH(QString, url);
    const auto options =
        parseSyncOptions({ m_dir.path(), url, QStringLiteral("--user"), QStringLiteral("ann") }, openrc());
    QVERIFY(options);
    QVERIFY(options->settings.credentials.password.isEmpty());
    QVERIFY(options->settings.credentials.token.isEmpty());
    QVERIFY(options->lacksPassword());
}

NEPHELE_TEST(tst_SyncOptions)
#include "tst_syncoptions.moc"
