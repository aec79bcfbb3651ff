// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/detailpanel.h"

#include "app/widgets/elidedlabel.h"
#include "app/widgets/flowlayout.h"
#include "app/widgets/paragraph.h"
#include "app/widgets/parts.h"
#include "app/widgets/statuslabel.h"

#include <QAction>
#include <QMenu>
#include <QStackedWidget>
#include <QTabBar>

namespace nephele {

DetailPanel::DetailPanel(QWidget *parent)
    : QFrame(parent)
    , m_name(makeElided({}, Type::Heading))
    , m_status(new StatusLabel)
    , m_actions(new FlowLayout)
    , m_more(makeToolButton(QStringLiteral("overflow-menu"), tr("More actions")))
    , m_menu(new QMenu(this))
    , m_tabs(new QTabBar)
    , m_pages(new QStackedWidget)
    , m_faces(new QStackedWidget)
    , m_severalTitle(makeLabel({}, Type::Heading))
    , m_severalSum(makeParagraph({}, Type::Body, Tone::Muted))
{
    setObjectName(QStringLiteral("detailPanel"));
    setGround(this, Ground::Surface);
    m_name->setObjectName(QStringLiteral("detailName"));
    m_tabs->setObjectName(QStringLiteral("detailTabs"));
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_more->setMenu(m_menu);
    m_more->setPopupMode(QToolButton::InstantPopup);

    auto *one = new QWidget;
    auto *column = makeColumn(one);
    column->addWidget(makeHead());
    m_actions->setContentsMargins(metric::gapCard, metric::gapTiny, metric::gapCard, metric::gap);
    m_actions->addWidget(m_more);
    column->addLayout(m_actions);
    auto *tabs = makeRow();
    tabs->setContentsMargins(metric::gapCard, 0, metric::gapCard, 0);
    tabs->addWidget(m_tabs);
    column->addLayout(tabs);
    column->addWidget(makeRule());
    column->addWidget(m_pages, 1);

    auto *several = new QWidget;
    m_severalBody = makeColumn(several, metric::gapCard, metric::gapSmall);
    m_severalBody->addWidget(m_severalTitle);
    m_severalBody->addWidget(m_severalSum);

    m_faces->addWidget(one);
    m_faces->addWidget(several);
    makeColumn(this)->addWidget(m_faces);
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int tab) {
        m_pages->setCurrentIndex(tab);
        emit tabChanged(tab);
    });
}

QWidget *DetailPanel::makeHead()
{
    auto *head = new QWidget;
    auto *row = makeRow(head, 0, metric::gapSmall);
    row->setContentsMargins(metric::gapCard, metric::gapTiny, metric::gapSmall, 0);
    row->addWidget(m_name);
    row->addWidget(m_status);
    row->addStretch();
    auto *close = makeToolButton(QStringLiteral("window-close"), tr("Hide this panel (F9)"));
    close->setObjectName(QStringLiteral("detailClose"));
    row->addWidget(close);
    head->setFixedHeight(Theme::px(metric::bar));
    connect(close, &QToolButton::clicked, this, &DetailPanel::closeWanted);
    return head;
}

void DetailPanel::setName(const QString &name)
{
    m_name->setText(name);
    m_name->setToolTip(name);
    setAccessibleName(name);
}

void DetailPanel::setStatus(Sign sign, const QString &words, const QString &reason)
{
    m_status->setStatus(sign, words, reason);
}

void DetailPanel::setActions(const QList<QAction *> &likely, const QList<QAction *> &others)
{
    while (QLayoutItem *item = m_actions->takeAt(0)) {
        if (item->widget() != m_more)
            delete item->widget();
        delete item;
    }
    for (QAction *action : likely) {
        auto *button = makeActionButton(action);
        m_actions->addWidget(button);
    }
    m_actions->addWidget(m_more);
    m_menu->clear();
    m_menu->addActions(others);
    m_more->setVisible(!others.isEmpty());
}

int DetailPanel::addTab(const QString &name, QWidget *page)
{
    m_pages->addWidget(page);
    return m_tabs->addTab(name);
}

void DetailPanel::setTabEnabled(int tab, bool on, const QString &why)
{
    m_tabs->setTabEnabled(tab, on);
    m_tabs->setTabToolTip(tab, on ? QString() : why);
}

int DetailPanel::currentTab() const
{
    return m_tabs->currentIndex();
}

void DetailPanel::setCurrentTab(int tab)
{
    m_tabs->setCurrentIndex(tab);
}

void DetailPanel::showOne()
{
    m_faces->setCurrentIndex(0);
}

void DetailPanel::showSeveral(const QString &title, const QString &sum, QWidget *list)
{
    m_severalTitle->setText(title);
    m_severalSum->setText(sum);
    if (list && list->parentWidget() != m_faces->widget(1))
        m_severalBody->addWidget(list, 1);
    m_faces->setCurrentIndex(1);
    setAccessibleName(title);
}

int DetailPanel::widthFor(int paneWidth)
{
    return qBound(Theme::px(metric::detailLeast), paneWidth * 2 / 7, Theme::px(metric::detailMost));
}

} // namespace nephele
