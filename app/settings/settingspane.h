// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/pane.h"
#include "app/widgets/theme.h"

namespace nephele {

class FactList;
class Segments;

// How the window looks, and what this cloud is. Only what cannot be right by default can be changed.
class SettingsPane : public Pane
{
    Q_OBJECT

public:
    explicit SettingsPane(QWidget *parent = nullptr);

    QString title() const override;
    QList<PaletteEntry> paletteEntries() const override;

    void showChoice(); // the theme was chosen elsewhere

    // rows: name, value; those with an empty value are left out.
    void setCloudFacts(const QList<std::pair<QString, QString>> &facts);

private:
    void choose(Theme::Choice choice);

    Segments *m_theme;
    FactList *m_facts;
};

} // namespace nephele
