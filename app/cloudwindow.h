// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/client/changefeed.h"
#include "app/client/cloudclient.h"
#include "app/cloudtasks.h"
#include "app/mainwindow.h"

#include <QElapsedTimer>
#include <QPointer>

#include <memory>

namespace nephele {

class ServersPane;
class SignInDialog;

// Which cloud a window shows, and as whom.
struct ClientOptions
{
    QUrl url;
    QUrl shownUrl; // where others reach the cloud, when its own window has a door of its own; empty: url
    Credentials credentials; // empty: the window asks
    QString name; // shown at the bottom of the side bar: "This computer"; empty: the host
    bool isOwn = true; // the cloud inside this program
    QString fingerprint; // of the own cloud's certificate, to be shown; the window itself does not use it
    QString settingsGroup; // where the window keeps its place and size; empty: nowhere (tests)
};

// Puts the window together: one client, the panes, the feed that keeps them true, the tasks of the strip, the
// questions about sign-in and certificate. Made after Theme::install(), in the window's thread; owns all of
// it.
class CloudWindow : public QObject
{
    Q_OBJECT

public:
    explicit CloudWindow(const ClientOptions &options, QObject *parent = nullptr);
    ~CloudWindow() override;

    // Shows the window and begins to talk to the cloud.
    void show();

    MainWindow &window() { return *m_window; }
    CloudClient &client() { return m_client; }
    ServersPane &servers() { return *m_servers; }

signals:
    // The window is closed for good; the program may end.
    void quitWanted();

private:
    void connectClient();
    void connectFeed();
    void begin();
    void reloadAll();
    void readHealth();
    void readProjects();
    void showSession(const Session &session);
    void switchProject(const QString &projectId);
    void askForSignIn(const Error &why);
    void signIn(const Credentials &credentials);
    void askAboutCertificate(const UnknownCertificate &certificate);
    void setLink(CloudStatus::Link link, const QString &reason = {});

    const ClientOptions m_options;
    CloudClient m_client;
    std::unique_ptr<MainWindow> m_window;
    ChangeFeed m_feed;
    CloudTasks m_tasks;
    ServersPane *m_servers; // the window's
    CloudStatus m_status;
    Account m_account;
    QPointer<SignInDialog> m_signIn;
    QPointer<QDialog> m_certificate;
    QTimer m_health;
};

// What /healthcheck told, put into `status`; facts it does not tell are left as they are.
void readHealthFacts(const QJsonObject &facts, CloudStatus &status);

} // namespace nephele
