// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/compute/server.h"
#include "model/image/image.h"
#include "server/compute/computeservice.h"

#include <QByteArray>

#include <memory>

namespace nephele {

enum class CycladesDetail { Summary, Full };

// The bodies of Cyclades' compute calls that exist both as JSON and as XML (Synnefo, "Compute API Guide"),
// with links below one address ("http://127.0.0.1:5080"). Ids of servers and flavors are numbers here.
class CycladesWriter
{
public:
    explicit CycladesWriter(QByteArray baseUrl) : m_baseUrl(std::move(baseUrl)) { }
    virtual ~CycladesWriter() = default;

    virtual QByteArray servers(const QList<Server> &servers, CycladesDetail detail) const = 0;
    virtual QByteArray server(const Server &server) const = 0;
    // Whatever it is by now, it is told as being built.
    virtual QByteArray createdServer(const Server &server, const QString &adminPassword) const = 0;
    virtual QByteArray addresses(const Server &server) const = 0;
    virtual QByteArray addressesOn(const Server &server, NetworkNumber network) const = 0;
    virtual QByteArray metadata(const QMap<QString, QString> &metadata) const = 0;
    virtual QByteArray metadataItem(const QString &key, const QString &value) const = 0;
    virtual QByteArray console(const ConsoleAccess &access) const = 0;
    virtual QByteArray consoleUrl(const QByteArray &url) const = 0;
    virtual QByteArray flavors(const QList<Flavor> &flavors, CycladesDetail detail) const = 0;
    virtual QByteArray flavor(const Flavor &flavor) const = 0;
    virtual QByteArray images(const QList<Image> &images, CycladesDetail detail) const = 0;
    virtual QByteArray image(const Image &image) const = 0;
    virtual QByteArray contentType() const = 0;

protected:
    QByteArray computeUrl(const char *collection, const QString &id) const
    {
        return m_baseUrl + "/cyclades/compute/v2.0/" + collection + '/' + id.toUtf8();
    }
    QByteArray imageServiceUrl(const ImageId &id) const
    {
        return m_baseUrl + "/cyclades/image/v1.0/images/" + id.utf8();
    }

    QByteArray m_baseUrl;
};

// A port of a server with what it has of each kind.
struct CycladesNic
{
    PortNumber number;
    NetworkNumber network;
    QString mac;
    QString ipv4; // empty: none
    QString ipv6;
};
QList<CycladesNic> cycladesNics(const Server &server); // in the order of its addresses

int cycladesProgress(const Server &server); // percent
QByteArray cycladesTask(const Server &server); // SNF:task_state; empty: nothing is being done
QByteArray cycladesImageStatus(const Image &image);
bool isSnapshot(const Image &image);

} // namespace nephele
