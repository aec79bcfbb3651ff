// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/servers/serverssource.h"

#include "app/client/answer.h"

namespace nephele {

namespace {

// From that many changed servers on, the whole list is one request instead of many.
constexpr int mostSingleReads = 20;

} // namespace

ServersSource::ServersSource(CloudClient &client, ServersModel &model, QObject *parent)
    : QObject(parent), m_client(client), m_model(model)
{
}

void ServersSource::reload()
{
    if (m_isReading) {
        m_isWantedAgain = true;
        return;
    }
    if (!m_isLoaded)
        emit loading();
    readServers();
    readFlavors();
    readImages();
}

void ServersSource::forget()
{
    ++m_era;
    m_isReading = false;
    m_isWantedAgain = false;
    m_isLoaded = false;
    m_refreshing.clear();
    m_again.clear();
    m_model.setServers({});
}

void ServersSource::readServers()
{
    m_isReading = true;
    onAnswer(m_client.servers(), this, [this, era = m_era](const Result<QList<Server>> &servers) {
        if (era != m_era)
            return;
        m_isReading = false;
        if (servers) {
            m_isLoaded = true;
            m_model.setServers(*servers);
            emit loaded();
        } else {
            emit failed(servers.error());
        }
        if (std::exchange(m_isWantedAgain, false))
            reload();
    });
}

// Without these two the rows show ids instead of names; that is no reason to fail the pane.
void ServersSource::readFlavors()
{
    onAnswer(m_client.flavors(), this, [this](const Result<QList<Flavor>> &flavors) {
        if (!flavors)
            return;
        m_flavors = *flavors;
        m_model.setFlavors(m_flavors);
    });
}

void ServersSource::readImages()
{
    onAnswer(m_client.images(), this, [this](const Result<QList<Image>> &images) {
        if (!images)
            return;
        QHash<ImageId, QString> names;
        for (const Image &image : *images)
            names.insert(image.id, image.name);
        m_model.setImageNames(names);
    });
}

void ServersSource::refresh(const ServerId &id)
{
    if (m_refreshing.contains(id)) {
        m_again.insert(id);
        return;
    }
    m_refreshing.insert(id);
    onAnswer(m_client.server(id), this, [this, id, era = m_era](const Result<Server> &server) {
        if (era != m_era)
            return;
        m_refreshing.remove(id);
        if (server && server->state != ServerState::Deleted)
            m_model.putServer(*server);
        else if (server || server.error().code == ErrorCode::NotFound)
            m_model.removeServer(id);
        if (m_again.remove(id))
            refresh(id);
    });
}

void ServersSource::take(const QList<FeedChange> &changes)
{
    QSet<ServerId> changed;
    bool imagesChanged = false;
    for (const FeedChange &change : changes) {
        if (change.kind == QStringLiteral("server"))
            changed.insert(ServerId::stored(change.id));
        imagesChanged = imagesChanged || change.kind == QStringLiteral("image");
    }
    if (changed.size() > mostSingleReads)
        return reload();
    for (const ServerId &id : std::as_const(changed))
        refresh(id);
    if (imagesChanged)
        readImages();
}

} // namespace nephele
