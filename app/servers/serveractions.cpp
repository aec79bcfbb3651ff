// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/servers/serveractions.h"

#include "app/client/answer.h"
#include "app/servers/renameserverdialog.h"
#include "app/servers/serverwords.h"
#include "app/widgets/confirmdialog.h"
#include "app/widgets/icons.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QWidget>

#include <algorithm>

namespace nephele {

namespace {

// From so many on the number has to be typed before they are deleted.
constexpr int manyServers = 5;

QStringList namesOf(const QList<Server> &servers)
{
    QStringList names;
    for (const Server &server : servers)
        names.append(server.name);
    return names;
}

bool canRemove(const Server &server)
{
    return server.task != ServerTask::Deleting && server.state != ServerState::Deleted;
}

} // namespace

ServerActions::ServerActions(CloudClient &client, ServersSource &source, QWidget *pane)
    : QObject(pane), m_client(client), m_source(source), m_pane(pane)
{
    addAll();
    connectAll();
    updateEnabled();
}

QAction *ServerActions::add(const QString &name, const QString &text, const QString &iconName)
{
    auto *action = new QAction(text, this);
    action->setObjectName(name);
    if (!iconName.isEmpty())
        action->setIcon(icon(iconName, Ink::Text));
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    return action;
}

void ServerActions::addAll()
{
    start = add(QStringLiteral("startServers"), tr("Start"), QStringLiteral("media-playback-start"));
    stop = add(QStringLiteral("stopServers"), tr("Stop"), QStringLiteral("media-playback-stop"));
    restart = add(QStringLiteral("restartServers"), tr("Restart"), QStringLiteral("system-reboot"));
    restartHard = add(QStringLiteral("restartServersHard"), tr("Restart by force"), {});
    restartHard->setToolTip(tr("As if the power were cut and switched on again"));
    rename = add(QStringLiteral("renameServer"), tr("Rename…"), {});
    rename->setShortcut(Qt::Key_F2);
    remove = add(QStringLiteral("removeServers"), tr("Delete…"), QStringLiteral("edit-delete"));
    remove->setShortcut(QKeySequence::Delete);
    openConsole = add(QStringLiteral("openConsole"), tr("Console"), QStringLiteral("utilities-terminal"));
    copyNames = add(QStringLiteral("copyServerNames"), tr("Copy the names"), {});
    copyNames->setShortcut(QKeySequence::Copy);
    copyCommand = add(QStringLiteral("copyServerCommand"), tr("Copy as command"), {});
    copyCommand->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C));
}

void ServerActions::connectAll()
{
    connect(start, &QAction::triggered, this, [this] {
        //: %1: a server's name
        run(words::canStart, tr("%1 could not be started"), tr("cannot be started as they are now"),
            [this](const ServerId &id) { return m_client.startServer(id); });
    });
    connect(stop, &QAction::triggered, this, [this] {
        run(words::canStop, tr("%1 could not be stopped"), tr("cannot be stopped as they are now"),
            [this](const ServerId &id) { return m_client.stopServer(id); });
    });
    connect(restart, &QAction::triggered, this, [this] {
        run(words::canRestart, tr("%1 could not be restarted"), tr("are not running"),
            [this](const ServerId &id) { return m_client.restartServer(id, CloudClient::Restart::Soft); });
    });
    connect(restartHard, &QAction::triggered, this, [this] {
        run(words::canRestart, tr("%1 could not be restarted"), tr("are not running"),
            [this](const ServerId &id) { return m_client.restartServer(id, CloudClient::Restart::Hard); });
    });
    connect(rename, &QAction::triggered, this, &ServerActions::askForName);
    connect(remove, &QAction::triggered, this, &ServerActions::askToRemove);
    connect(openConsole, &QAction::triggered, this, &ServerActions::consoleWanted);
    connect(copyNames, &QAction::triggered, this,
        [this] { QGuiApplication::clipboard()->setText(namesOf(m_selection).join(QLatin1Char('\n'))); });
    connect(copyCommand, &QAction::triggered, this, &ServerActions::copyCommands);
}

void ServerActions::setSelection(const QList<Server> &servers)
{
    m_selection = servers;
    updateEnabled();
}

