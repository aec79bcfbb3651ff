// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/client/cloudclient.h"
#include "app/servers/consolesession.h"

#include <QPointer>
#include <QTimer>
#include <QWidget>

class QStackedWidget;
class QToolButton;

namespace nephele {

class ConsoleScreen;
class Paragraph;
class StatePage;

// The screen of one server with the few buttons it needs, and an honest face while there is none: the guest
// is off, is being connected to, was lost. Connects when it is in sight and the server has a screen; goes on
// while another tab is shown, ends when another server is chosen. A screen that is lost while its server runs
// is asked for again as long as it is in sight, ever later.
class ConsolePage : public QWidget
{
    Q_OBJECT

public:
    explicit ConsolePage(CloudClient &client, QWidget *parent = nullptr);
    ~ConsolePage() override;

    void setServer(const Server &server);
    void clear();
    ConsoleSession &session() { return *m_session; }

signals:
    void startWanted();

protected:
    void showEvent(QShowEvent *event) override;

private:
    QWidget *makeBar();
    void connectNow();
    void connectIfWanted();
    void followSession(ConsoleSession::State state);
    void forgetAttempts();
    void showFace();
    void showOff();
    void showLost();
    void toggleFullScreen();
    void typeClipboard();

    CloudClient &m_client;
    std::unique_ptr<ConsoleSession> m_session;
    Server m_server;
    bool m_isAsking = false; // for the address
    std::optional<Error> m_refusal; // of the address
    QTimer m_retry; // runs while a lost screen waits to be asked for again
    QTimer m_steady; // since it was connected; when it ends the attempts are forgotten
    int m_attempts = 0;
    QStackedWidget *m_faces;
    StatePage *m_words;
    QWidget *m_live;
    ConsoleScreen *m_screen;
    Paragraph *m_hint;
    QList<QToolButton *> m_tools;
    QPointer<ConsoleScreen> m_fullScreen;
};

} // namespace nephele
