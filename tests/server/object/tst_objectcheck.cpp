// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/blocks/blockcheck.h"
#include "server/object/objectcheck.h"
#include "tests/server/http/rawclient.h"
#include "tests/server/swift/swiftfixture.h"
#include "tests/support/testregistry.h"

#include <QDirIterator>

using namespace nephele;
using namespace nephele::test;
using namespace Qt::StringLiterals;

namespace {

// Two whole blocks and a rest; no byte of it is NUL.
const QByteArray content = QByteArray(64, 'a') + QByteArray(64, 'b') + QByteArray(40, 'c');

QString fileOf(const BlockFixture &blocks, const BlockHash &hash)
{
    QDirIterator walk(blocks.directory(), { QString::fromLatin1(hash.toHex()) + u".*"_s }, QDir::Files,
        QDirIterator::Subdirectories);
    return walk.hasNext() ? walk.next() : QString();
}

} // namespace

// What `nephele --check` says: every kind of damage is made, and named. On SQLite and PostgreSQL.
class tst_ObjectCheck : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase_data() { addEngineRows(); }
    void init();
    void cleanup() { m_swift.reset(); }
    void whatIsWholeIsNotNamed();
    void wrongNumbersAreNamed_data();
    void wrongNumbersAreNamed();
    void aDamagedBlockIsNamedAndNeverServed_data();
    void aDamagedBlockIsNamedAndNeverServed();
    void aDamagedManifestServesNothingWrong();

private:
    void run(const QByteArray &sql);
    QStringList problems();
    QString name(const QString &object);

    std::unique_ptr<SwiftFixture> m_swift;
};

void tst_ObjectCheck::init()
{
    QFETCH_GLOBAL(Engine, engine);
    m_swift = std::make_unique<SwiftFixture>(engine);
    QCOMPARE(m_swift->status("PUT", "/c"), 201);
    QCOMPARE(m_swift->status("PUT", "/other"), 201);
    QCOMPARE(m_swift->status("PUT", "/c/o", "member", {}, content), 201);
    QCOMPARE(m_swift->status("PUT", "/c/small", "member", {}, "abc"), 201);
}

void tst_ObjectCheck::run(const QByteArray &sql)
{
    const auto done = m_swift->database().write([sql](Transaction &t) { return t.execute(sql); }).result();
    QVERIFY2(done, done ? "" : qPrintable(done.error().detail));
    QVERIFY(*done > 0);
}

QStringList tst_ObjectCheck::problems()
{
    const auto found = checkObjects(m_swift->database());
    return found ? *found : QStringList { found.error().detail };
}

QString tst_ObjectCheck::name(const QString &object)
{
    const qint64 version =
        m_swift->count("SELECT number FROM version WHERE name = '" + object.toUtf8() + '\'');
    return u"%1/c/%2 (version %3)"_s.arg(projectA.text(), object).arg(version);
}

void tst_ObjectCheck::whatIsWholeIsNotNamed()
{
    QCOMPARE(m_swift->status("COPY", "/c/o", "member", { { "Destination", "other/copy" } }), 201);
    QCOMPARE(m_swift->status("PUT", "/c/o", "member", {}, "another"), 201);
    QCOMPARE(m_swift->status("DELETE", "/c/small"), 204);
    QCOMPARE(problems(), QStringList());
    const auto report = checkBlocks(m_swift->blocks().store(), &contentNames);
    QVERIFY(report);
    QVERIFY(report->findings.isEmpty());
}

void tst_ObjectCheck::wrongNumbersAreNamed_data()
{
    QTest::addColumn<QByteArray>("damage");
    QTest::addColumn<QString>("named"); // with %1 for the account
    QTest::addRow("objects of a container")
        << QByteArray("UPDATE container SET objects = 3 WHERE name = 'c'")
        << u"container %1/c counts 0 containers, 3 objects, 171 bytes, 0 bytes of history; there are 0 "
           "containers, 2 objects, 171 bytes, 0 bytes of history"_s;
    QTest::addRow("bytes of a container")
        << QByteArray("UPDATE container SET bytes = bytes - 1 WHERE name = 'c'")
        << u"container %1/c counts 0 containers, 2 objects, 170 bytes, 0 bytes of history; there are 0 "
           "containers, 2 objects, 171 bytes, 0 bytes of history"_s;
    QTest::addRow("history of an empty container")
        << QByteArray("UPDATE container SET history_bytes = 7 WHERE name = 'other'")
        << u"container %1/other counts 0 containers, 0 objects, 0 bytes, 7 bytes of history; there are 0 "
           "containers, 0 objects, 0 bytes, 0 bytes of history"_s;
    QTest::addRow("an account") << QByteArray("UPDATE account SET containers = 1, objects = 0, bytes = 5")
                                << u"account %1 counts 1 containers, 0 objects, 5 bytes, 0 bytes of history; "
                                   "there are 2 containers, 2 objects, 171 bytes, 0 bytes of history"_s;
    QTest::addRow("what a project is charged")
        << QByteArray("UPDATE quota_project SET used = used + 5 WHERE resource = 'pithos.diskspace'")
        << u"project %1 is charged 176 bytes and stores 171"_s;
    QTest::addRow("a pin too many") << QByteArray("UPDATE map SET pins = 2 WHERE size_bytes = 3")
                                    << u"content %2 is pinned 2 times and referred to 1 times"_s;
}

