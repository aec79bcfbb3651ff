// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/servers/consolepage.h"

#include "app/client/answer.h"
#include "app/servers/consolescreen.h"
#include "app/servers/serverwords.h"
#include "app/widgets/detailsdialog.h"
#include "app/widgets/paragraph.h"
#include "app/widgets/parts.h"
#include "app/widgets/statepage.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QStackedWidget>

namespace nephele {

namespace {

constexpr int mostTypedCharacters = 4096; // a clipboard with a novel in it must not be typed
constexpr int firstPauseMs = 1000; // each later one is twice as long
constexpr int mostDoublings = 4;
constexpr int steadyMs = 10'000;

} // namespace

ConsolePage::ConsolePage(CloudClient &client, QWidget *parent)
    : QWidget(parent)
    , m_client(client)
    , m_session(std::make_unique<ConsoleSession>())
    , m_faces(new QStackedWidget)
    , m_words(new StatePage(StatePage::Mood::Calm))
    , m_live(new QWidget)
    , m_screen(new ConsoleScreen(*m_session))
    , m_hint(makeParagraph({}, Type::Caption, Tone::Muted))
{
    auto *column = makeColumn(m_live, 0, metric::gapSmall);
    column->setContentsMargins(metric::gapCard, metric::gap, metric::gapCard, metric::gapCard);
    column->addWidget(makeBar());
    column->addWidget(m_screen);
    column->addWidget(m_hint);
    column->addStretch();
    m_words->setObjectName(QStringLiteral("consoleFace"));
    m_faces->addWidget(m_words);
    m_faces->addWidget(m_live);
    makeColumn(this)->addWidget(m_faces);

    m_retry.setSingleShot(true);
    m_steady.setSingleShot(true);
    m_steady.setInterval(steadyMs);
    connect(&m_retry, &QTimer::timeout, this, [this] {
        if (isVisible())
            connectNow();
        else
            showFace();
    });
    connect(&m_steady, &QTimer::timeout, this, [this] { m_attempts = 0; });
    connect(m_session.get(), &ConsoleSession::stateChanged, this, &ConsolePage::followSession);
    connect(m_screen, &ConsoleScreen::keysTaken, this, &ConsolePage::showFace);
    connect(m_screen, &ConsoleScreen::keysGivenBack, this, &ConsolePage::showFace);
    connect(m_screen, &ConsoleScreen::fullScreenWanted, this, &ConsolePage::toggleFullScreen);
    connect(m_words, &StatePage::actionWanted, this, [this] {
        if (!words::hasScreen(m_server))
            return emit startWanted();
        forgetAttempts();
        connectNow();
    });
    connect(m_words, &StatePage::secondWanted, this, [this] {
        DetailsDialog::show(this, tr("Console of %1").arg(m_server.name),
            m_refusal ? words::details(*m_refusal) : m_session->whyLost());
    });
    showFace();
}

ConsolePage::~ConsolePage()
{
    delete m_fullScreen;
    delete m_screen; // before the session it looks at
}

QWidget *ConsolePage::makeBar()
{
    auto *bar = new QWidget;
    auto *row = makeRow(bar, 0, metric::gapTiny);
    const auto tool = [&](const QString &iconName, const QString &tip) {
        auto *button = makeToolButton(iconName, tip);
        m_tools.append(button);
        row->addWidget(button);
        return button;
    };
    row->addStretch();
    connect(tool(QStringLiteral("input-keyboard"), tr("Send Ctrl Alt Del")), &QToolButton::clicked, m_screen,
        &ConsoleScreen::sendCtrlAltDelete);
    connect(tool(QStringLiteral("edit-paste"), tr("Type the clipboard")), &QToolButton::clicked, this,
        &ConsolePage::typeClipboard);
    connect(tool(QStringLiteral("view-fullscreen"), tr("Full screen (F11)")), &QToolButton::clicked, this,
        &ConsolePage::toggleFullScreen);
    return bar;
}

void ConsolePage::setServer(const Server &server)
{
    const bool isOther = server.id != m_server.id;
    const bool hadScreen = words::hasScreen(m_server);
    m_server = server;
    if (isOther || !words::hasScreen(server)) {
        m_refusal.reset();
        m_isAsking = false;
        forgetAttempts();
        m_session->close();
        delete m_fullScreen;
    }
    if (isOther || !hadScreen)
        connectIfWanted();
    showFace();
}

void ConsolePage::clear()
{
    setServer({});
}

void ConsolePage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    connectIfWanted();
}

