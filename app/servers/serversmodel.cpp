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
    QHash<ServerId, qint64> wanted;
    for (const Server &server : std::as_const(servers))
        wanted.insert(server.id, server.createdAtMs);
    // What is gone, and what would stand in the wrong place because its creation time moved.
    for (int row = int(m_servers.size()) - 1; row >= 0; --row) {
        const auto there = wanted.constFind(m_servers.at(row).id);
        if (there == wanted.cend() || *there != m_servers.at(row).createdAtMs)
            removeRow(row);
    }
    // Both lists now stand in the same order: runs of new rows go in between those that stay.
    int row = 0;
    for (qsizetype next = 0; next < servers.size();) {
        if (row < m_servers.size() && m_servers.at(row).id == servers.at(next).id) {
            changeRow(row++, servers.at(next++));
            continue;
        }
        qsizetype end = next;
        while (
            end < servers.size() && (row == m_servers.size() || m_servers.at(row).id != servers.at(end).id))
            ++end;
        const int count = int(end - next);
        beginInsertRows({}, row, row + count - 1);
        for (; next < end; ++next)
            m_servers.insert(row++, joined(servers.at(next)));
        endInsertRows();
    }
    emit countsChanged();
}

void ServersModel::putServer(const Server &server)
{
    int row = rowOf(server.id);
    if (row >= 0 && m_servers.at(row).createdAtMs != server.createdAtMs) {
        removeRow(row);
        row = -1;
    }
    if (row >= 0) {
        changeRow(row, server);
    } else {
        const auto place = std::lower_bound(m_servers.cbegin(), m_servers.cend(), server, isOlder);
        const int at = int(place - m_servers.cbegin());
        beginInsertRows({}, at, at);
        m_servers.insert(at, joined(server));
        endInsertRows();
    }
    emit countsChanged();
}

void ServersModel::removeServer(const ServerId &id)
{
    const int row = rowOf(id);
    if (row < 0)
        return;
    removeRow(row);
    emit countsChanged();
}

void ServersModel::removeRow(int row)
{
    beginRemoveRows({}, row, row);
    m_servers.removeAt(row);
    endRemoveRows();
}

void ServersModel::changeRow(int row, const Server &server)
{
    const Server now = joined(server);
    if (m_servers.at(row) == now)
        return;
    const Server before = std::exchange(m_servers[row], now);
    emit dataChanged(index(row, 0), index(row, columnsCount - 1));
    if (before.state != now.state || before.task != now.task)
        emit stateChanged(row);
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
    for (int row = 0; row < m_servers.size(); ++row)
        changeRow(row, m_servers.at(row));
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
