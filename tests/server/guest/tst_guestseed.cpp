// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/guest/cloudconfig.h"
#include "server/guest/guestseed.h"
#include "server/guest/passwordhash.h"
#include "tests/support/testregistry.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <archive.h>
#include <archive_entry.h>
#include <crypt.h>
#include <sys/stat.h>

using namespace nephele;

namespace {

GuestSeed plainSeed()
{
    GuestSeed seed;
    seed.server = *ServerId::fromText(QStringLiteral("7c0f1d2e-94b1-4a5e-8f00-0123456789ab"));
    seed.hostName = QStringLiteral("snf-42");
    seed.name = QStringLiteral("my \"web\"\nserver");
    seed.publicKeys = { QStringLiteral("ssh-ed25519 AAAAC3 me@here") };
    seed.passwordHash = "$6$salt$hash";
    seed.passwordUsers = { QStringLiteral("root") };
    seed.macs = { QStringLiteral("52:54:00:12:34:56") };
    return seed;
}

using Documents = QMap<QByteArray, QByteArray>;

Documents byPath(const QList<SeedDocument> &documents)
{
    Documents out;
    for (const SeedDocument &document : documents)
        out.insert(document.path, document.contents);
    return out;
}

// What libarchive's reader finds on the disk, by its Rock Ridge names; folders are left out.
Documents readIso(const QString &path)
{
    Documents out;
    archive *reader = archive_read_new();
    archive_read_support_format_iso9660(reader);
    if (archive_read_open_filename(reader, QFile::encodeName(path).constData(), 10240) != ARCHIVE_OK)
        return out;
    archive_entry *entry = nullptr;
    while (archive_read_next_header(reader, &entry) == ARCHIVE_OK) {
        if (archive_entry_filetype(entry) != AE_IFREG)
            continue;
        QByteArray contents(archive_entry_size(entry), '\0');
        archive_read_data(reader, contents.data(), size_t(contents.size()));
        out.insert(archive_entry_pathname(entry), contents);
    }
    archive_read_free(reader);
    return out;
}

} // namespace

class tst_GuestSeed : public QObject
{
    Q_OBJECT

private slots:
    void whatAGuestCouldMisreadIsRefused_data();
    void whatAGuestCouldMisreadIsRefused();
    void aPasswordThatCannotBeIsRefused_data();
    void aPasswordThatCannotBeIsRefused();
    void aHashIsOfThePassword();
    void theDiskHoldsBothTrees();
    void theDiskIsPrivate();
    void aFileKeepsOwnerModeAndBytes();
    void theUsersDataIsNotAltered_data();
    void theUsersDataIsNotAltered();
    void oursAddsToTheUsersLists();
    void withoutUserDataOursStandsAlone();
    void nothingToSayIsAnEmptyConfig();
    void quotedTextStaysOneScalar_data();
    void quotedTextStaysOneScalar();
    void theBareSeedHoldsNoSecret();
};

void tst_GuestSeed::whatAGuestCouldMisreadIsRefused_data()
{
    QTest::addColumn<GuestSeed>("seed");
    QTest::addColumn<QString>("names");
    const auto row = [](const char *name, auto change, const char *names) {
        GuestSeed seed = plainSeed();
        seed.files = { { QStringLiteral("/etc/motd"), "hello" } };
        change(seed);
        QTest::addRow("%s", name) << seed << QString::fromLatin1(names);
    };
    row(
        "no id", [](GuestSeed &s) { s.server = {}; }, "id");
    row(
        "no host name", [](GuestSeed &s) { s.hostName.clear(); }, "hostName");
    row(
        "host name with a line break", [](GuestSeed &s) { s.hostName = QStringLiteral("a\nb"); }, "hostName");
    row(
        "host name with a blank", [](GuestSeed &s) { s.hostName = QStringLiteral("a b"); }, "hostName");
    row(
        "key of two lines", [](GuestSeed &s) { s.publicKeys[0] += QStringLiteral("\nssh-rsa x"); }, "key");
    row(
        "plain password", [](GuestSeed &s) { s.passwordHash = "secret"; }, "hashed");
    row(
        "hash with a line break", [](GuestSeed &s) { s.passwordHash += "\nroot:"; }, "hashed");
    row(
        "user with a colon", [](GuestSeed &s) { s.passwordUsers = { QStringLiteral("root:x") }; },
        "metadata.users");
    row(
        "user with a quote", [](GuestSeed &s) { s.passwordUsers = { QStringLiteral("a\"b") }; },
        "metadata.users");
    row(
        "relative path", [](GuestSeed &s) { s.files[0].path = QStringLiteral("etc/motd"); },
        "personality.path");
    row(
        "a folder", [](GuestSeed &s) { s.files[0].path = QStringLiteral("/etc/"); }, "personality.path");
    row(
        "path with a line break", [](GuestSeed &s) { s.files[0].path += QLatin1Char('\n'); },
        "personality.path");
    row(
        "half a pair in a path", [](GuestSeed &s) { s.files[0].path += QChar(0xdc00); }, "personality.path");
    row(
        "owner with a colon", [](GuestSeed &s) { s.files[0].owner = QStringLiteral("a:b"); },
        "personality.owner");
    row(
        "empty group", [](GuestSeed &s) { s.files[0].group.clear(); }, "personality.group");
    row(
        "mode beyond 07777", [](GuestSeed &s) { s.files[0].mode = 010000; }, "personality.mode");
    row(
        "negative mode", [](GuestSeed &s) { s.files[0].mode = -1; }, "personality.mode");
    row(
        "MAC of five", [](GuestSeed &s) { s.macs[0] = QStringLiteral("52:54:00:12:34"); }, "mac");
    row(
        "user data of 1 MiB and a byte", [](GuestSeed &s) { s.userData = QByteArray((1 << 20) + 1, 'x'); },
        "user_data");
}

