// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/compute/keypair.h"
#include "model/compute/server.h"
#include "model/image/image.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStringList>

namespace nephele::test {

// A server with something in every field that a face shows.
inline Server sampleServer()
{
    Server server;
    server.id = ServerId::stored(QStringLiteral("0b5d4c7e-1c1f-4f57-9d35-3a1f0c6a7e11"));
    server.number = ServerNumber(42);
    server.name = QStringLiteral("web \"one\" <&> \u00e9");
    server.hostName = QStringLiteral("web-one");
    server.owner.project = ProjectId::stored(QStringLiteral("aaaaaaaa-0000-4000-8000-00000000000a"));
    server.owner.user = UserId::stored(QStringLiteral("aaaaaaaa-0000-4000-8000-000000000001"));
    server.owner.shared = true;
    server.state = ServerState::Running;
    server.flavor.number = FlavorNumber(7);
    server.flavor.flavorId = QStringLiteral("m1.tiny");
    server.flavor.name = QStringLiteral("C1R128D1");
    server.flavor.diskTemplate = QStringLiteral("ext_archipelago");
    server.image = ImageId::stored(QStringLiteral("11111111-2222-4333-8444-555555555555"));
    server.imageName = QStringLiteral("tiny");
    server.keyName = QStringLiteral("k1");
    server.metadata = { { QStringLiteral("os"), QStringLiteral("debian") },
        { QStringLiteral("a key \u00e9"), QStringLiteral("<&>\"") } };
    ServerAddress four;
    four.port = PortId::stored(QStringLiteral("77777777-2222-4333-8444-555555555555"));
    four.portNumber = PortNumber(5);
    four.network = NetworkId::stored(QStringLiteral("99999999-2222-4333-8444-555555555555"));
    four.networkNumber = NetworkNumber(1);
    four.networkName = QStringLiteral("public");
    four.address = QHostAddress(QStringLiteral("10.0.0.7"));
    four.mac = QStringLiteral("52:54:00:00:00:07");
    ServerAddress six = four;
    six.address = QHostAddress(QStringLiteral("2001:db8::7"));
    server.addresses = { four, six };
    server.progress = 100;
    server.createdAtMs = 1'700'000'000'000; // 2023-11-14T22:13:20Z
    server.updatedAtMs = 1'700'000'001'500;
    server.launchedAtMs = 1'700'000'001'000;
    return server;
}

inline Flavor sampleFlavor()
{
    Flavor flavor;
    flavor.number = FlavorNumber(7);
    flavor.flavorId = QStringLiteral("7");
    flavor.name = QStringLiteral("C2R1024D20");
    flavor.vcpus = 2;
    flavor.memoryMiB = 1024;
    flavor.diskGiB = 20;
    flavor.diskTemplate = QStringLiteral("ext_archipelago");
    return flavor;
}

inline Keypair sampleKeypair()
{
    Keypair keypair;
    keypair.user = sampleServer().owner.user;
    keypair.name = QStringLiteral("k1");
    keypair.number = 3;
    keypair.publicKey = QStringLiteral("ssh-ed25519 AAAA k1");
    keypair.fingerprint = QStringLiteral("aa:bb");
    keypair.type = QStringLiteral("ssh");
    keypair.createdAtMs = 1'700'000'000'000;
    return keypair;
}

inline Image sampleImage()
{
    Image image;
    image.id = sampleServer().image;
    image.name = QStringLiteral("tiny");
    image.owner = sampleServer().owner;
    image.status = ImageStatus::Active;
    image.visibility = ImageVisibility::Public;
    image.properties = { { QStringLiteral("os"), QStringLiteral("tiny") },
        { QStringLiteral("osfamily"), QStringLiteral("linux") },
        { QStringLiteral("users"), QStringLiteral("root") } };
    image.createdAtMs = 1'700'000'000'000;
    image.updatedAtMs = 1'700'000'000'000;
    return image;
}

inline QJsonObject parsed(const QByteArray &json)
{
    QJsonParseError problem;
    const auto document = QJsonDocument::fromJson(json, &problem);
    if (problem.error != QJsonParseError::NoError)
        qWarning("not JSON: %s: %s", qPrintable(problem.errorString()), json.constData());
    return document.object();
}

inline QStringList sortedKeys(const QJsonObject &object)
{
    QStringList keys = object.keys();
    keys.sort();
    return keys;
}

inline QStringList words(const char *spaced)
{
    QStringList list = QString::fromLatin1(spaced).split(QLatin1Char(' '), Qt::SkipEmptyParts);
    list.sort();
    return list;
}

} // namespace nephele::test