void tst_ObjectCheck::wrongNumbersAreNamed()
{
    QFETCH(QByteArray, damage);
    QFETCH(QString, named);
    QCOMPARE(problems(), QStringList());
    run(damage);
    const qint64 map = m_swift->count("SELECT number FROM map WHERE size_bytes = 3");
    named.replace(u"%1"_s, projectA.text()).replace(u"%2"_s, QString::number(map));
    QCOMPARE(problems(), QStringList { named });

    // A content that went away under its version.
    run("UPDATE map SET state = 'dying' WHERE size_bytes = 168");
    const qint64 gone = m_swift->count("SELECT number FROM map WHERE size_bytes = 168");
    QVERIFY(problems().contains(u"content %1 of %2 is missing"_s.arg(gone).arg(name(u"o"_s))));
}

void tst_ObjectCheck::aDamagedBlockIsNamedAndNeverServed_data()
{
    QTest::addColumn<QByteArray>("bytes"); // in place of the second block; null: it goes
    QTest::addColumn<QString>("word");
    QTest::addRow("missing") << QByteArray() << u"missing"_s;
    QTest::addRow("empty") << QByteArray("") << u"truncated"_s;
    QTest::addRow("truncated") << QByteArray(63, 'b') << u"truncated"_s;
    QTest::addRow("altered") << QByteArray(63, 'b') + 'B' << u"altered"_s;
    QTest::addRow("longer") << QByteArray(65, 'b') << u"altered"_s;
}

void tst_ObjectCheck::aDamagedBlockIsNamedAndNeverServed()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, word);
    const BlockHash hash = hashOfTrimmed(QByteArray(64, 'b'));
    QCOMPARE(m_swift->status("COPY", "/c/o", "member", { { "Destination", "c/copy" } }), 201);
    QFile file(fileOf(m_swift->blocks(), hash));
    QVERIFY(file.exists());
    if (bytes.isNull()) {
        QVERIFY(file.remove());
    } else {
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
        file.close();
    }
    // Where nothing right could be sent it is a fault. Later the connection breaks where the right bytes end.
    for (const char *range : { "bytes=64-127", "bytes=100-", "bytes=0-" })
        QCOMPARE(m_swift->status("GET", "/c/o", "member", { { "Range", range } }), 500);
    RawClient client(quint16(m_swift->server().url().port()));
    client.send("GET " + SwiftFixture::accountA()
        + "/c/o HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: member\r\nRange: bytes=0-9,70-79\r\n\r\n");
    const QByteArray parts = client.rest();
    QVERIFY(!parts.contains("bbbbbbbb") && !parts.contains("BB"));
    QVERIFY(client.isClosed());
    QCOMPARE(m_swift->call("GET", "/c/o", "member", { { "Range", "bytes=0-63" } }).body, QByteArray(64, 'a'));

    const auto report = checkBlocks(m_swift->blocks().store(), &contentNames);
    QVERIFY(report);
    QCOMPARE(report->findings.size(), 1);
    QCOMPARE(report->findings.constFirst().message,
        u"block %1 is %2"_s.arg(QString::fromLatin1(hash.toHex()), word));
    QCOMPARE(report->findings.constFirst().affected, QStringList({ name(u"o"_s), name(u"copy"_s) }));
    QCOMPARE(problems(), QStringList());
}

void tst_ObjectCheck::aDamagedManifestServesNothingWrong()
{
    QCOMPARE(m_swift->status("PUT", "/c/large?multipart-manifest=put", "member", {},
                 R"([{"path": "/c/small"}, {"path": "/c/o"}])"),
        201);
    const QByteArray manifest = m_swift->body("/c/large?multipart-manifest=get");
    const BlockHash hash = hashOfTrimmed(QByteArrayView(manifest).first(64));
    QFile file(fileOf(m_swift->blocks(), hash));
    QVERIFY(file.exists());
    QVERIFY(file.resize(10));
    QCOMPARE(m_swift->status("GET", "/c/large"), 500);
    QCOMPARE(m_swift->status("GET", "/c/large?multipart-manifest=get"), 500);
    QCOMPARE(m_swift->status("DELETE", "/c/large"), 204);
}

NEPHELE_TEST(tst_ObjectCheck)
#include "tst_objectcheck.moc"