void tst_GuestSeed::whatAGuestCouldMisreadIsRefused()
{
    QFETCH(GuestSeed, seed);
    QFETCH(QString, names);
    const auto documents = seedDocuments(seed);
    QVERIFY(!documents);
    QCOMPARE(documents.error().code, ErrorCode::Invalid);
    QVERIFY2(documents.error().message.contains(names), qPrintable(documents.error().message));
}

void tst_GuestSeed::aPasswordThatCannotBeIsRefused_data()
{
    QTest::addColumn<QString>("password");
    QTest::addRow("empty") << QString();
    QTest::addRow("line break") << QStringLiteral("a\nb");
    QTest::addRow("NUL") << QString(QChar(0));
    QTest::addRow("257 bytes") << QString(257, QLatin1Char('a'));
}

void tst_GuestSeed::aPasswordThatCannotBeIsRefused()
{
    QFETCH(QString, password);
    QCOMPARE(guestPasswordHash(password).error().code, ErrorCode::Invalid);
}

void tst_GuestSeed::aHashIsOfThePassword()
{
    const auto hash = guestPasswordHash(QStringLiteral("pässword"));
    const auto again = guestPasswordHash(QStringLiteral("pässword"));
    QVERIFY(hash.ok() && again.ok());
    QVERIFY(hash->startsWith("$6$"));
    QVERIFY(*hash != *again); // another salt
    crypt_data scratch = {};
    QCOMPARE(QByteArray(crypt_r("p\xc3\xa4ssword", hash->constData(), &scratch)), *hash);
    QVERIFY(QByteArray(crypt_r("password", hash->constData(), &scratch)) != *hash);
}

void tst_GuestSeed::theDiskHoldsBothTrees()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("seed.iso"));
    GuestSeed seed = plainSeed();
    seed.userData = "#!/bin/sh\necho \xff\n";
    seed.metadata = { { QStringLiteral("hostname"), QStringLiteral("a trap") } };
    seed.files = { { QStringLiteral("/etc/motd"), QByteArray("a\0b", 3) } };
    QVERIFY(writeGuestSeed(seed, path).ok());
    QCOMPARE(readIso(path), byPath(*seedDocuments(seed)));

    QFile iso(path);
    QVERIFY(iso.open(QIODevice::ReadOnly));
    iso.seek(16 * 2048); // ECMA-119 section 8.4: the primary volume descriptor, label at byte 40
    const QByteArray descriptor = iso.read(2048);
    QCOMPARE(descriptor.mid(1, 5), QByteArray("CD001"));
    // In capitals here, as ECMA-119 asks; the Joliet descriptor keeps them small. cloud-init takes both.
    QCOMPARE(descriptor.mid(40, 32).trimmed(), QByteArray("CIDATA"));

    const Documents found = readIso(path);
    QCOMPARE(found.value("openstack/latest/user_data"), seed.userData);
    QCOMPARE(found.value("openstack/content/0000"), QByteArray("a\0b", 3));
    const QJsonObject meta = QJsonDocument::fromJson(found.value("openstack/latest/meta_data.json")).object();
    QCOMPARE(meta.value(QStringLiteral("hostname")).toString(), seed.hostName);
    QCOMPARE(meta.value(QStringLiteral("uuid")).toString(), seed.server.text());
    QCOMPARE(meta.value(QStringLiteral("name")).toString(), seed.name);
    QCOMPARE(meta.value(QStringLiteral("files"))
                 .toArray()
                 .at(0)
                 .toObject()
                 .value(QStringLiteral("content_path"))
                 .toString(),
        QStringLiteral("/content/0000"));
    const QByteArray noCloud = found.value("meta-data");
    QVERIFY(noCloud.contains("instance-id: \"7c0f1d2e-94b1-4a5e-8f00-0123456789ab\"\n"));
    QVERIFY(noCloud.contains("local-hostname: \"snf-42\"\n"));
    QVERIFY(noCloud.contains("  - \"ssh-ed25519 AAAAC3 me@here\"\n"));
    QVERIFY(found.value("network-config").contains("macaddress: \"52:54:00:12:34:56\""));
}

