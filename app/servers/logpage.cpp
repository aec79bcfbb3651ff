// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/servers/logpage.h"

#include "app/client/answer.h"
#include "app/servers/serverwords.h"
#include "app/widgets/noticeline.h"
#include "app/widgets/paragraph.h"
#include "app/widgets/parts.h"

#include <QPlainTextEdit>
#include <QRegularExpression>
#include <QScrollBar>
#include <QTextOption>

namespace nephele {

namespace {

constexpr int shownLines = 500;
constexpr int readEveryMs = 2000;

} // namespace

QString plainLog(const QString &log)
{
    // Control sequences, operating system commands up to their terminator, two-character escapes.
    static const QRegularExpression escapes(
        QStringLiteral("\\x1b\\[[0-?]*[ -/]*[@-~]|\\x1b\\][^\\x07\\x1b]*(\\x07|\\x1b\\\\)|\\x1b[ -/]*[0-~]"));
    QString text = log;
    text.remove(escapes);
    QStringList lines;
    for (QString line : text.split(QLatin1Char('\n'))) {
        while (line.endsWith(QLatin1Char('\r')))
            line.chop(1);
        line = line.section(QLatin1Char('\r'), -1);
        line.removeIf([](QChar c) { return c.unicode() < 0x20 && c != QLatin1Char('\t'); });
        lines.append(line);
    }
    return lines.join(QLatin1Char('\n'));
}

LogPage::LogPage(CloudClient &client, QWidget *parent)
    : QWidget(parent)
    , m_client(client)
    , m_text(new QPlainTextEdit)
    , m_empty(makeParagraph(
          tr("The server has written nothing to its serial port yet."), Type::Body, Tone::Muted))
    , m_notice(new NoticeLine)
{
    auto *column = makeColumn(this, metric::gapCard, metric::gapSmall);
    m_text->setObjectName(QStringLiteral("serialLog"));
    m_text->setAccessibleName(tr("Serial log"));
    m_text->setReadOnly(true);
    m_text->setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    setType(m_text, Type::Mono);
    column->addWidget(m_notice);
    column->addWidget(m_empty);
    column->addWidget(m_text, 1);
    column->addStretch();
    m_text->hide();

    m_timer.setInterval(readEveryMs);
    connect(&m_timer, &QTimer::timeout, this, &LogPage::read);
    connect(m_notice, &NoticeLine::actionWanted, this, &LogPage::read);
}

void LogPage::setServer(const Server &server)
{
    const bool isOther = server.id != m_server;
    const bool wasLive = std::exchange(m_isLive, server.state != ServerState::Deleted);
    if (!isOther && wasLive == m_isLive)
        return;
    m_server = server.id;
    m_isReading = false;
    if (isOther) {
        m_notice->clear();
        showLog({});
    }
    if (isVisible())
        read();
}

void LogPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    m_timer.start();
    read();
}

void LogPage::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_timer.stop();
}

void LogPage::read()
{
    if (m_isReading || m_server.isNull() || !m_isLive)
        return;
    m_isReading = true;
    onAnswer(
        m_client.serialLog(m_server, shownLines), this, [this, id = m_server](const Result<QString> &log) {
            if (id != m_server)
                return;
            m_isReading = false;
            take(log);
        });
}

void LogPage::take(const Result<QString> &log)
{
    if (!log) {
        m_notice->tell(NoticeLine::Kind::Error, words::failure(tr("The log could not be read"), log.error()),
            tr("Try again"));
        return;
    }
    m_notice->clear();
    showLog(plainLog(*log));
}

void LogPage::showLog(const QString &log)
{
    const bool isEmpty = log.trimmed().isEmpty();
    m_empty->setVisible(isEmpty);
    m_text->setVisible(!isEmpty);
    if (log == m_text->toPlainText())
        return;
    QScrollBar *bar = m_text->verticalScrollBar();
    const bool follows = bar->value() >= bar->maximum();
    const int place = bar->value();
    m_text->setPlainText(log);
    bar->setValue(follows ? bar->maximum() : place);
}

} // namespace nephele