void ServerActions::updateEnabled()
{
    const auto any = [this](bool (*allows)(const Server &)) {
        return std::any_of(m_selection.cbegin(), m_selection.cend(), allows);
    };
    const bool isOne = m_selection.size() == 1;
    start->setEnabled(any(words::canStart));
    stop->setEnabled(any(words::canStop));
    restart->setEnabled(any(words::canRestart));
    restartHard->setEnabled(any(words::canRestart));
    remove->setEnabled(any(canRemove));
    rename->setEnabled(isOne && canRemove(m_selection.constFirst()));
    openConsole->setEnabled(isOne && words::hasScreen(m_selection.constFirst()));
    copyNames->setEnabled(!m_selection.isEmpty());
    copyCommand->setEnabled(!m_selection.isEmpty());
    start->setToolTip(start->isEnabled() ? tr("Start") : tr("Only a stopped server can be started"));
    stop->setToolTip(stop->isEnabled() ? tr("Stop") : tr("Only a running server can be stopped"));
    restart->setToolTip(restart->isEnabled() ? tr("Restart") : tr("Only a running server can be restarted"));
    openConsole->setToolTip(
        openConsole->isEnabled() ? tr("Console") : tr("There is a screen only while the server runs"));
}

QList<QAction *> ServerActions::likely() const
{
    if (m_selection.isEmpty())
        return {};
    const Server &server = m_selection.constFirst();
    if (server.state == ServerState::Failed)
        return { remove };
    if (words::hasScreen(server))
        return { openConsole, restart, stop };
    return { start };
}

QList<QAction *> ServerActions::others() const
{
    QList<QAction *> rest { start, stop, restart, restartHard, rename, copyNames, copyCommand, remove };
    for (QAction *action : likely())
        rest.removeOne(action);
    return rest;
}

void ServerActions::run(
    bool (*allows)(const Server &), const QString &failure, const QString &reasonToLeaveOut, const Call &call)
{
    QStringList left;
    for (const Server &server : std::as_const(m_selection)) {
        if (!allows(server)) {
            left.append(server.name);
            continue;
        }
        const QString what = failure.arg(server.name);
        onAnswer(call(server.id), this, [this, what, id = server.id](const Result<> &result) {
            if (!result)
                emit failed(what, result.error());
            m_source.refresh(id);
        });
    }
    if (!left.isEmpty() && left.size() < m_selection.size())
        //: %1: names of servers, %2: "are not running"
        emit leftOut(
            tr("Left as they are, for they %2: %1.").arg(left.join(QStringLiteral(", ")), reasonToLeaveOut));
}

void ServerActions::askToRemove()
{
    QList<Server> servers;
    std::copy_if(m_selection.cbegin(), m_selection.cend(), std::back_inserter(servers), canRemove);
    if (servers.isEmpty())
        return;
    Question question;
    if (servers.size() == 1) {
        const QString name = servers.constFirst().name;
        question = { tr("Delete %1?").arg(name), tr("Its disk goes too, with all that is on it."),
            tr("Delete %1").arg(name), {} };
    } else {
        const int count = int(servers.size());
        question = { tr("Delete %1 servers?").arg(count),
            tr("%1. Their disks go too, with all that is on them.")
                .arg(namesOf(servers).join(QStringLiteral(", "))),
            tr("Delete %1 servers").arg(count), count >= manyServers ? QString::number(count) : QString() };
    }
    auto *dialog = ConfirmDialog::ask(m_pane, question);
    // What was asked about is deleted, whatever is selected by then.
    connect(dialog, &ConfirmDialog::confirmed, this, [this, servers] {
        for (const Server &server : servers) {
            const QString what = tr("%1 could not be deleted").arg(server.name);
            onAnswer(
                m_client.removeServer(server.id), this, [this, what, id = server.id](const Result<> &result) {
                    if (!result && result.error().code != ErrorCode::NotFound)
                        emit failed(what, result.error());
                    m_source.refresh(id);
                });
        }
    });
}

void ServerActions::askForName()
{
    if (m_selection.size() != 1)
        return;
    const Server server = m_selection.constFirst();
    auto *dialog = new RenameServerDialog(m_client, server, m_pane->window());
    connect(dialog, &RenameServerDialog::renamed, this, [this, id = server.id] { m_source.refresh(id); });
    dialog->open();
}

void ServerActions::copyCommands()
{
    QStringList commands;
    for (const Server &server : std::as_const(m_selection)) {
        commands.append(words::createCommand(server.name,
            server.imageName.isEmpty() ? server.image.text() : server.imageName,
            server.flavor.name.isEmpty() ? server.flavor.flavorId : server.flavor.name, server.keyName));
    }
    QGuiApplication::clipboard()->setText(commands.join(QLatin1Char('\n')));
}

} // namespace nephele