void tst_GuestSeed::theDiskIsPrivate()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("seed.iso"));
    const mode_t before = ::umask(0);
    const auto written = writeGuestSeed(plainSeed(), path);
    ::umask(before);
    QVERIFY(written.ok());
    struct stat info;
    QCOMPARE(::stat(QFile::encodeName(path).constData(), &info), 0);
    QCOMPARE(int(info.st_mode & 07777), 0640);
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files), QStringList(QStringLiteral("seed.iso")));

    const auto nowhere = writeGuestSeed(plainSeed(), QStringLiteral("/nowhere/seed.iso"));
    QCOMPARE(nowhere.error().code, ErrorCode::Unavailable);
    QVERIFY(!nowhere.error().message.contains(QStringLiteral("/nowhere")));
}

void tst_GuestSeed::aFileKeepsOwnerModeAndBytes()
{
    GuestSeed seed = plainSeed();
    seed.files = { { QStringLiteral("/etc/\"a\" b\\c"), QByteArray("\0\xff\n", 3), QStringLiteral("nobody"),
                       QStringLiteral("users"), 0640 },
        { QStringLiteral("/etc/empty"), QByteArray(), QStringLiteral("root"), QStringLiteral("root"), 0 } };
    const QByteArray config = cloudConfig(seed);
    QVERIFY(config.contains("  - path: \"/etc/\\\"a\\\" b\\\\c\"\n    owner: \"nobody:users\"\n"
                            "    permissions: \"0640\"\n    defer: true\n    encoding: b64\n"
                            "    content: \"AP8K\"\n"));
    QVERIFY(config.contains("  - path: \"/etc/empty\"\n    owner: \"root:root\"\n    permissions: \"0000\"\n"
                            "    encoding: b64\n    content: \"\"\n"));
}

void tst_GuestSeed::theUsersDataIsNotAltered_data()
{
    QTest::addColumn<QByteArray>("userData");
    QTest::addColumn<QByteArray>("type");
    QTest::addRow("script") << QByteArray("#!/bin/sh\necho a\n") << QByteArray("text/plain");
    QTest::addRow("config") << QByteArray("#cloud-config\nwrite_files: []\n") << QByteArray("text/plain");
    QTest::addRow("no line break at the end") << QByteArray("#!/bin/sh") << QByteArray("text/plain");
    QTest::addRow("DOS line breaks") << QByteArray("#!/bin/sh\r\necho\r\n") << QByteArray("text/plain");
    QTest::addRow("long and binary") << QByteArray("\x00\xff\x0a", 3).repeated(1000)
                                     << QByteArray("text/plain");
    QTest::addRow("gzip") << QByteArray("\x1f\x8b\x08\x00rest") << QByteArray("application/gzip");
    QTest::addRow("looks like a boundary")
        << QByteArray("--==\nContent-Type: text/x\n\n--==--\n") << QByteArray("text/plain");
}

void tst_GuestSeed::theUsersDataIsNotAltered()
{
    QFETCH(QByteArray, userData);
    QFETCH(QByteArray, type);
    GuestSeed seed = plainSeed();
    seed.userData = userData;
    const Documents documents = byPath(*seedDocuments(seed));
    QCOMPARE(documents.value("openstack/latest/user_data"), userData);

    const QByteArray message = documents.value("user-data");
    const QByteArray header = "Content-Type: multipart/mixed; boundary=\"";
    QVERIFY(message.startsWith(header));
    const QByteArray boundary =
        message.mid(header.size(), message.indexOf('"', header.size()) - header.size());
    const qsizetype begin = message.indexOf("--" + boundary + '\n');
    const qsizetype end = message.indexOf("--" + boundary + '\n', begin + 1);
    QVERIFY(begin > 0 && end > begin);
    const QByteArray part = message.mid(begin, end - begin);
    QVERIFY(part.contains("Content-Type: " + type));
    QCOMPARE(QByteArray::fromBase64(part.mid(part.indexOf("\n\n") + 2)), userData);
    QVERIFY(message.endsWith("--" + boundary + "--\n"));
}

