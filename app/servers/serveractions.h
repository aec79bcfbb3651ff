// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/servers/serverssource.h"

class QAction;
class QWidget;

namespace nephele {

// What can be done to the selected servers: one QAction each, its state computed from the selection in one
// function. An action runs on those that allow it and names the others. Owned by the pane.
class ServerActions : public QObject
{
    Q_OBJECT

public:
    ServerActions(CloudClient &client, ServersSource &source, QWidget *pane);

    void setSelection(const QList<Server> &servers);
    const QList<Server> &selection() const { return m_selection; }

    QAction *start;
    QAction *stop;
    QAction *restart;
    QAction *restartHard;
    QAction *rename; // F2
    QAction *remove; // Del
    QAction *openConsole;
    QAction *copyNames; // Ctrl+C
    QAction *copyCommand; // Ctrl+Shift+C

    // For one server: the three likely ones of its state, and the rest.
    QList<QAction *> likely() const;
    QList<QAction *> others() const;

signals:
    void failed(const QString &what, const nephele::Error &error);
    void leftOut(const QString &sentence); // who was not touched, and why
    void consoleWanted();

private:
    using Call = std::function<QFuture<Result<>>(const ServerId &)>;

    QAction *add(const QString &name, const QString &text, const QString &iconName);
    void addAll();
    void connectAll();
    void updateEnabled();
    void run(bool (*allows)(const Server &), const QString &failure, const QString &reasonToLeaveOut,
        const Call &call);
    void askToRemove();
    void askForName();
    void copyCommands();

    CloudClient &m_client;
    ServersSource &m_source;
    QWidget *m_pane;
    QList<Server> m_selection;
};

} // namespace nephele
