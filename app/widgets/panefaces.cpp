// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/panefaces.h"

#include "app/widgets/detailsdialog.h"
#include "app/widgets/noticeline.h"
#include "app/widgets/parts.h"

#include "app/widgets/skeletonrows.h"
#include "app/widgets/statepage.h"

#include <QDateTime>
#include <QLocale>
#include <QStackedWidget>

namespace nephele {

static constexpr int loadingDelayMs = 300;

PaneFaces::PaneFaces(QWidget *content, QWidget *parent)
    : QWidget(parent)
    , m_notice(new NoticeLine)
    , m_stack(new QStackedWidget)
    , m_content(content)
    , m_blank(new QWidget)
    , m_loading(new SkeletonRows)
    , m_empty(new StatePage(StatePage::Mood::Calm))
    , m_noMatch(new StatePage(StatePage::Mood::Calm))
    , m_failed(new StatePage(StatePage::Mood::Failed))
{
    auto *column = makeColumn(this);
    auto *line = makeRow();
    line->setContentsMargins(metric::gap, 0, metric::gap, 0);
    line->addWidget(m_notice);
    column->addLayout(line);
    column->addWidget(m_stack, 1);
    for (QWidget *face : { m_content, m_blank, m_loading, static_cast<QWidget *>(m_empty),
             static_cast<QWidget *>(m_noMatch), static_cast<QWidget *>(m_failed) })
        m_stack->addWidget(face);
    m_empty->setObjectName(QStringLiteral("emptyFace"));
    m_noMatch->setObjectName(QStringLiteral("noMatchFace"));
    m_failed->setObjectName(QStringLiteral("failedFace"));
    m_loading->setObjectName(QStringLiteral("loadingFace"));
    m_loading->setAccessibleName(tr("Loading"));

    m_loadingDelay.setSingleShot(true);
    m_loadingDelay.setInterval(loadingDelayMs);
    connect(&m_loadingDelay, &QTimer::timeout, this, [this] { m_stack->setCurrentWidget(m_loading); });
    m_retry.setInterval(1000);
    connect(&m_retry, &QTimer::timeout, this, &PaneFaces::countDown);

    connect(m_failed, &StatePage::actionWanted, this, &PaneFaces::retryWanted);
    connect(m_failed, &StatePage::secondWanted, this, &PaneFaces::showDetails);
    connect(m_noMatch, &StatePage::actionWanted, this, &PaneFaces::clearFilterWanted);
    connect(m_notice, &NoticeLine::actionWanted, this, &PaneFaces::retryWanted);
}

void PaneFaces::setEmptyWords(const EmptyWords &words)
{
    m_empty->setWords(words.iconName, words.title, words.text);
    m_empty->setActions(words.action, words.secondAction);
}

void PaneFaces::setFace(Face face)
{
    m_loadingDelay.stop();
    m_retry.stop();
    m_notice->clear();
    const Face before = std::exchange(m_face, face);
    if (before != face)
        emit faceChanged(face);
}

void PaneFaces::showContent()
{
    m_contentAtMs = QDateTime::currentMSecsSinceEpoch();
    setFace(Face::Content);
    m_stack->setCurrentWidget(m_content);
}

void PaneFaces::showLoading()
{
    if (m_face == Face::Loading)
        return;
    setFace(Face::Loading);
    m_stack->setCurrentWidget(m_blank);
    m_loadingDelay.start();
}

void PaneFaces::showEmpty()
{
    setFace(Face::Empty);
    m_stack->setCurrentWidget(m_empty);
}

void PaneFaces::showNoMatch(const QString &filter)
{
    setFace(Face::NoMatch);
    m_noMatch->setWords(QStringLiteral("edit-find"), tr("Nothing matches “%1”").arg(filter), {});
    m_noMatch->setButtons(tr("Clear filter"), {});
    m_stack->setCurrentWidget(m_noMatch);
}

void PaneFaces::showFailed(const FailedWords &words, int retryInSeconds)
{
    const bool keepsRows = m_face == Face::Content && m_contentAtMs > 0;
    setFace(keepsRows ? Face::Content : Face::Failed);
    m_failure = words;
    m_retryInSeconds = retryInSeconds;
    m_failed->setButtons(tr("Try again"), words.details.isEmpty() ? QString() : tr("Show details"));
    tellFailure();
    if (!keepsRows)
        m_stack->setCurrentWidget(m_failed);
    if (retryInSeconds > 0)
        m_retry.start();
}

void PaneFaces::tellFailure()
{
    const QString next = m_retryInSeconds > 0
        ? tr("%1 Nephele tries again in %n seconds.", nullptr, m_retryInSeconds).arg(m_failure.reason)
        : m_failure.reason;
    if (m_face == Face::Failed) {
        m_failed->setWords(QStringLiteral("network-disconnect"), m_failure.title, next);
        return;
    }
    const QString age =
        QLocale().toString(QDateTime::fromMSecsSinceEpoch(m_contentAtMs).time(), QLocale::ShortFormat);
    m_notice->tell(NoticeLine::Kind::Error, tr("%1 Shown as of %2.").arg(next, age), tr("Try again"));
}

void PaneFaces::countDown()
{
    --m_retryInSeconds;
    if (m_retryInSeconds <= 0) {
        m_retry.stop();
        emit retryWanted();
        return;
    }
    tellFailure();
}

void PaneFaces::showDetails()
{
    DetailsDialog::show(this, m_failure.title, m_failure.details);
}

} // namespace nephele