void ConsolePage::connectIfWanted()
{
    const auto state = m_session->state();
    const bool isIdle = !m_refusal && !m_retry.isActive()
        && (state == ConsoleSession::State::Idle || state == ConsoleSession::State::Lost);
    if (isVisible() && isIdle && !m_isAsking && words::hasScreen(m_server))
        connectNow();
}

// A guest that has just begun or a busy machine loses its screen for a moment only; nobody needs to press a
// button for that.
void ConsolePage::followSession(ConsoleSession::State state)
{
    m_steady.stop();
    if (state == ConsoleSession::State::Connected)
        m_steady.start();
    if (state == ConsoleSession::State::Lost && words::hasScreen(m_server))
        m_retry.start(firstPauseMs << qMin(m_attempts++, mostDoublings));
    showFace();
}

void ConsolePage::forgetAttempts()
{
    m_retry.stop();
    m_steady.stop();
    m_attempts = 0;
}

void ConsolePage::connectNow()
{
    m_retry.stop();
    m_isAsking = true;
    m_refusal.reset();
    showFace();
    onAnswer(m_client.consoleUrl(m_server.id), this, [this, id = m_server.id](const Result<QUrl> &url) {
        if (id != m_server.id || !m_isAsking)
            return;
        m_isAsking = false;
        if (url)
            m_session->open(*url, m_client.session().connection().pinned());
        else
            m_refusal = url.error();
        showFace();
    });
}

void ConsolePage::showFace()
{
    const auto state = m_session->state();
    if (state == ConsoleSession::State::Connected) {
        m_hint->setText(m_screen->hasKeys() ? tr("Keys go to the server. Press Ctrl Alt to give them back.")
                                            : tr("Click the screen to type there."));
        m_faces->setCurrentWidget(m_live);
        return;
    }
    m_faces->setCurrentWidget(m_words);
    if (!words::hasScreen(m_server))
        showOff();
    else if (m_refusal || state == ConsoleSession::State::Lost)
        showLost();
    else {
        m_words->setWords(QStringLiteral("utilities-terminal"), tr("Connecting"),
            tr("Waiting for the screen of %1.").arg(m_server.name));
        m_words->setButtons({}, {});
    }
}

void ConsolePage::showOff()
{
    const QString name = m_server.name;
    const bool isComing = m_server.state == ServerState::Building || m_server.task == ServerTask::Starting;
    m_words->setWords(QStringLiteral("utilities-terminal"),
        isComing ? tr("%1 has no screen yet").arg(name) : tr("%1 is off").arg(name),
        isComing ? tr("It appears here as soon as the server runs.")
                 : tr("There is something to see once it runs."));
    m_words->setButtons(words::canStart(m_server) ? tr("Start %1").arg(name) : QString(), {});
}

void ConsolePage::showLost()
{
    const QString why = m_refusal ? words::reason(*m_refusal)
        : m_retry.isActive()      ? tr("Connecting again in a moment.")
                                  : tr("The connection ended.");
    const bool hasDetails = m_refusal || !m_session->whyLost().isEmpty();
    m_words->setWords(QStringLiteral("network-disconnect"),
        (m_refusal ? tr("The screen of %1 cannot be shown") : tr("The screen of %1 was lost"))
            .arg(m_server.name),
        why);
    m_words->setButtons(tr("Connect again"), hasDetails ? tr("Show details") : QString());
}

void ConsolePage::toggleFullScreen()
{
    if (m_fullScreen) {
        m_fullScreen->close();
        return;
    }
    // A second view on the same screen, without a parent so that it is a window of its own.
    m_fullScreen = new ConsoleScreen(*m_session);
    m_fullScreen->setAttribute(Qt::WA_DeleteOnClose);
    m_fullScreen->setWindowTitle(tr("%1: console").arg(m_server.name));
    connect(m_fullScreen, &ConsoleScreen::fullScreenWanted, m_fullScreen, &QWidget::close);
    m_fullScreen->showFullScreen();
    m_fullScreen->takeKeys();
}

void ConsolePage::typeClipboard()
{
    m_screen->typeText(QGuiApplication::clipboard()->text().left(mostTypedCharacters));
    m_screen->takeKeys();
}

} // namespace nephele
