// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/client/cloudclient.h"
#include "app/servers/serversmodel.h"

#include <QSet>

namespace nephele {

// Fills the model of servers and keeps it true: reads the lists when told to, and single servers when
// something says that they changed. Lives in the window's thread.
class ServersSource : public QObject
{
    Q_OBJECT

public:
    ServersSource(CloudClient &client, ServersModel &model, QObject *parent = nullptr);

    // Servers, flavors and images. Called again while it reads: once more when that ends.
    void reload();
    // One server anew; gone ones leave the model.
    void refresh(const ServerId &id);
    // Empties the model; the next reload() is a first one.
    void forget();
    // What the feed told; of other kinds nothing.
    void take(const QList<FeedChange> &changes);

    bool isLoaded() const { return m_isLoaded; }
    const QList<Flavor> &flavors() const { return m_flavors; }

signals:
    void loading(); // only when nothing was read yet
    void loaded();
    void failed(const nephele::Error &error);

private:
    void readServers();
    void readFlavors();
    void readImages();

    CloudClient &m_client;
    ServersModel &m_model;
    QList<Flavor> m_flavors;
    QSet<ServerId> m_refreshing; // being read now
    QSet<ServerId> m_again; // changed meanwhile
    quint64 m_era = 0; // answers from before forget() are dropped
    bool m_isReading = false;
    bool m_isWantedAgain = false;
    bool m_isLoaded = false;
};

} // namespace nephele
