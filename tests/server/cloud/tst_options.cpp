// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/cloud/options.h"
#include "tests/support/testregistry.h"

#include <QFile>
#include <QTemporaryDir>

using namespace nephele;

class tst_Options : public QObject
{
    Q_OBJECT

private slots:
    void aWrongLineIsRefusedByName_data();
    void aWrongLineIsRefusedByName();
    void anAddressToListenOnIsReadStrictly_data();
    void anAddressToListenOnIsReadStrictly();
    void theCommandLineWinsOverTheFile();
    void aFileWithAnUnknownSettingIsRefused();
    void aSyncKeepsAllItsWords();
    void anAdminCommandKeepsItsWords();
    void theSignInPageIsConfigured();
    void helpNamesEverySetting();
};

static QStringList words(const QString &line)
{
    return line.split(QLatin1Char(' '), Qt::SkipEmptyParts);
}

void tst_Options::aWrongLineIsRefusedByName_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("named");
    QTest::addRow("unknown") << QStringLiteral("--colour red") << QStringLiteral("--colour");
    QTest::addRow("stray word") << QStringLiteral("start") << QStringLiteral("start");
    QTest::addRow("value missing") << QStringLiteral("--data-dir") << QStringLiteral("--data-dir");
    QTest::addRow("port missing") << QStringLiteral("--listen 127.0.0.1") << QStringLiteral("--listen");
    QTest::addRow("no such port") << QStringLiteral("--listen 127.0.0.1:70000") << QStringLiteral("--listen");
    QTest::addRow("public url without scheme")
        << QStringLiteral("--public-url cloud.example") << QStringLiteral("--public-url");
    QTest::addRow("public url of another kind")
        << QStringLiteral("--public-url ftp://c") << QStringLiteral("--public-url");
    QTest::addRow("connect to nothing") << QStringLiteral("--connect /tmp") << QStringLiteral("--connect");
    QTest::addRow("workers none") << QStringLiteral("--workers 0") << QStringLiteral("--workers");
    QTest::addRow("workers a word") << QStringLiteral("--workers many") << QStringLiteral("--workers");
    QTest::addRow("half a certificate")
        << QStringLiteral("--tls-key k.pem") << QStringLiteral("--tls-certificate");
    QTest::addRow("config absent") << QStringLiteral("--config /nonexistent/x.ini")
                                   << QStringLiteral("--config");
    QTest::addRow("no such way to sign up") << QStringLiteral("--sign-up yes") << QStringLiteral("--sign-up");
    QTest::addRow("no such way back in")
        << QStringLiteral("--lost-password mail") << QStringLiteral("--lost-password");
    QTest::addRow("tokens to all of the web")
        << QStringLiteral("--login-target own,https") << QStringLiteral("--login-target");
    QTest::addRow("tokens to scripts")
        << QStringLiteral("--login-target javascript") << QStringLiteral("--login-target");
    QTest::addRow("blocks elsewhere")
        << QStringLiteral("--blocks rados://pool") << QStringLiteral("--blocks");
}

void tst_Options::aWrongLineIsRefusedByName()
{
    QFETCH(QString, line);
    QFETCH(QString, named);
    const auto parsed = parseOptions(words(line));
    QVERIFY(!parsed);
    QCOMPARE(parsed.error().code, ErrorCode::Invalid);
    QVERIFY2(parsed.error().message.contains(named), qPrintable(parsed.error().message));
}

void tst_Options::anAddressToListenOnIsReadStrictly_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("address"); // empty: refused
    QTest::addColumn<int>("port");
    QTest::addColumn<bool>("loopback");
    QTest::addRow("v4") << QStringLiteral("0.0.0.0:5080") << QStringLiteral("0.0.0.0") << 5080 << false;
    QTest::addRow("loopback, free port")
        << QStringLiteral("127.0.0.1:0") << QStringLiteral("127.0.0.1") << 0 << true;
    QTest::addRow("localhost") << QStringLiteral("localhost:80") << QStringLiteral("127.0.0.1") << 80 << true;
    QTest::addRow("v6") << QStringLiteral("[::1]:80") << QStringLiteral("::1") << 80 << true;
    QTest::addRow("a name") << QStringLiteral("cloud.example:80") << QString() << 0 << false;
    QTest::addRow("negative port") << QStringLiteral("127.0.0.1:-1") << QString() << 0 << false;
    QTest::addRow("empty") << QString() << QString() << 0 << false;
}

