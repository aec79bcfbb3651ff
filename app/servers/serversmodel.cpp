// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/servers/serversmodel.h"

#include "app/servers/serverwords.h"
#include "app/widgets/relativetime.h"

#include <QDateTime>

#include <algorithm>

namespace nephele {

namespace {

bool isOlder(const Server &a, const Server &b)
{
    return std::tie(a.createdAtMs, a.id) < std::tie(b.createdAtMs, b.id);
}

} // namespace

ServersModel::ServersModel(QObject *parent) : QAbstractTableModel(parent) { }

Server ServersModel::joined(Server server) const
{
    if (const auto known = m_flavors.constFind(server.flavor.flavorId); known != m_flavors.cend())
        server.flavor = *known;
    server.imageName = m_imageNames.value(server.image, server.imageName);
    return server;
}

void ServersModel::setServers(QList<Server> servers)
{
    std::sort(servers.begin(), servers.end(), isOlder);
    QSet<ServerId> wanted;
    for (const Server &server : servers)
        wanted.insert(server.id);
    for (int row = int(m_servers.size()) - 1; row >= 0; --row) {
        if (!wanted.contains(m_servers.at(row).id))
            removeServer(m_servers.at(row).id);
    }
    for (const Server &server : servers)
        putServer(server);
    emit countsChanged();
}

void ServersModel::putServer(const Server &server)
{
    const Server now = joined(server);
    int row = rowOf(now.id);
    // A creation time that moved would leave the row in the wrong place.
    if (row >= 0 && m_servers.at(row).createdAtMs != now.createdAtMs) {
        removeServer(now.id);
        row = -1;
    }
    if (row < 0) {
        const auto place = std::lower_bound(m_servers.cbegin(), m_servers.cend(), now, isOlder);
        const int at = int(place - m_servers.cbegin());
        beginInsertRows({}, at, at);
        m_servers.insert(at, now);
        endInsertRows();
        emit countsChanged();
        return;
    }
    if (m_servers.at(row) == now)
        return;
    const Server before = std::exchange(m_servers[row], now);
    emit dataChanged(index(row, 0), index(row, columnsCount - 1));
    if (before.state != now.state || before.task != now.task)
        emit stateChanged(row);
    emit countsChanged();
}

void ServersModel::removeServer(const ServerId &id)
{
    const int row = rowOf(id);
    if (row < 0)
        return;
    beginRemoveRows({}, row, row);
    m_servers.removeAt(row);
    endRemoveRows();
    emit countsChanged();
}

void ServersModel::setFlavors(const QList<Flavor> &flavors)
{
    for (const Flavor &flavor : flavors)
        m_flavors.insert(flavor.flavorId, flavor);
    rejoinAll();
}

void ServersModel::setImageNames(const QHash<ImageId, QString> &names)
{
    // An image that is gone keeps the name it had.
    m_imageNames.insert(names);
    rejoinAll();
}

void ServersModel::rejoinAll()
{
    for (const Server &server : QList<Server>(m_servers))
        putServer(server);
}

void ServersModel::refreshAges()
{
    if (!m_servers.isEmpty())
        emit dataChanged(index(0, Age), index(int(m_servers.size()) - 1, Age), { Qt::DisplayRole });
}

int ServersModel::rowOf(const ServerId &id) const
{
    for (int row = 0; row < m_servers.size(); ++row) {
        if (m_servers.at(row).id == id)
            return row;
    }
    return -1;
}

int ServersModel::runningCount() const
{
    return int(std::count_if(m_servers.cbegin(), m_servers.cend(), words::isRunning));
}

int ServersModel::attentionCount() const
{
    return int(std::count_if(m_servers.cbegin(), m_servers.cend(), words::needsAttention));
}

int ServersModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_servers.size());
}

int ServersModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : columnsCount;
}

QVariant ServersModel::text(const Server &server, int column) const
{
    switch (column) {
    case Name:
        return server.name;
    case State:
        return words::state(server);
    case Address:
        return words::address(server);
    case FlavorColumn:
        return server.flavor.name.isEmpty() ? server.flavor.flavorId : server.flavor.name;
    case Age:
        return relativeTime(server.createdAtMs, QDateTime::currentMSecsSinceEpoch());
    default:
        return {};
    }
}

QVariant ServersModel::sortKey(const Server &server, int column) const
{
    switch (column) {
    case State:
        return int(server.state);
    case FlavorColumn:
        return server.flavor.memoryMiB;
    case Age:
        return server.createdAtMs;
    default:
        return text(server, column);
    }
}

QVariant ServersModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Server &server = m_servers.at(index.row());
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return text(server, index.column());
    case Qt::EditRole:
        return index.column() == Name ? server.name : QVariant();
    case Qt::ToolTipRole:
        if (index.column() == Age)
            return exactTime(server.createdAtMs);
        return index.column() == State && !server.faultMessage.isEmpty() ? server.faultMessage : QVariant();
    case IdRole:
        return server.id.text();
    case role::SecondLine:
        return index.column() == Name ? server.imageName : QVariant();
    case role::IconName:
        return index.column() == Name ? QStringLiteral("computer") : QVariant();
    case role::Faded:
        return !words::isRunning(server);
    case role::Sign:
        return index.column() == State ? int(words::sign(server)) : QVariant();
    case SortRole:
        return sortKey(server, index.column());
    case SearchRole:
        return words::searchText(server);
    default:
        return {};
    }
}

QVariant ServersModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Name:
        return tr("Name");
    case State:
        return tr("Status");
    case Address:
        return tr("Address");
    case FlavorColumn:
        return tr("Flavor");
    case Age:
        //: How long ago the server was created.
        return tr("Age");
    default:
        return {};
    }
}

} // namespace nephele