void tst_GuestSeed::oursAddsToTheUsersLists()
{
    const QByteArray message = combinedUserData("#cloud-config\npassword: his\n", "#cloud-config\nours: 1\n");
    const qsizetype his = message.indexOf(QByteArray("#cloud-config\npassword: his\n").toBase64());
    const qsizetype ours = message.indexOf(QByteArray("#cloud-config\nours: 1\n").toBase64());
    const qsizetype merge = message.indexOf("X-Merge-Type: list(append)+dict(no_replace,recurse_list)+str()");
    QVERIFY(his > 0 && his < merge && merge < ours);

    // His own message goes in whole, with its own headers.
    const QByteArray mime = "Content-Type: multipart/mixed; boundary=\"B\"\nMIME-Version: 1.0\n\n--B\n"
                            "Content-Type: text/x-shellscript\n\n#!/bin/sh\n--B--\n";
    QVERIFY(combinedUserData(mime, "#cloud-config\nours: 1\n").contains('\n' + mime));
}

void tst_GuestSeed::withoutUserDataOursStandsAlone()
{
    const Documents documents = byPath(*seedDocuments(plainSeed()));
    const QByteArray ours = documents.value("user-data");
    QVERIFY(ours.startsWith("#cloud-config\n"));
    QVERIFY(ours.contains("    - \"root:$6$salt$hash\"\n"));
    QVERIFY(ours.contains("disable_root: false\n"));
    QVERIFY(!documents.contains("openstack/latest/user_data"));
    const QJsonObject vendor =
        QJsonDocument::fromJson(documents.value("openstack/latest/vendor_data.json")).object();
    QCOMPARE(vendor.value(QStringLiteral("cloud-init")).toString().toUtf8(), ours);
}

void tst_GuestSeed::nothingToSayIsAnEmptyConfig()
{
    GuestSeed seed = plainSeed();
    seed.passwordHash.clear();
    QCOMPARE(byPath(*seedDocuments(seed)).value("user-data"), QByteArray("#cloud-config\n{}\n"));
    seed.userData = "#!/bin/sh\n";
    QCOMPARE(byPath(*seedDocuments(seed)).value("user-data"), seed.userData);
}

void tst_GuestSeed::quotedTextStaysOneScalar_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QByteArray>("quoted");
    QTest::addRow("quote") << QStringLiteral("a\"b") << QByteArray("\"a\\\"b\"");
    QTest::addRow("backslash") << QStringLiteral("a\\") << QByteArray("\"a\\\\\"");
    QTest::addRow("line break") << QStringLiteral("a\nb: c") << QByteArray("\"a\\u000ab: c\"");
    QTest::addRow("delete") << QStringLiteral("\x7f") << QByteArray("\"\\u007f\"");
    QTest::addRow("line separator") << QString(QChar(0x2028)) << QByteArray("\"\\u2028\"");
    QTest::addRow("umlaut") << QStringLiteral("ä") << QByteArray("\"\xc3\xa4\"");
}

void tst_GuestSeed::quotedTextStaysOneScalar()
{
    QFETCH(QString, text);
    QFETCH(QByteArray, quoted);
    QCOMPARE(quotedYaml(text), quoted);
}

void tst_GuestSeed::theBareSeedHoldsNoSecret()
{
    GuestSeed seed = plainSeed();
    seed.userData = "#!/bin/sh\necho token\n";
    seed.files = { { QStringLiteral("/etc/token"), "token" } };
    seed.metadata = { { QStringLiteral("token"), QStringLiteral("token") } };
    const GuestSeed bare = withoutSecrets(seed);
    const auto documents = seedDocuments(bare);
    QVERIFY(documents.ok());
    for (const SeedDocument &document : *documents) {
        QVERIFY2(!document.contents.contains("token"), document.path.constData());
        QVERIFY2(!document.contents.contains("$6$"), document.path.constData());
    }
    QCOMPARE(byPath(*documents).value("meta-data"), byPath(*seedDocuments(seed)).value("meta-data"));
}

NEPHELE_TEST(tst_GuestSeed)
#include "tst_guestseed.moc"
