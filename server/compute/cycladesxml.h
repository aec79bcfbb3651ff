// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/compute/cycladeswriter.h"
#include "server/http/xmlwriter.h"

namespace nephele {

// The same replies as XML, in the namespace of the Compute API v1.1; links are Atom's.
class CycladesXml final : public CycladesWriter
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
    QByteArray contentType() const override { return "application/xml; charset=UTF-8"; }

private:
    // Attributes and children of an element that the caller opened and closes.
    void fillServer(XmlWriter &xml, const Server &server, const QByteArray &status, int progress,
        const QString &adminPassword) const;
    void fillFlavor(XmlWriter &xml, const Flavor &flavor) const;
    void fillImage(XmlWriter &xml, const Image &image) const;
};

} // namespace nephele
