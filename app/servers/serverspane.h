// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/servers/serverssource.h"
#include "app/widgets/pane.h"
#include "app/widgets/panefaces.h"

class QStackedWidget;

namespace nephele {

class CreateServerPage;
class NoticeLine;
class RowView;
class ServerActions;
class ServerDetail;
class ServersBar;
class ServersFilter;

// The servers of the project: a table with its filter bar (with several rows selected the bar of actions in
// the same place), the detail panel beside it, and the page that creates one in front of both.
class ServersPane : public Pane
{
    Q_OBJECT

public:
    explicit ServersPane(CloudClient &client, QWidget *parent = nullptr);
    ~ServersPane() override;

    ServersSource *source() const { return m_source; }
    ServersModel *model() const { return m_model; }

    QString title() const override;
    QString fact() const override;
    QAction *primaryAction() const override;
    bool showsPrimaryInHead() const override;
    void reload() override;
    bool toggleDetail() override;
    bool goBack() override;
    QList<QWidget *> regions() override;
    QList<PaletteEntry> paletteEntries() const override;

    // Another project: what was shown is not its own.
    void clear();
    void openCreatePage();
    // Selects the server and shows it; absent: nothing.
    void showServer(const ServerId &id);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *makeListPage();
    void setUpTable();
    void connectSource();
    void connectTable();
    void showFace();
    void showFailure(const Error &error);
    void showCounts();
    void selectionChanged();
    QList<Server> selectedServers() const;
    void tell(const QString &words, const QString &details = QString());
    void showPassword(const QString &name, const QString &password);
    void openDetail();
    void placeDetail();
    bool isNarrow() const;
    void leaveCreatePage();

    CloudClient &m_client;
    ServersModel *m_model;
    ServersFilter *m_filter;
    ServersSource *m_source;
    ServerActions *m_actions;
    QAction *m_create;
    QStackedWidget *m_pages;
    QWidget *m_listPage = nullptr;
    QWidget *m_left = nullptr;
    QFrame *m_rule = nullptr;
    ServersBar *m_bar = nullptr;
    NoticeLine *m_notice = nullptr; // what an action said
    NoticeLine *m_password = nullptr; // told once
    RowView *m_table = nullptr;
    PaneFaces *m_faces = nullptr;
    ServerDetail *m_detail = nullptr;
    CreateServerPage *m_createPage = nullptr; // null: not open
    QString m_noticeDetails;
    QString m_shownPassword;
    ServerId m_wanted; // to be selected when it arrives
    bool m_wantsDetail = true; // F9
    bool m_isOverlaid = false; // narrow: the panel was opened over the table
    bool m_wasFailed = false;
    QTimer m_ages;
};

} // namespace nephele