void tst_Options::anAddressToListenOnIsReadStrictly()
{
    QFETCH(QString, text);
    QFETCH(QString, address);
    QFETCH(int, port);
    QFETCH(bool, loopback);
    const auto listen = ListenAddress::fromText(text);
    QCOMPARE(listen.ok(), !address.isEmpty());
    if (!listen)
        return;
    QCOMPARE(listen->address.toString(), address);
    QCOMPARE(int(listen->port), port);
    QCOMPARE(listen->isLoopback(), loopback);
}

void tst_Options::theCommandLineWinsOverTheFile()
{
    const QTemporaryDir dir;
    QFile file(dir.filePath(QStringLiteral("nephele.ini")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("listen=127.0.0.1:1111\nworkers=3\nhost-name=a.example, b.example\n");
    file.close();
    const auto parsed = parseOptions({ QStringLiteral("--headless"),
        QStringLiteral("--listen=127.0.0.1:2222"), QStringLiteral("--config"), file.fileName() });
    QVERIFY2(parsed, parsed ? "" : qPrintable(parsed.error().message));
    QCOMPARE(parsed->options.mode, RunMode::Headless);
    QCOMPARE(int(parsed->options.listen.port), 2222);
    QCOMPARE(parsed->options.workers, 3);
    QCOMPARE(parsed->options.hostNames,
        (QStringList { QStringLiteral("a.example"), QStringLiteral("b.example") }));
}

void tst_Options::aFileWithAnUnknownSettingIsRefused()
{
    const QTemporaryDir dir;
    QFile file(dir.filePath(QStringLiteral("nephele.ini")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("lissten=127.0.0.1:1111\n");
    file.close();
    const auto parsed = parseOptions({ QStringLiteral("--config"), file.fileName() });
    QVERIFY(!parsed);
    QVERIFY2(parsed.error().message.contains(QStringLiteral("lissten")), qPrintable(parsed.error().message));
}

void tst_Options::aSyncKeepsAllItsWords()
{
    const auto parsed = parseOptions(words(QStringLiteral("sync folder container --help --data-dir x")));
    QVERIFY(parsed);
    QCOMPARE(parsed->options.mode, RunMode::Sync);
    QCOMPARE(parsed->options.syncArguments, words(QStringLiteral("folder container --help --data-dir x")));
    QVERIFY(!parsed->information);
}

void tst_Options::anAdminCommandKeepsItsWords()
{
    const auto parsed =
        parseOptions(words(QStringLiteral("admin user create eve --project p --data-dir /srv/cloud --help")));
    QVERIFY(parsed);
    QCOMPARE(parsed->options.mode, RunMode::Admin);
    QCOMPARE(parsed->options.dataDir, QStringLiteral("/srv/cloud"));
    QCOMPARE(parsed->options.adminArguments, words(QStringLiteral("user create eve --project p --help")));
    QVERIFY(!parsed->information);
}

void tst_Options::theSignInPageIsConfigured()
{
    const auto standard = parseOptions({});
    QVERIFY(standard);
    QCOMPARE(standard->options.weblogin.signUp, SignUpPolicy::Off);
    QCOMPARE(standard->options.weblogin.lostPassword, LostPasswordPolicy::Admin);
    const auto parsed = parseOptions(words(
        QStringLiteral("--sign-up moderated --lost-password log --login-target own,https://f.example")));
    QVERIFY2(parsed, parsed ? "" : qPrintable(parsed.error().message));
    const WebloginSettings &settings = parsed->options.weblogin;
    QCOMPARE(settings.signUp, SignUpPolicy::Moderated);
    QCOMPARE(settings.lostPassword, LostPasswordPolicy::Log);
    QVERIFY(settings.targets.checked(QStringLiteral("https://f.example/x"), "http://127.0.0.1:1"));
    QVERIFY(!settings.targets.checked(QStringLiteral("pithos://x"), "http://127.0.0.1:1"));
}

void tst_Options::helpNamesEverySetting()
{
    const auto parsed = parseOptions({ QStringLiteral("--help") });
    QVERIFY(parsed && parsed->information);
    for (const char *option :
        { "--data-dir", "--listen", "--public-url", "--hypervisor", "--database", "--blocks", "--sign-up",
            "--lost-password", "--login-target", "--config", "--connect", "--headless", "--check", "admin" })
        QVERIFY2(parsed->information->contains(QLatin1StringView(option)), option);
}

NEPHELE_TEST(tst_Options)
#include "tst_options.moc"
