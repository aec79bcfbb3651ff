// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/server/identity/identityserver.h"

namespace nephele::test {

// A cloud's identity with three users, each with a token: ann is a member of "lab", bob of nothing but his
// own project, root is the cloud's administrator. What is made on the way gets a word that stands for its id.
class KeystonePlay
{
public:
    KeystonePlay()
    {
        auto opened = TestIdentity::open();
        if (!opened)
            qFatal("%s", qUtf8Printable(opened.error().detail));
        identity = *std::move(opened);
        ann = identity->addUser(QStringLiteral("ann"));
        bob = identity->addUser(QStringLiteral("bob"));
        root = identity->addUser(QStringLiteral("root"), Role::Admin);
        lab = identity->addProject(QStringLiteral("lab"));
        identity->addMember(lab, ann, Role::Member);
        words = { { "{ann}", ann.id.utf8() }, { "{bob}", bob.id.utf8() }, { "{root}", root.id.utf8() },
            { "{lab}", lab.id.utf8() }, { "{bobs}", bob.systemProject().utf8() } };
        tokens = { { "ann", identity->projectToken(ann, lab.id) },
            { "bob", identity->projectToken(bob, bob.systemProject()) },
            { "root", identity->projectToken(root, root.systemProject()) },
            { "unscoped", identity->unscopedToken(ann) } };
        NewCredential restricted;
        restricted.name = QStringLiteral("restricted");
        tokens.insert(
            "restricted", identity->credentialToken(identity->addCredential(ann, lab.id, restricted)));
        server = std::make_unique<IdentityServer>(*identity);
    }

    // With the words for ids.
    QByteArray filled(QByteArray text) const
    {
        for (auto word = words.cbegin(); word != words.cend(); ++word)
            text.replace(word.key(), word.value());
        return text;
    }

    // `as`: a name in tokens, or empty. The path is below /identity.
    HttpAnswer send(const QByteArray &as, const QByteArray &method, const QByteArray &path,
        const QByteArray &body = {}, const IdentityServer::Fields &more = {})
    {
        return server->send(method, "/identity" + filled(path), tokens.value(as), filled(body), more);
    }

    // Makes something and keeps the id it got under a word; aborts when that fails.
    void make(const char *word, const QByteArray &path, const QByteArray &body, const QByteArray &as = "root")
    {
        const HttpAnswer answer = send(as, "POST", path, body);
        QJsonObject reply = answer.json();
        reply.remove(QLatin1StringView("links"));
        QJsonValue thing = reply.isEmpty() ? QJsonValue() : reply.constBegin().value();
        if (thing.isArray())
            thing = thing.toArray().first();
        const QJsonObject made = thing.toObject();
        const QString id = made.contains(QLatin1StringView("id"))
            ? made.value(QLatin1StringView("id")).toString()
            : made.value(QLatin1StringView("access")).toString();
        if (answer.status != 201 || id.isEmpty())
            qFatal("%s: %d %s", path.constData(), answer.status, answer.body.constData());
        words.insert(word, id.toUtf8());
    }

    // {"<key>": {...}} of an answer.
    static QJsonObject object(const HttpAnswer &answer, const char *key)
    {
        return answer.json().value(QLatin1StringView(key)).toObject();
    }
    // The named member of everything in {"<key>": [...]}.
    static QStringList column(const HttpAnswer &answer, const char *key, const char *member)
    {
        QStringList values;
        for (const QJsonValue &entry : answer.json().value(QLatin1StringView(key)).toArray())
            values.append(entry.toObject().value(QLatin1StringView(member)).toString());
        return values;
    }

    std::unique_ptr<TestIdentity> identity;
    User ann;
    User bob;
    User root;
    Project lab;
    QHash<QByteArray, QByteArray> words;
    QHash<QByteArray, QByteArray> tokens;
    std::unique_ptr<IdentityServer> server; // goes before what it serves
};

// One refused request: columns and check of a row-driven slot.
inline void addRefusalColumns()
{
    QTest::addColumn<QByteArray>("as");
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("says"); // in the fault's message
}
inline void addRefusal(const char *row, const char *as, const char *method, const char *path,
    const char *body, int status, const char *says)
{
    QTest::newRow(row) << QByteArray(as) << QByteArray(method) << QByteArray(path) << QByteArray(body)
                       << status << QString::fromUtf8(says);
}
inline void checkRefusal(KeystonePlay &play)
{
    QFETCH(QByteArray, as);
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    QFETCH(QString, says);
    const auto answer = play.send(as, method, path, body);
    QVERIFY2(answer.status == status, QByteArray::number(answer.status) + ' ' + answer.body);
    const QJsonObject error = KeystonePlay::object(answer, "error");
    QCOMPARE(error.value(QLatin1StringView("code")).toInt(), status);
    const QString message = error.value(QLatin1StringView("message")).toString();
    QVERIFY2(message.contains(says), qPrintable(message));
}

} // namespace nephele::test
