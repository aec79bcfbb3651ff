// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/frame/emptypane.h"

#include "app/widgets/parts.h"
#include "app/widgets/statepage.h"

namespace nephele {

namespace {

struct Words
{
    QString title;
    QString text;
};

} // namespace

// What the thing is good for, then how it can be had today.
static Words wordsFor(Place place)
{
    switch (place) {
    case Place::Overview:
        return { EmptyPane::tr("The overview is not in this version"),
            EmptyPane::tr("It will show the quota of your project, the load of this computer, and what needs "
                          "somebody. Servers has all of it for each server.") };
    case Place::Servers:
        return { EmptyPane::tr("Not connected yet"),
            EmptyPane::tr("Servers appear here as soon as the cloud answers.") };
    case Place::Networks:
        return { EmptyPane::tr("Networks are not in this version"),
            EmptyPane::tr("A network joins servers that may talk to each other, apart from all others. Until "
                          "this pane is there, new servers get the network of their project.") };
    case Place::Images:
        return { EmptyPane::tr("Images have no pane in this version"),
            EmptyPane::tr("An image is what the disk of a new server starts with. The ones of this cloud can "
                          "be chosen when a server is created; others are added over the image API.") };
    case Place::Volumes:
        return { EmptyPane::tr("Volumes are not in this version"),
            EmptyPane::tr("A volume is a disk of its own. It will outlive the server it is attached to, and "
                          "can then be moved to another one.") };
    case Place::Files:
        return { EmptyPane::tr("Files are not in this version"),
            EmptyPane::tr("Folders to put into the cloud, share, and look at as they were last Tuesday will "
                          "be here.") };
    case Place::Projects:
        return { EmptyPane::tr("Projects have no pane in this version"),
            EmptyPane::tr("A project is a group of people who share servers and a quota. Switch between "
                          "yours at the top left; nephele admin makes new ones.") };
    case Place::Access:
        return { EmptyPane::tr("Access is not in this version"),
            EmptyPane::tr("Keys, tokens and what may reach your servers will be kept here. SSH keys can be "
                          "added while a server is created.") };
    case Place::Activity:
    case Place::Settings:
        break; // these have panes of their own
    }
    return {};
}

EmptyPane::EmptyPane(Place place, QWidget *parent) : Pane(parent), m_place(place)
{
    setObjectName(QStringLiteral("emptyPane"));
    auto *page = new StatePage(StatePage::Mood::Calm);
    const Words words = wordsFor(place);
    page->setWords(wordsOf(place).iconName, words.title, words.text);
    makeColumn(this)->addWidget(page);
}

QString EmptyPane::title() const
{
    return wordsOf(m_place).name;
}

} // namespace nephele
