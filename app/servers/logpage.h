// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/client/cloudclient.h"

#include <QTimer>
#include <QWidget>

class QPlainTextEdit;

namespace nephele {

class NoticeLine;
class Paragraph;

// The serial log of one server: its last lines, read again every two seconds while it is in sight and the
// server lives. Follows the end unless the reader has scrolled up.
class LogPage : public QWidget
{
    Q_OBJECT

public:
    explicit LogPage(CloudClient &client, QWidget *parent = nullptr);

    void setServer(const Server &server);

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void read();
    void take(const Result<QString> &log);
    void showLog(const QString &log);

    CloudClient &m_client;
    ServerId m_server;
    bool m_isLive = false;
    bool m_isReading = false;
    QTimer m_timer;
    QPlainTextEdit *m_text;
    Paragraph *m_empty;
    NoticeLine *m_notice;
};

// A serial log as plain text: without the escape sequences of terminals (ECMA-48) and other controls, lines
// overwritten by a carriage return shown as they ended.
QString plainLog(const QString &log);

} // namespace nephele
