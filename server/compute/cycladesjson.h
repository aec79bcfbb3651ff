// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/compute/keypair.h"
#include "server/compute/cycladeswriter.h"
#include "server/http/jsonwriter.h"

namespace nephele {

// Every key of Cyclades' compute replies as JSON, and the calls that have no XML.
class CycladesJson final : public CycladesWriter
{
public:
    using CycladesWriter::CycladesWriter;

    QByteArray servers(const QList<Server> &servers, CycladesDetail detail) const override;
    QByteArray server(const Server &server) const override;
    QByteArray createdServer(const Server &server, const QString &adminPassword) const override;
    QByteArray addresses(const Server &server) const override;
    QByteArray addressesOn(const Server &server, NetworkNumber network) const override;
    QByteArray metadata(const QMap<QString, QString> &metadata) const override;
    QByteArray metadataItem(const QString &key, const QString &value) const override;
    QByteArray console(const ConsoleAccess &access) const override;
    QByteArray consoleUrl(const QByteArray &url) const override;
    QByteArray flavors(const QList<Flavor> &flavors, CycladesDetail detail) const override;
    QByteArray flavor(const Flavor &flavor) const override;
    QByteArray images(const QList<Image> &images, CycladesDetail detail) const override;
    QByteArray image(const Image &image) const override;
    QByteArray contentType() const override { return "application/json; charset=UTF-8"; }

    QByteArray versions() const;
    QByteArray version() const;
    static QByteArray diagnostics(const Server &server); // a bare list
    static QByteArray keypairs(const QList<Keypair> &keypairs);
    static QByteArray keypair(const Keypair &keypair);
    static QByteArray createdKeypair(const Keypair &keypair, const QByteArray &privateKeyPem);
    static QByteArray noExtraSpecs();
    static QByteArray noExtensions();

private:
    enum class As { ItIs, BeingBuilt };
    void writeServer(JsonWriter &json, const Server &server, As as) const;
    void writeState(JsonWriter &json, const Server &server, As as) const;
    void writeReferences(JsonWriter &json, const Server &server) const;
    void writeFlavor(JsonWriter &json, const Flavor &flavor) const;
    void writeImage(JsonWriter &json, const Image &image) const;
    void writeLinks(JsonWriter &json, const QByteArray &url) const;
    void writeImageLinks(JsonWriter &json, const ImageId &id) const;
};

} // namespace nephele
