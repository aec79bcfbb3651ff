// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/servers/serversbar.h"

#include "app/servers/serveractions.h"
#include "app/widgets/parts.h"

#include <QAction>
#include <QButtonGroup>
#include <QLineEdit>
#include <QLocale>
#include <QMenu>

namespace nephele {

ServersBar::ServersBar(ServerActions &actions, QWidget *parent) : QStackedWidget(parent)
{
    addWidget(makeFilterBar());
    addWidget(makeActionBar(actions));
    setFixedHeight(Theme::px(metric::bar));
    connect(&Theme::instance(), &Theme::changed, this, [this] { setFixedHeight(Theme::px(metric::bar)); });
}

QWidget *ServersBar::makeFilterBar()
{
    auto *bar = new QWidget;
    auto *row = makeRow(bar, 0, metric::radius);
    row->setContentsMargins(metric::paneEdge, 0, metric::gap, 0);
    m_field = makeFilterField(tr("Filter by name, image, address"));
    m_field->setFixedWidth(Theme::px(226));
    row->addWidget(m_field);
    row->addSpacing(metric::radius);
    row->addWidget(makeChips());
    row->addStretch();
    connect(m_field, &QLineEdit::textChanged, this, &ServersBar::wordsChanged);
    return bar;
}

QWidget *ServersBar::makeChips()
{
    m_chipRow = new QWidget;
    auto *row = makeRow(m_chipRow, 0, metric::radius);
    auto *group = new QButtonGroup(m_chipRow);
    for (const QString &name : { QStringLiteral("allServers"), QStringLiteral("runningServers"),
             QStringLiteral("attentionServers") }) {
        auto *chip = makeChip({});
        chip->setObjectName(name);
        chip->setCheckable(true);
        group->addButton(chip, int(m_chips.size()));
        m_chips.append(chip);
        row->addWidget(chip);
    }
    m_chips.constFirst()->setChecked(true);
    m_chipRow->hide();
    connect(
        group, &QButtonGroup::idClicked, this, [this](int id) { emit showChanged(ServersFilter::Show(id)); });
    return m_chipRow;
}

QWidget *ServersBar::makeActionBar(ServerActions &actions)
{
    auto *bar = new QWidget;
    auto *row = makeRow(bar, 0, metric::radius);
    row->setContentsMargins(metric::paneEdge, 0, metric::gap, 0);
    m_selected = makeLabel({}, Type::Strong);
    row->addWidget(m_selected);
    row->addSpacing(metric::gapSmall);
    for (QAction *action : { actions.start, actions.stop, actions.restart, actions.remove })
        row->addWidget(makeActionButton(action));
    auto *more = makeToolButton(QStringLiteral("overflow-menu"), tr("More actions"));
    auto *menu = new QMenu(more);
    menu->addActions({ actions.restartHard, actions.copyNames, actions.copyCommand });
    more->setMenu(menu);
    more->setPopupMode(QToolButton::InstantPopup);
    row->addWidget(more);
    row->addStretch();
    auto *clear = makeButton(tr("Clear"), ButtonKind::Quiet);
    row->addWidget(clear);
    connect(clear, &QPushButton::clicked, this, &ServersBar::clearSelectionWanted);
    return bar;
}

void ServersBar::setCounts(int all, int running, int attention)
{
    const QLocale locale;
    m_chips.at(0)->setText(tr("All %1").arg(locale.toString(all)));
    m_chips.at(1)->setText(tr("Running %1").arg(locale.toString(running)));
    //: Servers somebody should look at.
    m_chips.at(2)->setText(tr("Attention %1").arg(locale.toString(attention)));
    m_chipRow->show();
}

void ServersBar::setSelected(int count)
{
    m_selected->setText(tr("%1 selected").arg(QLocale().toString(count)));
    setCurrentIndex(count > 1 ? 1 : 0);
}

QString ServersBar::showText(ServersFilter::Show show) const
{
    return m_chips.at(int(show))->text();
}

void ServersBar::clearFilter()
{
    m_field->clear();
    m_chips.constFirst()->click();
}

} // namespace nephele
