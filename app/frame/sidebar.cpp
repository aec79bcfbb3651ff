// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/frame/sidebar.h"

#include "app/frame/connectionbutton.h"
#include "app/frame/navbutton.h"
#include "app/frame/projectswitcher.h"
#include "app/widgets/parts.h"

#include <QButtonGroup>
#include <QScrollArea>

namespace nephele {

SideBar::SideBar(QWidget *parent)
    : QFrame(parent), m_projects(new ProjectSwitcher), m_connection(new ConnectionButton)
{
    setObjectName(QStringLiteral("sideBar"));
    setAccessibleName(tr("Places"));
    setGround(this, Ground::Sunken);
    auto *column = makeColumn(this);
    auto *top = makeColumn(nullptr, metric::gapSmall);
    top->addWidget(m_projects);
    column->addLayout(top);

    auto *list = makeGround(Ground::Sunken);
    auto *places = makeColumn(list, 0, 2);
    places->setContentsMargins(metric::gapSmall, 0, metric::gapSmall, metric::gapSmall);
    auto *group = new QButtonGroup(this);
    for (const PlaceWords &words : allPlaces()) {
        if (words.startsGroup && words.place != Place::Overview)
            places->addSpacing(metric::gap);
        auto *button = new NavButton(words);
        group->addButton(button);
        m_places.insert(words.place, button);
        places->addWidget(button);
        connect(button, &NavButton::clicked, this, [this, place = words.place] { emit chosen(place); });
    }
    places->addStretch();

    // With a large font the places are higher than the smallest window.
    column->addWidget(makeScrolled(list), 1);
    column->addWidget(makeRule());
    column->addWidget(m_connection);

    connect(m_projects, &ProjectSwitcher::chosen, this, &SideBar::projectChosen);
    connect(m_connection, &ConnectionButton::clicked, this, &SideBar::connectionClicked);
    connect(&Theme::instance(), &Theme::changed, this, &SideBar::fitWidth);
    fitWidth();
}

void SideBar::fitWidth()
{
    // Grows with half the font: names are short, and the panes need the room more.
    setFixedWidth((metric::sideBar + Theme::px(metric::sideBar)) / 2);
}

void SideBar::setCurrent(Place place)
{
    m_places.value(place)->setChecked(true);
}

void SideBar::setCount(Place place, int count, bool attention)
{
    m_places.value(place)->setCount(count, attention);
}

void SideBar::setAccount(const Account &account)
{
    m_projects->setAccount(account);
}

void SideBar::setCloudStatus(const CloudStatus &status)
{
    m_connection->setCloudStatus(status);
}

void SideBar::focusCurrent()
{
    for (NavButton *button : std::as_const(m_places)) {
        if (button->isChecked())
            button->setFocus(Qt::ShortcutFocusReason);
    }
}

} // namespace nephele
