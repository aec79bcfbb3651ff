// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/client/cloudclient.h"
#include "app/widgets/detailpanel.h"

class QStandardItemModel;

namespace nephele {

class ConsolePage;
class FactList;
class LogPage;
class NoticeLine;
class RowView;
class ServerActions;

// The panel beside the table of servers: Summary, Console and Log of one; the sum and the list of several.
class ServerDetail : public DetailPanel
{
    Q_OBJECT

public:
    enum Tab { Summary, Console, Log };

    ServerDetail(CloudClient &client, ServerActions &actions, QWidget *parent = nullptr);

    // None: keeps nothing, the pane hides the panel.
    void setServers(const QList<Server> &servers);
    ConsolePage *console() const { return m_console; }

private:
    QWidget *makeSummary();
    QWidget *makeList();
    void showServer(const Server &server);
    void showFacts(const Server &server);
    void showSum(const QList<Server> &servers);

    ServerActions &m_actions;
    Server m_shown;
    QString m_factsKey; // what the facts were made of: refilled only when that changes
    NoticeLine *m_fault;
    FactList *m_facts;
    ConsolePage *m_console;
    LogPage *m_log;
    QStandardItemModel *m_list;
    QWidget *m_several;
};

} // namespace nephele
