// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/settings/settingspane.h"

#include "app/widgets/card.h"
#include "app/widgets/field.h"
#include "app/widgets/parts.h"
#include "app/widgets/segments.h"

#include <QScrollArea>

namespace nephele {

SettingsPane::SettingsPane(QWidget *parent)
    : Pane(parent)
    , m_theme(new Segments({ tr("As the system"), tr("Light"), tr("Dark") }, int(Theme::instance().choice())))
    , m_facts(new FactList)
{
    setObjectName(QStringLiteral("settingsPane"));
    m_theme->setObjectName(QStringLiteral("themeChoice"));
    m_theme->setAccessibleName(tr("Colours"));
    m_facts->setObjectName(QStringLiteral("cloudFacts"));

    auto *form = new QWidget;
    auto *column = makeColumn(form, metric::paneEdge, metric::gap);
    column->setContentsMargins(metric::paneEdge, 0, metric::paneEdge, metric::paneEdge);
    column->addWidget(makeSectionHead(tr("Colours")));
    column->addWidget(m_theme);
    column->addSpacing(metric::gap);
    column->addWidget(makeSectionHead(tr("This cloud")));
    column->addWidget(m_facts);
    column->addStretch();
    form->setMaximumWidth(Theme::px(metric::formMost));

    makeColumn(this)->addWidget(makeScrolled(form));
    connect(m_theme, &Segments::picked, this, [this](int index) { choose(Theme::Choice(index)); });
}

QString SettingsPane::title() const
{
    return tr("Settings");
}

void SettingsPane::choose(Theme::Choice choice)
{
    Theme::instance().choose(choice);
    showChoice();
}

void SettingsPane::showChoice()
{
    m_theme->setCurrent(int(Theme::instance().choice()));
}

void SettingsPane::setCloudFacts(const QList<std::pair<QString, QString>> &facts)
{
    m_facts->clear();
    for (const auto &[name, value] : facts)
        m_facts->setFact(name, value);
}

QList<PaletteEntry> SettingsPane::paletteEntries() const
{
    auto *self = const_cast<SettingsPane *>(this);
    const bool dark = Theme::tokens().dark;
    PaletteEntry entry;
    entry.name = dark ? tr("Switch to light colours") : tr("Switch to dark colours");
    entry.hint = tr("Setting");
    entry.iconName = QStringLiteral("contrast");
    entry.run = [self, dark] { self->choose(dark ? Theme::Choice::Light : Theme::Choice::Dark); };
    return { entry };
}

} // namespace nephele
