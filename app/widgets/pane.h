// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/paint.h"

#include <QWidget>

#include <functional>
#include <optional>

class QAction;

namespace nephele {

// One thing the command palette can find and do.
struct PaletteEntry
{
    enum class Kind { Action, Server, Elsewhere };
    Kind kind = Kind::Action;
    QString name;
    QString hint; // muted, at the right: the key, the kind, the address
    QString iconName;
    std::optional<Sign> sign; // instead of the icon
    std::function<void()> run;
};

// One place of the window: what the head shows for it, what the keys do in it. The window owns it and shows
// one at a time. A pane that opens a page of its own (create, one thing in full) keeps it in a stack inside,
// answers with that page's title, and tells by headChanged(). Window thread.
class Pane : public QWidget
{
    Q_OBJECT

public:
    using QWidget::QWidget;

    virtual QString title() const = 0;
    virtual QString fact() const { return {}; } // "7 of 13 running"
    // The one primary button of the head, also Ctrl+N. Null: none. Owned by the pane; its text is verb and
    // thing.
    virtual QAction *primaryAction() const { return nullptr; }
    // False while the empty face offers the same action: never two primary buttons in sight.
    virtual bool showsPrimaryInHead() const { return true; }

    virtual void focusFilter(); // Ctrl+F and /; the default looks for a child named "filter"
    virtual void reload() { } // F5, and when the cloud is back
    virtual bool toggleDetail() { return false; } // F9; false: there is no detail panel
    virtual bool goBack() { return false; } // Alt+Left and Esc; false: nothing to leave
    virtual QList<QWidget *> regions(); // F6 goes through them; the default is the pane itself
    virtual QList<PaletteEntry> paletteEntries() const { return {}; }

signals:
    void headChanged(); // title, fact, action or its place are other ones now
    // Of the place in the side bar; -1 takes the number away. Attention: something in there has failed.
    void countChanged(int count, bool attention);
};

} // namespace nephele
