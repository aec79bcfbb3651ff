// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/frame/panehead.h"

#include "app/frame/searchbutton.h"
#include "app/widgets/elidedlabel.h"
#include "app/widgets/pane.h"
#include "app/widgets/parts.h"

#include <QAction>

namespace nephele {

PaneHead::PaneHead(QWidget *parent)
    : QWidget(parent)
    , m_title(makeElided({}, Type::Title))
    , m_fact(makeElided({}, Type::Body, Tone::Muted))
    , m_search(new SearchButton)
    , m_button(makeButton({}, ButtonKind::Primary))
{
    m_title->setLeastCharacters(14); // the fact and the search give way before it
    m_title->setObjectName(QStringLiteral("paneTitle"));
    m_fact->setObjectName(QStringLiteral("paneFact"));
    m_button->setObjectName(QStringLiteral("primaryButton"));
    m_button->setIcon(icon(QStringLiteral("list-add"), Ink::OnAccent));
    auto *row = makeRow(this, 0, 10);
    row->setContentsMargins(metric::paneEdge, 0, metric::paneEdge, 0);
    row->addWidget(m_title);
    row->addWidget(m_fact);
    row->addStretch(1);
    row->addWidget(m_search);
    row->addWidget(m_button);
    m_button->hide();
    connect(m_search, &SearchButton::clicked, this, &PaneHead::searchWanted);
    connect(m_button, &QPushButton::clicked, this, [this] {
        if (m_action)
            m_action->trigger();
    });
    connect(&Theme::instance(), &Theme::changed, this, &PaneHead::fitHeight);
    fitHeight();
}

void PaneHead::fitHeight()
{
    setFixedHeight(std::max(Theme::px(metric::head), QFontMetrics(Theme::font(Type::Title)).height() + 24));
}

void PaneHead::show(const Pane &pane)
{
    m_title->setText(pane.title());
    m_fact->setText(pane.fact());
    setAction(pane.primaryAction(), pane.showsPrimaryInHead());
}

void PaneHead::setAction(QAction *action, bool isShown)
{
    if (m_action)
        disconnect(m_action, nullptr, this, nullptr);
    m_action = action;
    m_button->setVisible(action && isShown);
    if (!action)
        return;
    const auto follow = [this, action] {
        m_button->setText(action->text());
        m_button->setEnabled(action->isEnabled());
        m_button->setToolTip(action->toolTip());
    };
    follow();
    connect(action, &QAction::changed, this, follow);
    connect(action, &QObject::destroyed, this, [this] {
        m_action = nullptr;
        m_button->hide();
    });
}

} // namespace nephele
