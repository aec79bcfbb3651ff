// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/compute/keypair.h"
#include "model/compute/server.h"
#include "server/compute/novaversion.h"
#include "server/http/jsonwriter.h"

namespace nephele {

// Every key of the compute API's replies (OpenStack, "Compute API": servers, flavors, keypairs; quotas:
// novaquotajson.h), in the shape of one microversion, with links below one address. What is not documented is
// not written, but for nephele:access_address, which stands only in a server that has no address of its own.
class NovaJson
{
public:
    // rootUrl: "http://127.0.0.1:5080/compute"; root: "v2.1" or "v2".
    NovaJson(QByteArray rootUrl, QByteArray root, NovaVersion version)
        : m_rootUrl(std::move(rootUrl)), m_root(std::move(root)), m_version(version)
    {
    }

    QByteArray versions() const;
    QByteArray version() const; // of the root this was made for

    enum class Detail { Summary, Full };
    // nextUrl: where the next page is; empty: this is the last.
    QByteArray servers(const QList<Server> &servers, Detail detail, const QByteArray &nextUrl) const;
    QByteArray server(const Server &server) const;
    QByteArray changedServer(const Server &server) const; // after PUT: without the extended attributes
    QByteArray createdServer(const Server &server, const QString &adminPassword) const;
    QByteArray addresses(const Server &server) const;
    QByteArray addressesOn(const Server &server, const QString &networkName) const;

    static QByteArray metadata(const QMap<QString, QString> &metadata);
    static QByteArray metadataItem(const QString &key, const QString &value);

    QByteArray flavors(const QList<Flavor> &flavors, Detail detail, const QByteArray &nextUrl) const;
    QByteArray flavor(const Flavor &flavor) const;
    static QByteArray noExtraSpecs();

    QByteArray keypairs(const QList<Keypair> &keypairs, const QByteArray &nextUrl) const;
    QByteArray keypair(const Keypair &keypair) const;
    QByteArray createdKeypair(const Keypair &keypair, const QByteArray &privateKeyPem) const;

    static QByteArray consoleOutput(const QByteArray &output);
    static QByteArray vncConsole(const QByteArray &url);
    static QByteArray remoteConsole(const QByteArray &url);
    static QByteArray availabilityZones();
    static QByteArray noExtensions();

    // "<root>/servers/<id>"
    QByteArray selfUrl(QByteArrayView path) const { return m_rootUrl + '/' + m_root + path.toByteArray(); }

private:
    void writeServer(JsonWriter &json, const Server &server) const;
    void writeServerSummary(JsonWriter &json, const Server &server) const;
    void writeBasics(JsonWriter &json, const Server &server) const;
    void writeExtended(JsonWriter &json, const Server &server) const;
    void writeReferences(JsonWriter &json, const Server &server) const;
    void writeFlavor(JsonWriter &json, const Flavor &flavor) const;
    void writeLinks(JsonWriter &json, const QByteArray &path) const;
    void writeBookmark(JsonWriter &json, const QByteArray &path) const;
    void writeKeypairCore(JsonWriter &json, const Keypair &keypair) const;

    QByteArray m_rootUrl;
    QByteArray m_root;
    NovaVersion m_version;
};

// The zone every server here is in.
inline constexpr auto novaZone = "nova";

} // namespace nephele
