// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/rowdelegate.h"
#include "model/compute/server.h"

#include <QAbstractTableModel>
#include <QHash>

namespace nephele {

// The servers of one project as rows. Order of the rows: by creation, the oldest first; a refresh inserts,
// removes and changes rows, so that selection and scroll position survive it. Names of flavors and images
// are joined from lists set beside the servers, for a server carries their ids only.
class ServersModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Name, State, Address, FlavorColumn, Age, columnsCount };
    enum Role {
        IdRole = role::OwnRole, // QString
        SortRole, // what a column sorts by
        SearchRole // name and addresses, one string
    };

    explicit ServersModel(QObject *parent = nullptr);

    void setServers(QList<Server> servers);
    void putServer(const Server &server); // inserts or changes
    void removeServer(const ServerId &id); // absent: nothing
    void setFlavors(const QList<Flavor> &flavors);
    void setImageNames(const QHash<ImageId, QString> &names);
    // Ages grow by themselves: call once a minute.
    void refreshAges();

    const Server &server(int row) const { return m_servers.at(row); }
    int rowOf(const ServerId &id) const; // -1: not here
    int runningCount() const;
    int attentionCount() const; // failed, or of unknown state

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

signals:
    void stateChanged(int row);
    // After anything that may have changed a count; once for a whole list.
    void countsChanged();

private:
    QVariant text(const Server &server, int column) const;
    QVariant sortKey(const Server &server, int column) const;
    Server joined(Server server) const;
    void rejoinAll();
    void removeRow(int row);
    void changeRow(int row, const Server &server);

    QList<Server> m_servers; // joined; sorted by (createdAtMs, id)
    QHash<QString, Flavor> m_flavors;
    QHash<ImageId, QString> m_imageNames;
};

} // namespace nephele
